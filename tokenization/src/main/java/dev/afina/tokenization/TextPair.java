package dev.afina.tokenization;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One text to encode, alone or with a second one.
 *
 * @param text the text, or the first text of a pair
 * @param pair the second text, or null when there is none. An empty second text is still a pair,
 *     with nothing between its separators, as in a batch given to Hugging Face's tokenizers.
 */
public record TextPair(String text, @Nullable String pair) {

  /** Checks that the text is there. */
  public TextPair {
    Objects.requireNonNull(text, "text: null; an empty text is legal, a null one is not");
  }

  /**
   * A text without a second one.
   *
   * @param text the text
   * @return the text alone
   */
  public static TextPair of(String text) {
    return new TextPair(text, null);
  }
}
