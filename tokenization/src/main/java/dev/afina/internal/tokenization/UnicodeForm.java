package dev.afina.internal.tokenization;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Unicode normalization form (The Unicode Standard, 3.11). The text is divided at characters that
 * neither change nor interact with others; what is between is decomposed, its marks are ordered
 * and, for NFC and NFKC, it is composed.
 */
public final class UnicodeForm extends TextStep {

  private static final UnicodeTables TABLES = UnicodeTables.normalization();
  private static final int FIRST_CHANGED = 0xA0; // the no-break space in NFKC and NFKD

  private static final int SYLLABLES = 0xAC00;
  private static final int SYLLABLE_COUNT = 11172;
  private static final int LEADING = 0x1100;
  private static final int LEADING_COUNT = 19;
  private static final int VOWELS = 0x1161;
  private static final int VOWEL_COUNT = 21;
  private static final int TRAILING = 0x11A7;
  private static final int TRAILING_COUNT = 28;
  private static final int LAST_TRAILING = TRAILING + TRAILING_COUNT - 1;

  private static final int LONG = 32;
  private static final int BYTE_VALUES = 256;

  private static final byte[] CLASSES = classes();
  private static final Map<Long, Integer> PAIRS = pairs();

  private final Map<Integer, String> decompositions;
  private final boolean composes;
  private final BitSet busy = new BitSet(); // characters that change or meet others

  private UnicodeForm(boolean compatible, boolean composes) {
    String mapping = compatible ? "compatible" : "decomposed";
    decompositions = TABLES.mapping(mapping);
    this.composes = composes;
    busy.or(TABLES.keys(mapping));
    for (int c = 0; c < CLASSES.length; c++) {
      if (CLASSES[c] != 0) {
        busy.set(c);
      }
    }
    if (composes) {
      PAIRS.keySet().forEach(pair -> busy.set((int) (long) pair));
      busy.set(VOWELS, VOWELS + VOWEL_COUNT);
      busy.set(TRAILING, LAST_TRAILING + 1);
    }
    busy.set(SYLLABLES, SYLLABLES + SYLLABLE_COUNT);
  }

  /**
   * A form.
   *
   * @param compatible NFKC or NFKD
   * @param composes NFC or NFKC
   */
  public static TextStep of(boolean compatible, boolean composes) {
    return new UnicodeForm(compatible, composes);
  }

  @Override
  boolean apply(AlignedText text, AlignedText into) {
    int at = nextBusy(text, 0);
    if (at == text.size()) {
      return false;
    }
    into.begin(text);
    Run run = new Run();
    int copied = 0;
    while (at < text.size()) {
      // What is before may be the first of a pair.
      int from = at > copied ? at - (Character.isLowSurrogate(text.chars()[at - 1]) ? 2 : 1) : at;
      into.copy(copied, from);
      int end = at;
      while (end < text.size() && isBusy(text, end)) {
        end += Character.charCount(text.codePoint(end));
      }
      run.write(text, from, end, into);
      copied = end;
      at = nextBusy(text, end);
    }
    into.copy(copied, text.size());
    return true;
  }

  private boolean isBusy(AlignedText text, int i) {
    return text.chars()[i] >= FIRST_CHANGED && busy.get(text.codePoint(i));
  }

  private int nextBusy(AlignedText text, int from) {
    char[] chars = text.chars();
    for (int i = from; i < text.size(); i++) {
      char c = chars[i];
      if (c >= FIRST_CHANGED && !Character.isLowSurrogate(c) && busy.get(text.codePoint(i))) {
        return i;
      }
    }
    return text.size();
  }

  /** The characters between two that do not interact with others. */
  private final class Run {
    private int[] chars = new int[16];
    private int[] changes = new int[16];
    private int size;

    void write(AlignedText text, int from, int to, AlignedText into) {
      size = 0;
      int pending = 0; // where marks begin that are not in order yet
      for (int i = from; i < to; ) {
        int c = text.codePoint(i);
        i += Character.charCount(c);
        int first = size;
        decompose(c);
        for (int k = first; k < size; k++) {
          if (CLASSES[chars[k]] == 0) {
            sort(pending, k);
            pending = k + 1;
          }
        }
      }
      sort(pending, size);
      if (composes) {
        compose(into);
      } else {
        for (int i = 0; i < size; i++) {
          into.write(chars[i], changes[i]);
        }
      }
    }

    private void decompose(int c) {
      int syllable = c - SYLLABLES;
      if (syllable >= 0 && syllable < SYLLABLE_COUNT) {
        add(LEADING + syllable / (VOWEL_COUNT * TRAILING_COUNT), 0);
        add(VOWELS + syllable / TRAILING_COUNT % VOWEL_COUNT, 1);
        if (syllable % TRAILING_COUNT != 0) {
          add(TRAILING + syllable % TRAILING_COUNT, 1);
        }
        return;
      }
      String parts = busy.get(c) ? decompositions.get(c) : null;
      if (parts == null) {
        add(c, 0);
        return;
      }
      for (int i = 0; i < parts.length(); ) {
        int part = parts.codePointAt(i);
        add(part, i == 0 ? 0 : 1);
        i += Character.charCount(part);
      }
    }

    private void add(int c, int change) {
      if (size == chars.length) {
        chars = Arrays.copyOf(chars, 2 * size);
        changes = Arrays.copyOf(changes, 2 * size);
      }
      chars[size] = c;
      changes[size++] = change;
    }

    /** Sorts marks by their combining class, stably. */
    private void sort(int from, int to) {
      if (to - from > LONG) {
        sortMany(from, to);
        return;
      }
      for (int i = from + 1; i < to; i++) {
        int c = chars[i];
        int change = changes[i];
        int k = i;
        while (k > from && CLASSES[chars[k - 1]] > CLASSES[c]) {
          chars[k] = chars[k - 1];
          changes[k] = changes[k - 1];
          k--;
        }
        chars[k] = c;
        changes[k] = change;
      }
    }

    /** The same in linear time. */
    private void sortMany(int from, int to) {
      int[] places = new int[BYTE_VALUES + 1];
      for (int i = from; i < to; i++) {
        places[CLASSES[chars[i]] + 1]++;
      }
      for (int i = 1; i < places.length; i++) {
        places[i] += places[i - 1];
      }
      int[] sorted = new int[to - from];
      int[] sortedChanges = new int[to - from];
      for (int i = from; i < to; i++) {
        int place = places[CLASSES[chars[i]]]++;
        sorted[place] = chars[i];
        sortedChanges[place] = changes[i];
      }
      System.arraycopy(sorted, 0, chars, from, sorted.length);
      System.arraycopy(sortedChanges, 0, changes, from, sorted.length);
    }

    /** Composes what can be composed; a mark of the same or a higher class in between blocks it. */
    private void compose(AlignedText into) {
      int first = -1; // of the pair to be
      int lastClass = -1;
      int out = 0;
      for (int i = 0; i < size; i++) {
        int c = chars[i];
        int change = changes[i];
        int ownClass = CLASSES[c];
        if (first >= 0 && (lastClass < 0 || lastClass < ownClass)) {
          Integer composed = composed(chars[first], c);
          if (composed != null) {
            chars[first] = composed;
            changes[first] += change - 1;
            continue;
          }
        }
        chars[out] = c;
        changes[out] = change;
        if (ownClass == 0) {
          first = out;
          lastClass = -1;
        } else if (first >= 0) {
          lastClass = ownClass;
        }
        out++;
      }
      for (int i = 0; i < out; i++) {
        into.write(chars[i], changes[i]);
      }
    }
  }

  private static @Nullable Integer composed(int first, int second) {
    int leading = first - LEADING;
    int vowel = second - VOWELS;
    if (leading >= 0 && leading < LEADING_COUNT && vowel >= 0 && vowel < VOWEL_COUNT) {
      return SYLLABLES + (leading * VOWEL_COUNT + vowel) * TRAILING_COUNT;
    }
    int syllable = first - SYLLABLES;
    int trailing = second - TRAILING;
    if (syllable >= 0
        && syllable < SYLLABLE_COUNT
        && syllable % TRAILING_COUNT == 0
        && trailing > 0
        && trailing < TRAILING_COUNT) {
      return first + trailing;
    }
    return PAIRS.get(pair(first, second));
  }

  private static long pair(int first, int second) {
    return (long) first << Integer.SIZE | second;
  }

  private static byte[] classes() {
    byte[] classes = new byte[Character.MAX_CODE_POINT + 1];
    for (int i = 1; TABLES.has("class" + i); i++) {
      byte own = (byte) i;
      TABLES.set("class" + i).stream().forEach(c -> classes[c] = own);
    }
    return classes;
  }

  private static Map<Long, Integer> pairs() {
    Map<Long, Integer> pairs = new HashMap<>();
    TABLES
        .mapping("pair")
        .forEach(
            (composed, parts) ->
                pairs.put(
                    pair(parts.codePointAt(0), parts.codePointBefore(parts.length())), composed));
    return pairs;
  }
}
