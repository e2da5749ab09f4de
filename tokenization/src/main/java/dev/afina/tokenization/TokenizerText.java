package dev.afina.tokenization;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The text of a tokenizer's tokenizer.json, which only saving and the native library need: to write
 * it takes a fresh JVM a quarter of a second. Made when it is first asked for, of the content that
 * the tokenizer was loaded from, which is kept until then. Thread safe.
 */
final class TokenizerText {

  private @Nullable Source source;
  private @Nullable String text;

  /** Reads the content again. */
  @FunctionalInterface
  interface Source {
    TokenizerJson read() throws IOException;
  }

  /**
   * A text that is not made yet.
   *
   * @param source has read this content once without a failure
   */
  TokenizerText(Source source) {
    this.source = source;
  }

  /**
   * Makes it now.
   *
   * @param json what the source gives
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
        throw new UncheckedIOException(e); // nothing is read from outside
      }
      made = Objects.requireNonNull(text);
    }
    return made;
  }
}
