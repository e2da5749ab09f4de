package dev.afina.parquet;

import java.io.IOException;

/** The file may be sound, but it has not what was asked for, or asks for too much. */
final class Refused extends IOException {
  private static final long serialVersionUID = 1L;

  Refused(String reason) {
    super(reason);
  }
}
