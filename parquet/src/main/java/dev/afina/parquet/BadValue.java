package dev.afina.parquet;

import java.io.IOException;

/** Thrown for a value that its column cannot have; the message goes on after the column's name. */
final class BadValue extends IOException {
  private static final long serialVersionUID = 1L;

  BadValue(String problem) {
    super(problem);
  }
}
