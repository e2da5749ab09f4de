package dev.afina.internal.tokenization;

import java.util.BitSet;

/**
 * The byte-level BPE pipeline of RoBERTa, DeBERTa and ModernBERT: splits text into words like GPT-2
 * and encodes each with byte pairs. If the pipeline has NFC, only texts that NFC does not change
 * are accepted.
 */
public final class ByteLevelPipeline implements TextPipeline {

  private final AddedTokenFinder exact;
  private final boolean composes;
  private final AddedTokenFinder normalized;
  private final boolean prefixSpace;
  private final BytePairs model;
  private final BitSet notComposed = UnicodeTables.get().set("notComposed");

  /**
   * A pipeline.
   *
   * @param exact the added tokens that are found as they are written
   * @param composes whether the normalizer is NFC; else there is none
   * @param normalized the added tokens that are found after normalization
   * @param prefixSpace whether a space is put before each part that begins with none
   * @param model what spells the words
   */
  public ByteLevelPipeline(
      AddedTokenFinder exact,
      boolean composes,
      AddedTokenFinder normalized,
      boolean prefixSpace,
      BytePairs model) {
    this.exact = exact;
    this.composes = composes;
    this.normalized = normalized;
    this.prefixSpace = prefixSpace;
    this.model = model;
  }

  @Override
  public boolean encode(String text, TokenList into) {
    char[] chars = text.toCharArray();
    if (composes && !isComposed(chars)) {
      return false;
    }
    AddedTokenFinder.Search search = exact.search(chars, 0, chars.length);
    int from = 0;
    while (search.next()) {
      addPart(chars, from, search.start(), into);
      into.addWritten(search.id(), search.start(), search.end());
      from = search.end();
    }
    addPart(chars, from, chars.length, into);
    return true;
  }

  /** Whether NFC leaves all characters alone, whatever their neighbours. */
  private boolean isComposed(char[] text) {
    for (int i = 0; i < text.length; i++) {
      if (text[i] < 0x300) { // the first mark
        continue;
      }
      int c = Character.codePointAt(text, i);
      if (notComposed.get(c)) {
        return false;
      }
      i += Character.charCount(c) - 1;
    }
    return true;
  }

  private void addPart(char[] text, int from, int to, TokenList into) {
    AddedTokenFinder.Search search = normalized.search(text, from, to);
    int at = from;
    while (search.next()) {
      addWords(text, at, search.start(), into);
      into.addWritten(search.id(), search.start(), search.end());
      at = search.end();
    }
    addWords(text, at, to, into);
  }

  private void addWords(char[] text, int from, int to, TokenList into) {
    if (from == to) {
      return;
    }
    if (prefixSpace && text[from] != ' ') {
      char[] spaced = new char[to - from + 1];
      spaced[0] = ' ';
      System.arraycopy(text, from, spaced, 1, to - from);
      addWords(spaced, 0, spaced.length, from - 1, from, into);
    } else {
      addWords(text, from, to, 0, from, into);
    }
  }

  /**
   * Adds the words of a part.
   *
   * @param shift what to add to an index of the part to get that in the whole text
   * @param first the start of the part in the whole text
   */
  private void addWords(char[] text, int from, int to, int shift, int first, TokenList into) {
    for (int start = from; start < to; ) {
      int end = ByteLevelWords.end(text, start, to);
      into.nextWord();
      int[] ids = model.ids(text, start, end);
      if (into.withPlaces()) {
        addWithPlaces(text, start, ids, shift, first, into);
      } else {
        for (int id : ids) {
          into.add(id);
        }
      }
      start = end;
    }
  }

  /** The offsets of a token span all characters of which it has a byte. */
  private void addWithPlaces(
      char[] text, int start, int[] ids, int shift, int first, TokenList into) {
    int at = start; // a character, and the bytes of the word before it
    int before = 0;
    int done = 0; // bytes of the tokens so far
    for (int id : ids) {
      while (before + bytesOf(text, at) <= done) {
        before += bytesOf(text, at);
        at += charsOf(text, at);
      }
      int begin = at;
      done += model.length(id);
      while (before + bytesOf(text, at) < done) {
        before += bytesOf(text, at);
        at += charsOf(text, at);
      }
      add(id, begin + shift, at + charsOf(text, at) + shift, text, first, into);
    }
  }

  /** A space that was added before a part has the offsets of the part's first character. */
  private static void add(int id, int start, int end, char[] text, int first, TokenList into) {
    boolean onlySpace = start < first && end == first;
    into.add(id, Math.max(start, first), onlySpace ? first + charsOf(text, 1) : end);
  }

  private static int charsOf(char[] text, int at) {
    return Character.isHighSurrogate(text[at]) ? 2 : 1;
  }

  private static int bytesOf(char[] text, int at) {
    return Utf8.length(Character.codePointAt(text, at));
  }
}
