package dev.afina;

import dev.afina.internal.files.MessageText;
import java.io.IOException;

/**
 * Thrown when the content of a checkpoint cannot be used: a file is missing, truncated,
 * inconsistent or not in its format.
 *
 * <p>The message is one line of at most 1,000 characters that names the file and, if there is one,
 * the tensor. Quotations from the file are truncated.
 */
public final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message file, tensor, what was found, what was expected, the way out
   */
  public CheckpointException(String message) {
    super(MessageText.of(message));
  }

  /**
   * Creates the exception with a cause.
   *
   * @param message file, tensor, what was found, what was expected, the way out
   * @param cause the underlying failure
   */
  public CheckpointException(String message, Throwable cause) {
    super(MessageText.of(message), cause);
  }
}
