package dev.afina.spark;

import java.io.IOException;

/** Thrown if a rank of the training no longer answers. */
final class LostRankException extends IOException {
  private static final long serialVersionUID = 1;

  private final boolean hangs;

  /**
   * @param hangs whether its connection is still open; otherwise the rank has ended, and its own
   *     task reports why
   */
  LostRankException(String message, Throwable cause, boolean hangs) {
    super(message, cause);
    this.hangs = hangs;
  }

  boolean hangs() {
    return hangs;
  }
}
