package dev.afina.internal.tokenization;

import java.util.BitSet;

/** One step of normalization. Immutable. */
public abstract sealed class TextStep
    permits TextStep.CharByChar,
        TextStep.Replace,
        TextStep.Spaces,
        TextStep.Strip,
        CharacterMap,
        UnicodeForm {

  static final BitSet WHITE = UnicodeTables.get().set("bertWhite");

  TextStep() {}

  /**
   * Applies the step to a text.
   *
   * @return false if the text does not change, in which case nothing is written
   */
  abstract boolean apply(AlignedText text, AlignedText into);

  /** Converts each character to lower case, regardless of its neighbours. */
  public static TextStep lowercase() {
    return new CharByChar(false);
  }

  /** Removes marks. */
  public static TextStep stripAccents() {
    return new CharByChar(true);
  }

  /** Replaces each occurrence of a string, leftmost first. */
  public static TextStep replace(String found, String content) {
    return new Replace(found, content);
  }

  /** Replaces each run of two blanks or more: {@code " {2,}"}. */
  public static TextStep replaceBlanks(String content) {
    return new Spaces(false, content);
  }

  /**
   * Replaces each run of white space of two characters or more, and each single line feed, carriage
   * return or tab: <code>"\s{2,}|[\n\r\t]"</code>.
   */
  public static TextStep replaceWhite(String content) {
    return new Spaces(true, content);
  }

  /** Removes white space at the ends. */
  public static TextStep strip(boolean left, boolean right) {
    return new Strip(left, right);
  }

  /** Lower case, or no marks. */
  static final class CharByChar extends TextStep {
    private static final int FIRST_ACCENT = 0x300;

    private final UnicodeTables unicode = UnicodeTables.get();
    private final boolean strips;
    private final BitSet changed;
    private final char[] lower = new char[Character.MAX_VALUE + 1]; // 0: not one char

    private CharByChar(boolean strips) {
      this.strips = strips;
      changed = strips ? UnicodeTables.normalization().set("accent") : unicode.keys("lower");
      changed.stream()
          .filter(c -> c < lower.length)
          .forEach(
              c -> {
                String to = unicode.lower(c);
                lower[c] = to.length() == 1 ? to.charAt(0) : 0;
              });
    }

    @Override
    boolean apply(AlignedText text, AlignedText into) {
      int at = next(text, 0);
      if (at == text.size()) {
        return false;
      }
      into.begin(text);
      int copied = 0;
      while (at < text.size()) {
        into.copy(copied, at);
        int c = text.codePoint(at);
        copied = at + Character.charCount(c);
        if (!strips) {
          lower(c, at, into);
        }
        into.skip(copied - at);
        at = next(text, copied);
      }
      into.copy(copied, at);
      return true;
    }

    private void lower(int c, int at, AlignedText into) {
      if (c < lower.length && lower[c] != 0) {
        into.writeAt(lower[c], at);
        return;
      }
      String letters = unicode.lower(c);
      for (int i = 0; i < letters.length(); ) {
        int letter = letters.codePointAt(i);
        into.writeAt(letter, at);
        i += Character.charCount(letter);
      }
    }

    private int next(AlignedText text, int from) {
      char[] chars = text.chars();
      for (int i = from; i < text.size(); i++) {
        char c = chars[i];
        if (strips && c < FIRST_ACCENT) {
          continue;
        }
        if (Character.isHighSurrogate(c) ? changed.get(text.codePoint(i)) : changed.get(c)) {
          return i;
        }
      }
      return text.size();
    }
  }

  /** A text for another. */
  static final class Replace extends TextStep {
    private final String found;
    private final String content;

    private Replace(String found, String content) {
      this.found = found;
      this.content = content;
    }

    @Override
    boolean apply(AlignedText text, AlignedText into) {
      int at = next(text, 0);
      if (at < 0) {
        return false;
      }
      into.begin(text);
      int copied = 0;
      for (; at >= 0; at = next(text, copied)) {
        into.copy(copied, at);
        copied = at + found.length();
        into.replaceMatch(content, copied);
      }
      into.copy(copied, text.size());
      return true;
    }

    private int next(AlignedText text, int from) {
      char[] chars = text.chars();
      char first = found.charAt(0);
      for (int i = from; i <= text.size() - found.length(); i++) {
        if (chars[i] == first && stands(chars, i)) {
          return i;
        }
      }
      return -1;
    }

    private boolean stands(char[] chars, int at) {
      for (int k = 1; k < found.length(); k++) {
        if (chars[at + k] != found.charAt(k)) {
          return false;
        }
      }
      return true;
    }
  }

  /** A text for a run of blanks or of white space. */
  static final class Spaces extends TextStep {
    private final boolean white;
    private final String content;

    private Spaces(boolean white, String content) {
      this.white = white;
      this.content = content;
    }

    @Override
    boolean apply(AlignedText text, AlignedText into) {
      boolean changes = false;
      int copied = 0;
      char[] chars = text.chars();
      for (int i = 0; i < text.size(); i++) {
        if (!isSpace(chars[i])) {
          continue;
        }
        int end = i + 1;
        while (end < text.size() && isSpace(chars[end])) {
          end++;
        }
        if (end > i + 1 || (white && isBreak(chars[i]))) {
          if (!changes) {
            changes = true;
            into.begin(text);
          }
          into.copy(copied, i);
          into.replaceMatch(content, end);
          copied = end;
        }
        i = end - 1;
      }
      if (changes) {
        into.copy(copied, text.size());
      }
      return changes;
    }

    private boolean isSpace(char c) {
      return white ? WHITE.get(c) : c == ' ';
    }

    private static boolean isBreak(char c) {
      return c == '\n' || c == '\r' || c == '\t';
    }
  }

  /** No white space at the ends. */
  static final class Strip extends TextStep {
    private final boolean left;
    private final boolean right;

    private Strip(boolean left, boolean right) {
      this.left = left;
      this.right = right;
    }

    @Override
    boolean apply(AlignedText text, AlignedText into) {
      char[] chars = text.chars();
      int from = 0;
      int to = text.size();
      while (left && from < to && WHITE.get(chars[from])) {
        from++;
      }
      while (right && to > from && WHITE.get(chars[to - 1])) {
        to--;
      }
      if (from == 0 && to == text.size()) {
        return false;
      }
      into.begin(text);
      into.skip(from);
      into.copy(from, to);
      return true;
    }
  }
}
