package dev.afina.internal.tokenization;

/**
 * The WordPiece pipeline of BERT and related models. Added tokens are found in the original text,
 * then in the normalized text. What is between them is split into words at spaces and around
 * punctuation.
 */
public final class WordPiecePipeline implements TextPipeline {

  private final AddedTokenFinder exact;
  private final BertNormalizer normalizer;
  private final AddedTokenFinder normalized;
  private final WordPieces model;

  /**
   * A pipeline.
   *
   * @param exact the added tokens that are matched in the original text
   * @param normalizer the normalizer
   * @param normalized the added tokens that are matched in the normalized text, with their
   *     normalized contents
   * @param model splits words into pieces
   */
  public WordPiecePipeline(
      AddedTokenFinder exact,
      BertNormalizer normalizer,
      AddedTokenFinder normalized,
      WordPieces model) {
    this.exact = exact;
    this.normalizer = normalizer;
    this.normalized = normalized;
    this.model = model;
  }

  @Override
  public boolean encode(String text, TokenList into) {
    char[] chars = text.toCharArray();
    NormalizedText buffer = new NormalizedText(chars, chars.length + 16, into.withPlaces());
    AddedTokenFinder.Search search = exact.search(chars, 0, chars.length);
    int from = 0;
    while (search.next()) {
      if (!encode(chars, from, search.start(), buffer, into)) {
        return false;
      }
      into.addWritten(search.id(), search.start(), search.end());
      from = search.end();
    }
    return encode(chars, from, chars.length, buffer, into);
  }

  private boolean encode(char[] text, int from, int to, NormalizedText buffer, TokenList into) {
    buffer.clear();
    if (!normalizer.append(text, from, to, buffer)) {
      return false;
    }
    int at = 0;
    if (!normalized.isEmpty()) {
      AddedTokenFinder.Search search = normalized.search(buffer.chars(), 0, buffer.size());
      while (search.next()) {
        addWords(buffer, at, search.start(), into);
        buffer.addWritten(search.id(), search.start(), search.end(), into);
        at = search.end();
      }
    }
    addWords(buffer, at, buffer.size(), into);
    return true;
  }

  private void addWords(NormalizedText text, int from, int to, TokenList into) {
    int i = from;
    while (i < to) {
      int start = i;
      switch (text.kind(i)) {
        case NormalizedText.LETTER -> {
          while (i < to && text.kind(i) == NormalizedText.LETTER) {
            i++;
          }
          model.add(text, start, i, into);
        }
        case NormalizedText.MARK -> {
          i += Character.isHighSurrogate(text.chars()[i]) ? 2 : 1;
          model.add(text, start, i, into);
        }
        default -> i++;
      }
    }
  }
}
