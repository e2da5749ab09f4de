package dev.afina.data;

import java.nio.charset.Charset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The options that all text formats share.
 *
 * @param charset the encoding given by the caller; null for UTF-8 or the byte order mark's
 * @param limits the limits for a file
 */
record ReadingOptions(@Nullable Charset charset, DataLimits limits) {
  ReadingOptions {
    Objects.requireNonNull(limits, "limits");
  }

  static ReadingOptions standard() {
    return new ReadingOptions(null, DataLimits.standard());
  }

  /**
   * The same options with another encoding.
   *
   * @throws IllegalArgumentException if this JVM does not support the encoding
   */
  ReadingOptions charset(String name) {
    return new ReadingOptions(TextEncoding.named(name), limits);
  }

  ReadingOptions limits(DataLimits other) {
    return new ReadingOptions(charset, other);
  }
}
