package dev.afina.tokenization;

import java.util.List;

/**
 * A text as overlapping windows of tokens, each with the model's special tokens. Immutable and
 * thread safe.
 *
 * @param windows one or more, from the beginning of the text (from its end if tokenizer_config.json
 *     has {@code truncation_side: left}); {@link Encoding#truncatedTokens()} of each counts the
 *     tokens outside it
 * @param truncatedTokens the number of tokens of the text, and of its pair, that are in no window
 * @param allTruncatedCounted whether {@code truncatedTokens} is exact rather than a lower bound: of
 *     a text that is much longer than all windows only a part is tokenized
 */
public record TokenWindows(
    List<Encoding> windows, int truncatedTokens, boolean allTruncatedCounted) {

  /** Copies the list. */
  public TokenWindows {
    windows = List.copyOf(windows);
  }
}
