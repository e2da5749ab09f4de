package dev.afina.benchmarks;

import java.io.IOException;

/** The two sides do not compute the same, so that their speeds must not be compared. */
final class GateFailedException extends IOException {
  private static final long serialVersionUID = 1;

  GateFailedException(String message) {
    super(message);
  }
}
