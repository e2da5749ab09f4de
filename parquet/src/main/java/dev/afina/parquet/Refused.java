package dev.afina.parquet;

import java.io.IOException;

/** Thrown for a file that may be valid, but lacks what was requested or exceeds a limit. */
final class Refused extends IOException {
  private static final long serialVersionUID = 1L;

  Refused(String reason) {
    super(reason);
  }
}
