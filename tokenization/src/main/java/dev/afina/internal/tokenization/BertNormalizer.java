package dev.afina.internal.tokenization;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * BERT's normalization: cleans the text, puts spaces around Chinese characters, removes accents,
 * converts to lower case.
 *
 * <p>All steps work on single characters (except for some rare marks, see {@link #append}), so a
 * table of the first 65,536 characters stores their combined effect. The table is filled as
 * characters occur, because filling all of it would take a fresh JVM a tenth of a second. Thread
 * safe: threads that fill the same entry write the same value.
 */
public final class BertNormalizer {

  /** The kind of a character; the rest of a table entry is the char that it becomes. */
  private static final int LETTER = NormalizedText.LETTER;

  private static final int SPACE = NormalizedText.SPACE;
  private static final int MARK = NormalizedText.MARK;
  private static final int REMOVED = 3;
  private static final int CHINESE = 4;
  private static final int OTHER = 5;
  private static final int BITS = 3;

  private final boolean cleans;
  private final boolean separatesChinese;
  private final boolean stripsAccents;
  private final boolean lowersCase;
  private final UnicodeTables unicode = UnicodeTables.get();
  private final BitSet removed = unicode.set("removed");
  private final BitSet cleanedToSpace = unicode.set("cleanedToSpace");
  private final BitSet chinese = unicode.set("chinese");
  private final BitSet keptMarks = unicode.set("keptMark");
  private final BitSet white = unicode.set("bertWhite");
  private final BitSet punctuation = unicode.set("bertPunctuation");
  private final int[] table = new int[Character.MAX_VALUE + 1];

  /**
   * One normalizer per combination of options, created on first use: a table takes milliseconds.
   */
  private static final AtomicReferenceArray<BertNormalizer> MADE = new AtomicReferenceArray<>(16);

  /** The normalizer with these steps; equal ones are shared. */
  public static BertNormalizer of(
      boolean cleans, boolean separatesChinese, boolean stripsAccents, boolean lowersCase) {
    int choice =
        (cleans ? 1 : 0)
            | (separatesChinese ? 2 : 0)
            | (stripsAccents ? 4 : 0)
            | (lowersCase ? 8 : 0);
    @Nullable BertNormalizer made = MADE.get(choice);
    if (made == null) {
      made = new BertNormalizer(cleans, separatesChinese, stripsAccents, lowersCase);
      MADE.set(choice, made);
    }
    return made;
  }

  private BertNormalizer(
      boolean cleans, boolean separatesChinese, boolean stripsAccents, boolean lowersCase) {
    this.cleans = cleans;
    this.separatesChinese = separatesChinese;
    this.stripsAccents = stripsAccents;
    this.lowersCase = lowersCase;
  }

  /** Normalizes a text, such as an added token; null if {@link #append} returns false. */
  public @Nullable String normalized(String text) {
    char[] chars = text.toCharArray();
    NormalizedText normalized = new NormalizedText(chars, chars.length, false);
    return append(chars, 0, chars.length, normalized)
        ? new String(normalized.chars(), 0, normalized.size())
        : null;
  }

  /**
   * Appends a part of a text.
   *
   * @return false if it contains one of some fifty rare marks that are not removed with the
   *     accents, so that their order matters
   */
  boolean append(char[] text, int from, int to, NormalizedText into) {
    for (int i = from; i < to; i++) {
      char c = text[i];
      int entry = table[c];
      if (entry == 0) { // not met before
        entry = Character.isSurrogate(c) ? OTHER : entry(c);
        table[c] = entry;
      }
      int action = entry & ((1 << BITS) - 1);
      if (action <= MARK) {
        into.append((char) (entry >>> BITS), (byte) action, i);
      } else if (action == CHINESE) {
        into.append(' ', NormalizedText.SPACE, i);
        into.append(c, NormalizedText.LETTER, i);
        into.append(' ', NormalizedText.SPACE, i);
      } else if (action == OTHER) {
        int codePoint = Character.codePointAt(text, i, to);
        if (stripsAccents && keptMarks.get(codePoint)) {
          return false;
        }
        append(codePoint, i, into);
        i += Character.charCount(codePoint) - 1;
      }
    }
    return true;
  }

  /** One step after the other, for all that is more than one char. */
  private void append(int codePoint, int from, NormalizedText into) {
    if (cleans && removed.get(codePoint)) {
      return;
    }
    boolean spaced = separatesChinese && chinese.get(codePoint);
    if (spaced) {
      into.append(' ', NormalizedText.SPACE, from);
    }
    String text = changed(codePoint);
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      byte kind = kind(c);
      into.append(text.charAt(i++), kind, from);
      if (c > Character.MAX_VALUE) {
        into.append(text.charAt(i++), kind, from);
      }
    }
    if (spaced) {
      into.append(' ', NormalizedText.SPACE, from);
    }
  }

  private int entry(int c) {
    if (stripsAccents && keptMarks.get(c)) {
      return OTHER;
    }
    String text = changed(c);
    if (text.isEmpty() || (cleans && removed.get(c))) {
      return REMOVED;
    }
    if (separatesChinese && chinese.get(c)) {
      boolean same = text.equals(Character.toString(c)) && kind(c) == LETTER;
      return same ? CHINESE : OTHER;
    }
    return text.length() > 1 ? OTHER : text.charAt(0) << BITS | kind(text.charAt(0));
  }

  private String changed(int codePoint) {
    if (cleans && cleanedToSpace.get(codePoint)) {
      return " ";
    }
    String text = stripsAccents ? unicode.unaccented(codePoint) : Character.toString(codePoint);
    if (!lowersCase) {
      return text;
    }
    int first = text.isEmpty() ? 0 : text.codePointAt(0);
    if (text.length() == Character.charCount(first)) {
      return unicode.lower(first); // nearly all, and a model's load waits for this
    }
    StringBuilder lower = new StringBuilder();
    text.codePoints().forEach(c -> lower.append(unicode.lower(c)));
    return lower.toString();
  }

  private byte kind(int codePoint) {
    return (byte) (white.get(codePoint) ? SPACE : punctuation.get(codePoint) ? MARK : LETTER);
  }
}
