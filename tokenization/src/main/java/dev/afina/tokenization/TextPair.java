package dev.afina.tokenization;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A text or a pair of texts to encode.
 *
 * @param text the text, or the first text of a pair
 * @param pair the second text, or null for none. An empty second text still makes a pair with its
 *     separator, as in Hugging Face's tokenizers
 */
public record TextPair(String text, @Nullable String pair) {

  /** Checks that the text is not null. */
  public TextPair {
    Objects.requireNonNull(text, "text: null; an empty text is legal, a null one is not");
  }

  /**
   * A single text.
   *
   * @param text the text
   * @return the text without a second one
   */
  public static TextPair of(String text) {
    return new TextPair(text, null);
  }
}
