package dev.afina.internal.tokenization;

/**
 * Grapheme clusters, the extended ones of Unicode's annex 29. Pairs of regional indicators are not
 * looked for: a cluster of theirs is never replaced as a whole, see {@link CharacterMap}.
 */
final class Graphemes {

  private static final int JOINS = 1; // to what is before it
  private static final int EXTENDS = 1 << 1; // one of those that are looked through
  private static final int CONTROL = 1 << 2;
  private static final int PREPEND = 1 << 3; // joins to what is behind it
  private static final int PICTOGRAPH = 1 << 4;
  private static final int CONSONANT = 1 << 5;
  private static final int LINKER = 1 << 6;
  private static final int CONJUNCT = 1 << 7; // looked through between consonants

  private static final char JOINER = 0x200D;
  private static final int HANGUL = 0xAC00;
  private static final int HANGUL_END = 0xD7A4;
  private static final int TRAILING_COUNT = 28;

  private static final byte[] KINDS = kinds();

  private Graphemes() {}

  /** Whether a character is a cluster by itself if the next one does not join to it. */
  static boolean isPlain(int c) {
    return (KINDS[c] & (PREPEND | PICTOGRAPH | CONSONANT)) == 0
        && c != '\r'
        && syllableType(c) == 0;
  }

  /** Whether a character joins to a plain one before it. */
  static boolean joins(int c) {
    return (KINDS[c] & JOINS) != 0;
  }

  /** Where the cluster ends that begins at a place, in a text that ends at {@code to}. */
  static int end(char[] text, int from, int to) {
    int before = Character.codePointAt(text, from, to);
    int at = from + Character.charCount(before);
    if (before == '\r' && at < to && text[at] == '\n') {
      return at + 1;
    }
    if ((KINDS[before] & CONTROL) != 0) {
      return at;
    }
    boolean emoji = (KINDS[before] & PICTOGRAPH) != 0; // and what extends it
    boolean joined = false; // such a one and a joiner
    boolean conjunct = (KINDS[before] & CONSONANT) != 0; // and what is looked through
    boolean linked = false;
    while (at < to) {
      int c = Character.codePointAt(text, at, to);
      int kind = KINDS[c];
      boolean together =
          (kind & CONTROL) == 0
              && ((kind & JOINS) != 0
                  || (KINDS[before] & PREPEND) != 0
                  || (joined && (kind & PICTOGRAPH) != 0)
                  || (conjunct && linked && (kind & CONSONANT) != 0)
                  || isSyllable(syllableType(before), syllableType(c)));
      if (!together) {
        break;
      }
      joined = emoji && c == JOINER;
      emoji =
          (kind & PICTOGRAPH) != 0 || (emoji && (kind & (JOINS | EXTENDS)) == (JOINS | EXTENDS));
      linked = conjunct && (linked || (kind & LINKER) != 0) && (kind & CONJUNCT) != 0;
      conjunct = (kind & CONSONANT) != 0 || (conjunct && (kind & CONJUNCT) != 0);
      before = c;
      at += Character.charCount(c);
    }
    return at;
  }

  /** Leading 1, vowel 2, trailing 3, a syllable without a trailing letter 4, with one 5; else 0. */
  private static int syllableType(int c) {
    if (c < 0x1100 || c > 0xD7FB) {
      return 0;
    }
    if (c >= HANGUL && c < HANGUL_END) {
      return (c - HANGUL) % TRAILING_COUNT == 0 ? 4 : 5;
    }
    if (c <= 0x115F || (c >= 0xA960 && c <= 0xA97C)) {
      return 1;
    }
    if (c <= 0x11A7 || (c >= 0xD7B0 && c <= 0xD7C6)) {
      return 2;
    }
    return c <= 0x11FF || c >= 0xD7CB ? 3 : 0;
  }

  private static boolean isSyllable(int before, int c) {
    return switch (before) {
      case 1 -> c == 1 || c == 2 || c >= 4;
      case 2, 4 -> c == 2 || c == 3;
      case 3, 5 -> c == 3;
      default -> false;
    };
  }

  private static byte[] kinds() {
    byte[] kinds = new byte[Character.MAX_CODE_POINT + 1];
    UnicodeTables tables = UnicodeTables.graphemes();
    String[] names = {
      "joins",
      "extends",
      "control",
      "prepend",
      "pictograph",
      "consonant",
      "linker",
      "conjunctExtend"
    };
    for (int bit = 0; bit < names.length; bit++) {
      int kind = 1 << bit;
      tables.set(names[bit]).stream().forEach(c -> kinds[c] = (byte) (kinds[c] | kind));
    }
    return kinds;
  }
}
