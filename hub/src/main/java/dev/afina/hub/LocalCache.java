package dev.afina.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds models that are already on this machine, in the cache folder shared by {@link HubClient}
 * and Python's {@code huggingface_hub}. Only reads, and never uses the network.
 *
 * <p>The layout is the one that the Hub documents: {@code models--owner--name/refs/<revision>}
 * contains a commit, {@code models--owner--name/snapshots/<commit>} the files of that commit,
 * usually as links into {@code blobs}.
 *
 * <p>Immutable and thread safe.
 */
public final class LocalCache {
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{([^}]*)\\})");

  /** What Java has in place of the home folder of a user whom the system does not know. */
  private static final String NO_HOME = "?";

  private static final String WAY_OUT = "set HF_HOME to a folder for what comes from the Hub";

  private final Path folder;

  private LocalCache(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns the cache in a given folder.
   *
   * @param folder the folder that contains the {@code models--…} folders; need not exist
   * @return the cache
   */
  public static LocalCache in(Path folder) {
    return new LocalCache(folder);
  }

  /**
   * Returns the cache that Python's client uses in the same environment: the folder {@code
   * HF_HUB_CACHE}, else {@code HUGGINGFACE_HUB_CACHE}, else {@code hub} in {@code HF_HOME}, else
   * {@code huggingface/hub} in {@code XDG_CACHE_HOME}, else {@code ~/.cache/huggingface/hub}. A
   * leading {@code ~} and variables such as {@code $NAME} are expanded. Unlike in Python, an empty
   * variable counts as unset, so that it cannot turn the working directory into the cache.
   *
   * @param environment environment variables, such as {@link System#getenv()}
   * @return the cache
   * @throws IllegalArgumentException if that is a folder whose name this JVM cannot write, or a
   *     home folder that this user does not have
   */
  public static LocalCache of(Map<String, String> environment) {
    Optional<String> cache =
        variable(environment, "HF_HUB_CACHE")
            .or(() -> variable(environment, "HUGGINGFACE_HUB_CACHE"));
    if (cache.isPresent()) {
      return new LocalCache(expand(cache.get(), environment));
    }
    return new LocalCache(home(environment).resolve("hub"));
  }

  /** The folder {@code HF_HOME}, where the token is and, unless set otherwise, the cache. */
  static Path home(Map<String, String> environment) {
    String home =
        variable(environment, "HF_HOME")
            .orElseGet(
                () -> variable(environment, "XDG_CACHE_HOME").orElse("~/.cache") + "/huggingface");
    return expand(home, environment);
  }

  /**
   * Returns the folder of the cache.
   *
   * @return the folder, which need not exist
   */
  public Path folder() {
    return folder;
  }

  /**
   * Finds the files of a model.
   *
   * <p>A branch or tag is resolved to the commit of the last download; it may have moved since. The
   * snapshot may be incomplete if only some files were downloaded.
   *
   * @param model the model and its revision
   * @return the folder with the model's files; empty if this revision is not in the cache
   * @throws IOException if the cache cannot be read, or the stored revision is not a commit
   */
  public Optional<Path> snapshot(ModelReference model) throws IOException {
    RepositoryCache repository =
        new RepositoryCache(folder, RepositoryKind.MODEL, model.repositoryId(), true);
    return repository
        .storedCommit(model)
        .map(repository::snapshotFolder)
        .filter(Files::isDirectory);
  }

  static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /**
   * Replaces a leading {@code ~} and then variables, in Python's order; an unknown variable stays
   * as it is.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  static Path expand(String path, Map<String, String> environment) {
    boolean isInHome = path.equals("~") || path.startsWith("~/");
    String home = variable(environment, "HOME").orElseGet(() -> System.getProperty("user.home"));
    if (isInHome && home.equals(NO_HOME)) {
      throw new IllegalArgumentException(
          "the Hub's folder " + path + ": this user has no home folder; " + WAY_OUT);
    }
    String absolute = isInHome ? home + path.substring(1) : path;
    String expanded =
        VARIABLE
            .matcher(absolute)
            .replaceAll(
                match -> {
                  String name = match.group(1) != null ? match.group(1) : match.group(2);
                  return Matcher.quoteReplacement(environment.getOrDefault(name, match.group()));
                });
    try {
      return Path.of(expanded);
    } catch (InvalidPathException e) { // /home/josé where the locale has no é
      throw new IllegalArgumentException(
          "the Hub's folder "
              + expanded.replaceAll("\\p{Cntrl}", "?")
              + " has a name that cannot be written in "
              + System.getProperty("sun.jnu.encoding")
              + "; set LC_ALL to a locale of UTF-8, or "
              + WAY_OUT,
          e);
    }
  }
}
