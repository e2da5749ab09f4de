package dev.afina.internal.tokenization;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What became of words that have been there before, as most words of a text have: a table of fixed
 * size, for any number of threads. A place may be seen late or overwritten by any thread: what is
 * in it never changes.
 */
final class WordCache {

  private static final int PLACES = 1 << 14;
  private static final int LONGEST = 32;

  private final @Nullable Spelled[] kept = new Spelled[PLACES];
  private final Speller speller;

  WordCache(Speller speller) {
    this.speller = speller;
  }

  /** The ids of a word. */
  private static final class Spelled {
    private final char[] word;
    private final int[] ids;

    Spelled(char[] word, int[] ids) {
      this.word = word;
      this.ids = ids;
    }
  }

  /** Spells a part of a text. */
  interface Speller {
    int[] spell(char[] text, int start, int end);
  }

  /** What a speller makes, or has made, of a word; nobody may change it. */
  int[] get(char[] text, int start, int end) {
    if (end - start > LONGEST) {
      return speller.spell(text, start, end);
    }
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = 31 * hash + text[i];
    }
    int place = (hash * 0x9E3779B9) >>> (Integer.SIZE - Integer.numberOfTrailingZeros(PLACES));
    Spelled known = kept[place];
    if (known == null || !Arrays.equals(known.word, 0, known.word.length, text, start, end)) {
      known = new Spelled(Arrays.copyOfRange(text, start, end), speller.spell(text, start, end));
      kept[place] = known;
    }
    return known.ids;
  }
}
