package dev.afina.tokenization;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The JSON text of a tokenizer, which only saving and the native library need. It is written on
 * first use, because that takes a fresh JVM a quarter of a second; until then the bytes that the
 * tokenizer was loaded from are kept. Thread safe.
 */
final class TokenizerText {

  private @Nullable Source source;
  private @Nullable String text;

  /** Parses the original files again. */
  @FunctionalInterface
  interface Source {
    TokenizerJson read() throws IOException;
  }

  /**
   * A text that is not written yet.
   *
   * @param source parses the original files, which has succeeded once
   */
  TokenizerText(Source source) {
    this.source = source;
  }

  /**
   * Writes the text now.
   *
   * @param json what the source would return
   */
  synchronized void make(TokenizerJson json) throws IOException {
    text = json.text();
    source = null;
  }

  synchronized String get() {
    String made = text;
    if (made == null) {
      try {
        make(Objects.requireNonNull(source).read());
      } catch (IOException e) {
        throw new UncheckedIOException(e); // cannot happen: everything is in memory
      }
      made = Objects.requireNonNull(text);
    }
    return made;
  }
}
