package dev.afina.spark;

import java.io.IOException;

/** A rank of the training does not answer any more. */
final class LostRankException extends IOException {
  private static final long serialVersionUID = 1;

  private final boolean hangs;

  /**
   * @param hangs whether it still has its connection; else it has ended, and its own task says why
   */
  LostRankException(String message, Throwable cause, boolean hangs) {
    super(message, cause);
    this.hangs = hangs;
  }

  boolean hangs() {
    return hangs;
  }
}
