package dev.afina.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.afina.hub.HubException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An answer with a status of 400 or more, and what the server says about it.
 *
 * @param call the request
 * @param status the HTTP status
 * @param code the header {@code X-Error-Code}
 * @param message the server's message; may be empty
 * @param requestId the server's id of the request
 * @param commit the header {@code X-Repo-Commit}
 * @param hub whether the Hub itself answered rather than the storage
 */
record HubFailure(
    HubCall call,
    int status,
    @Nullable String code,
    String message,
    @Nullable String requestId,
    @Nullable String commit,
    boolean hub) {
  /** Error bodies are short; an error page of a proxy need not be read completely. */
  private static final int LONGEST_BODY = 16 << 10;

  private static final int LONGEST_MESSAGE = 300;

  /** Neither the Hub nor its storage asks for a password of a proxy. */
  private static final int PROXY_ASKS = 407;

  private static final Map<String, Reason> NAMED =
      Map.of(
          "RepoNotFound", Reason.REPOSITORY_NOT_FOUND,
          "RevisionNotFound", Reason.REVISION_NOT_FOUND,
          "EntryNotFound", Reason.ENTRY_NOT_FOUND,
          "GatedRepo", Reason.GATED);

  /** Addresses of a repository, for which a 401 hides whether it exists. */
  private static final Pattern OF_REPOSITORY =
      Pattern.compile("/api/(models|datasets|spaces)/.+|/.+/resolve/.+|/.+\\.git/.+");

  /** Reads and closes an answer. */
  static HubFailure read(HubResponse response, boolean hub) {
    String body;
    try (response) {
      body = new String(response.body().readNBytes(LONGEST_BODY), StandardCharsets.UTF_8);
    } catch (IOException e) {
      body = ""; // the status says enough
    }
    String content = body;
    String message =
        response.header("X-Error-Message").orElseGet(() -> hub ? messageIn(content) : "");
    return new HubFailure(
        response.call(),
        response.status(),
        response.header("X-Error-Code").orElse(null),
        message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "…",
        response
            .header("x-request-id")
            .or(() -> response.header("X-Amzn-Trace-Id"))
            .or(() -> response.header("X-Amz-Cf-Id"))
            .orElse(null),
        response.header("X-Repo-Commit").orElse(null),
        hub);
  }

  /** Reads {@code {"error": text or list}} and {@code {"errors": [{"message": text}]}}. */
  private static String messageIn(String body) {
    List<String> parts = new ArrayList<>();
    try {
      if (JsonParser.parseString(body) instanceof JsonObject object) {
        collect(object.get("error"), parts);
        collect(object.get("errors"), parts);
      }
    } catch (JsonParseException e) {
      return ""; // HTML is of no use in a message
    }
    return String.join("; ", parts);
  }

  private static void collect(@Nullable JsonElement element, List<String> parts) {
    if (element == null || element.isJsonNull()) {
      return;
    }
    if (element.isJsonArray()) {
      element.getAsJsonArray().forEach(part -> collect(part, parts));
    } else if (element.isJsonObject()) {
      collect(element.getAsJsonObject().get("message"), parts);
    } else {
      parts.add(element.getAsString().replaceAll("\\s+", " "));
    }
  }

  /**
   * Returns the error to throw.
   *
   * @param wait the wait that the server asked for
   * @param tries how often the request was sent
   * @param withToken whether it was sent with a token
   */
  HubException exception(Optional<Duration> wait, int tries, boolean withToken) {
    Reason reason = reason();
    StringBuilder text = new StringBuilder(call.shown()).append(": status ").append(status);
    if (!message.isEmpty()) {
      text.append(" \"").append(message).append('"');
    }
    if (tries > 1) {
      text.append(" after ").append(tries).append(" tries");
    }
    if (requestId != null) {
      text.append(" (request ").append(requestId).append(')');
    }
    text.append("; ")
        .append(
            hub || reason != Reason.PROTOCOL
                ? advice(reason, wait, withToken)
                : "the storage behind the Hub refuses it: try again");
    return new HubException(reason, text.toString(), status, code, requestId, commit);
  }

  private Reason reason() {
    if (status == PROXY_ASKS) {
      return Reason.UNREACHABLE;
    }
    if (!hub) {
      return status >= 500 ? Reason.SERVER_ERROR : Reason.PROTOCOL;
    }
    if (message.equals("Access to this resource is disabled.")) {
      return Reason.DISABLED;
    }
    Reason named = code == null ? null : NAMED.get(code);
    if (named != null) {
      return named;
    }
    return switch (status) {
      case 401 ->
          OF_REPOSITORY.matcher(call.uri().getRawPath()).matches()
                  && !message.equals("Invalid credentials in Authorization header")
              ? Reason.REPOSITORY_NOT_FOUND
              : Reason.UNAUTHORIZED;
      case 402, 403 -> Reason.FORBIDDEN;
      case 409, 412 -> Reason.CONFLICT;
      case 429 -> Reason.RATE_LIMITED;
      case 400, 413, 416, 422 -> Reason.INVALID;
      default -> status >= 500 ? Reason.SERVER_ERROR : Reason.PROTOCOL;
    };
  }

  private static String advice(Reason reason, Optional<Duration> wait, boolean withToken) {
    return switch (reason) {
      case REPOSITORY_NOT_FOUND ->
          "there is no such repository, or it is private: check the name"
              + (withToken ? " and what the token may read" : ", or set HF_TOKEN");
      case REVISION_NOT_FOUND -> "the repository has no such branch, tag or commit";
      case ENTRY_NOT_FOUND -> "the revision has no such file";
      case GATED ->
          "accept the conditions on the repository's page"
              + (withToken ? " with the account of the token" : ", then set HF_TOKEN");
      case DISABLED -> "the Hub has disabled the repository";
      case UNAUTHORIZED ->
          withToken
              ? "the token is not valid: set HF_TOKEN to a new one"
              : "a token is needed: set HF_TOKEN";
      case FORBIDDEN -> "the token may not do this: use one with write access";
      case CONFLICT -> "someone else changed the repository: read it again and repeat";
      case RATE_LIMITED ->
          wait.map(w -> "wait " + w.toSeconds() + " s and try again").orElse("try again later");
      case INVALID -> "mend the request";
      case SERVER_ERROR -> "the server failed: try again later";
      case PROTOCOL -> "is this address a Hub? check HF_ENDPOINT";
      case UNREACHABLE ->
          "the proxy asks for a user and password, which are not sent: name one in HTTPS_PROXY that"
              + " asks for none, such as a program on this machine that adds them";
      case OFFLINE -> "check the network";
    };
  }
}
