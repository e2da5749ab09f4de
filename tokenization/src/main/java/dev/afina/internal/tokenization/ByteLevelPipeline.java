package dev.afina.internal.tokenization;

import java.util.BitSet;

/**
 * The tokenizer of RoBERTa and its kin: GPT-2's words, spelled by byte pairs. What normalization
 * there is, NFC, changes nothing in the texts that are taken here.
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

  /** Whether all characters are ones that NFC leaves alone, whatever stands beside them. */
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
   * @param shift what to add to a place to have that in the whole text
   * @param first where the part begins in the whole text
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

  /** A token's place is that of all characters of which it has a byte. */
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

  /** The space that was put before a part has the place of the part's first character. */
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
