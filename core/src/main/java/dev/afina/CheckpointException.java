package dev.afina;

import dev.afina.internal.files.MessageText;
import java.io.IOException;

/**
 * Says that the content of a checkpoint cannot be used: a file is missing, cut short, contradicts
 * itself or its format.
 *
 * <p>The message is one line of at most 1,000 characters that names the file and, where one is
 * concerned, the tensor. What it quotes from the file is cut.
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
   * Creates the exception for a failure below.
   *
   * @param message file, tensor, what was found, what was expected, the way out
   * @param cause the failure that was met on the way
   */
  public CheckpointException(String message, Throwable cause) {
    super(MessageText.of(message), cause);
  }
}
