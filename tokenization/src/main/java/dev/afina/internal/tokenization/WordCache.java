package dev.afina.internal.tokenization;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A cache of fixed size for the tokens of words, most of which occur again and again. Thread safe
 * without locks: entries are immutable, and it does not matter if a thread sees an entry late or
 * overwrites another's.
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

  /** Splits a word into tokens. */
  interface Speller {
    int[] spell(char[] text, int start, int end);
  }

  /** The tokens of a word, from the cache or the speller; must not be modified. */
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
