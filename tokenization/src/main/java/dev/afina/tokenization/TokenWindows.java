package dev.afina.tokenization;

import java.util.List;

/**
 * A text as windows of its tokens that overlap, each with the model's special tokens around it.
 * Immutable.
 *
 * @param windows one or more, from the beginning of the text on (from its end on, where
 *     tokenizer_config.json says truncation_side left); {@link Encoding#truncatedTokens()} of each
 *     is what lies outside of it
 * @param truncatedTokens how many tokens of the text, and of its pair, are in no window
 * @param allTruncatedCounted whether that is the whole number and not the least one: of a text that
 *     is much longer than all windows only a part is tokenized
 */
public record TokenWindows(
    List<Encoding> windows, int truncatedTokens, boolean allTruncatedCounted) {

  /** Copies the list. */
  public TokenWindows {
    windows = List.copyOf(windows);
  }
}
