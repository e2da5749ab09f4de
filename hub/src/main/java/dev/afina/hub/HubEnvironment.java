package dev.afina.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings in the environment variables of Python's client. */
final class HubEnvironment {
  private static final Logger LOG = LoggerFactory.getLogger(HubEnvironment.class);
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

  private final EnvironmentPaths variables;

  HubEnvironment(Map<String, String> variables) {
    this.variables = EnvironmentPaths.here(variables);
  }

  String endpoint() {
    return variable("HF_ENDPOINT").orElse(HubClient.DEFAULT_ENDPOINT);
  }

  Path cache() {
    return LocalCache.of(variables).folder();
  }

  /** The token, from a variable or from the file that {@code hf auth login} writes. */
  Optional<String> token() {
    if (isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
      return Optional.empty();
    }
    return variable("HF_TOKEN")
        .or(() -> variable("HUGGING_FACE_HUB_TOKEN"))
        .map(String::strip)
        .filter(token -> !token.isEmpty())
        .or(this::tokenInFile);
  }

  private Optional<String> tokenInFile() {
    Path file;
    try {
      file =
          variable("HF_TOKEN_PATH")
              .map(variables::expand)
              .orElseGet(() -> LocalCache.home(variables).resolve("token"));
    } catch (IllegalArgumentException e) { // no folder; the cache may be elsewhere
      LOG.warn("no token is read: {}", e.getMessage());
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("{}: the token cannot be read ({}); going on without", file, e.toString());
      return Optional.empty();
    }
  }

  boolean offline() {
    // The second is used only if the first is not set at all, not even to 0.
    return isTrue(
        variable("HF_HUB_OFFLINE").isPresent() ? "HF_HUB_OFFLINE" : "TRANSFORMERS_OFFLINE");
  }

  boolean links() {
    return !isTrue("HF_HUB_DISABLE_SYMLINKS");
  }

  Duration connectTimeout() {
    return seconds("HF_HUB_ETAG_TIMEOUT");
  }

  Duration readTimeout() {
    return seconds("HF_HUB_DOWNLOAD_TIMEOUT");
  }

  private Duration seconds(String name) {
    Optional<String> text = variable(name);
    if (text.isEmpty()) {
      return HubClient.DEFAULT_TIMEOUT;
    }
    try {
      long seconds = Long.parseLong(text.get().strip());
      if (seconds >= 0) {
        return seconds == 0 ? HubClient.DEFAULT_TIMEOUT : Duration.ofSeconds(seconds);
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "environment variable " + name + ": \"" + text.get() + "\", expected seconds");
  }

  private boolean isTrue(String name) {
    return variable(name).filter(v -> TRUE.contains(v.toUpperCase(Locale.ROOT))).isPresent();
  }

  private Optional<String> variable(String name) {
    return variables.variable(name);
  }
}
