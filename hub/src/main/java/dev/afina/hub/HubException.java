package dev.afina.hub;

import dev.afina.internal.files.MessageText;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the Hub refuses a request or cannot be reached.
 *
 * <p>The message is one line of at most 1,000 characters. It contains the request without its query
 * (which holds a secret in signed addresses), the Hub's own message, its id for the request, and
 * what to do. It never contains the token, even if the server sends it back.
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
    /** The repository is gated: its conditions must be accepted first. */
    GATED,
    /** The Hub has taken the repository down. */
    DISABLED,
    /** There is no token, or it is not a valid one. */
    UNAUTHORIZED,
    /** The token is valid but may not do this. */
    FORBIDDEN,
    /** Someone else changed the repository in the meantime, or it already exists. */
    CONFLICT,
    /** Too many requests, and the Hub asks for a longer wait than this client allows. */
    RATE_LIMITED,
    /** The request itself was wrong, for example a model card with broken metadata. */
    INVALID,
    /** No connection, no answer in time, or an incomplete answer, even after all retries. */
    UNREACHABLE,
    /** The Hub failed (a 5xx status), even after all retries. */
    SERVER_ERROR,
    /** The Hub's answer violates its protocol, or content does not match its hash. */
    PROTOCOL,
    /** Offline mode is on, so no request was sent. */
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
   * @return 400 to 599, or 0 if there was no answer
   */
  public int status() {
    return status;
  }

  /**
   * Returns the Hub's own code for the error, from the header {@code X-Error-Code}.
   *
   * @return for example {@code RevisionNotFound}; empty if the Hub sent none
   */
  public Optional<String> errorCode() {
    return Optional.ofNullable(errorCode);
  }

  /**
   * Returns the Hub's id for the request, to quote in a support request.
   *
   * @return the id; empty if there was no answer
   */
  public Optional<String> requestId() {
    return Optional.ofNullable(requestId);
  }

  /** The commit that the Hub looked in, for {@link Reason#ENTRY_NOT_FOUND}. */
  Optional<String> commit() {
    return Optional.ofNullable(commit).filter(ModelReference::isCommit);
  }
}
