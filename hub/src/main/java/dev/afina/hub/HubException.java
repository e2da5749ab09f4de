package dev.afina.hub;

import dev.afina.internal.files.MessageText;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says that the Hub refused a request, or could not be reached.
 *
 * <p>The message is one line of at most 1,000 characters. It names the request without its query (a
 * signed address holds a secret there), the Hub's own words, its id of the request, and what to do.
 * It does not hold the token, also not when the server sends it back.
 */
public final class HubException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why the request failed, as far as a program can act on it. */
  public enum Reason {
    /** No such repository, or a private one that the token (if any) may not see. */
    REPOSITORY_NOT_FOUND,
    /** The repository has no such branch, tag, pull request or commit. */
    REVISION_NOT_FOUND,
    /** The revision has no such file. */
    ENTRY_NOT_FOUND,
    /** The repository wants its conditions accepted first. */
    GATED,
    /** The Hub has taken the repository down. */
    DISABLED,
    /** There is no token, or it is not a valid one. */
    UNAUTHORIZED,
    /** The token is valid but may not do this. */
    FORBIDDEN,
    /** Someone else changed the repository first, or it exists already. */
    CONFLICT,
    /** Too many requests, and the Hub asks for a longer wait than allowed. */
    RATE_LIMITED,
    /** The request itself was wrong, for example a model card with broken metadata. */
    INVALID,
    /** No connection, no answer in time, or an answer that broke off, also after all retries. */
    UNREACHABLE,
    /** The Hub failed (a 5xx status), also after all retries. */
    SERVER_ERROR,
    /** The Hub's answer is not what its protocol says, or content does not fit its hash. */
    PROTOCOL,
    /** Offline mode is on, so nothing was asked. */
    OFFLINE
  }

  private final Reason reason;
  private final int status;
  private final @Nullable String errorCode;
  private final @Nullable String requestId;
  private final @Nullable String commit;

  HubException(Reason reason, String message) {
    this(reason, message, null);
  }

  HubException(Reason reason, String message, @Nullable Throwable cause) {
    super(MessageText.of(message), cause);
    this.reason = reason;
    this.status = 0;
    this.errorCode = null;
    this.requestId = null;
    this.commit = null;
  }

  HubException(
      Reason reason,
      String message,
      int status,
      @Nullable String errorCode,
      @Nullable String requestId,
      @Nullable String commit) {
    super(MessageText.of(message));
    this.reason = reason;
    this.status = status;
    this.errorCode = errorCode;
    this.requestId = requestId;
    this.commit = commit;
  }

  /**
   * Returns why the request failed.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }

  /**
   * Returns the HTTP status of the Hub's answer.
   *
   * @return 400 to 599, or 0 when there was no answer
   */
  public int status() {
    return status;
  }

  /**
   * Returns the Hub's own word for the error, the header {@code X-Error-Code}.
   *
   * @return for example {@code RevisionNotFound}; empty when the Hub gave none
   */
  public Optional<String> errorCode() {
    return Optional.ofNullable(errorCode);
  }

  /**
   * Returns the id under which the Hub's operators find the request.
   *
   * @return the id, empty when there was no answer
   */
  public Optional<String> requestId() {
    return Optional.ofNullable(requestId);
  }

  /** The commit that the Hub looked in, for {@link Reason#ENTRY_NOT_FOUND}. */
  Optional<String> commit() {
    return Optional.ofNullable(commit).filter(ModelReference::isCommit);
  }
}
