package dev.afina.data;

import java.nio.charset.Charset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What all text formats have in common.
 *
 * @param charset named by the caller; null for UTF-8
 * @param limits of what a file may ask of this machine
 */
record ReadingOptions(@Nullable Charset charset, DataLimits limits) {
  ReadingOptions {
    Objects.requireNonNull(limits, "limits");
  }

  static ReadingOptions standard() {
    return new ReadingOptions(null, DataLimits.standard());
  }

  /**
   * With another encoding.
   *
   * @throws IllegalArgumentException if Java knows none of this name
   */
  ReadingOptions charset(String name) {
    return new ReadingOptions(TextEncoding.named(name), limits);
  }

  ReadingOptions limits(DataLimits other) {
    return new ReadingOptions(charset, other);
  }
}
