package dev.afina.internal.tokenization;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * SentencePiece's precompiled character map, applied like the native library. A grapheme cluster of
 * fewer than six bytes is looked up as a whole: the shortest prefix of it that the map contains
 * determines the replacement of the whole cluster. Otherwise each character is looked up.
 * Immutable.
 */
public final class CharacterMap extends TextStep {

  private static final int SHORT = 6; // bytes of a cluster that is not looked for as a whole

  private static final int NONE = -1;

  /** What a char is, if the next one does not join to it. */
  private static final byte KEPT = 0;

  private static final byte REPLACED = 1;
  private static final byte OTHER = 2;

  private final int[] units;
  private final byte[] replacements;
  private final byte[] actions = new byte[Character.MAX_VALUE + 1];
  private final @Nullable String[] single = new String[Character.MAX_VALUE + 1];
  private final boolean[] joins = new boolean[Character.MAX_VALUE + 1];

  /**
   * A map in which every reachable unit has been checked.
   *
   * @param units a double-array trie over bytes; its values are indexes of replacements
   * @param replacements UTF-8, each terminated by NUL
   */
  public CharacterMap(int[] units, byte[] replacements) {
    this.units = units.clone();
    this.replacements = replacements.clone();
    for (int c = 0; c < actions.length; c++) {
      joins[c] = Character.isSurrogate((char) c) || Graphemes.joins(c);
      if (Character.isSurrogate((char) c) || !Graphemes.isPlain(c)) {
        actions[c] = OTHER;
      } else {
        single[c] = replacement(c);
        actions[c] = single[c] == null ? KEPT : REPLACED;
      }
    }
  }

  @Override
  boolean apply(AlignedText text, AlignedText into) {
    char[] chars = text.chars();
    int size = text.size();
    boolean changes = false;
    int copied = 0;
    int i = 0;
    while (i < size) {
      byte action = actions[chars[i]];
      boolean alone = i + 1 == size || !joins[chars[i + 1]];
      if (alone && action == KEPT) {
        i++;
        continue;
      }
      int end = alone && action == REPLACED ? i + 1 : Graphemes.end(chars, i, size);
      String whole =
          end == i + 1 ? ofChar(chars[i]) : isShort(chars, i, end) ? first(chars, i, end) : null;
      if (whole != null) {
        changes |= begin(changes, text, into);
        into.copy(copied, i);
        into.replace(whole, Character.codePointCount(chars, i, end - i));
        copied = end;
        i = end;
        continue;
      }
      while (i < end) {
        int c = text.codePoint(i);
        String own = c <= Character.MAX_VALUE ? ofChar((char) c) : replacement(c);
        int next = i + Character.charCount(c);
        if (own != null) {
          changes |= begin(changes, text, into);
          into.copy(copied, i);
          into.replace(own, 1);
          copied = next;
        }
        i = next;
      }
    }
    if (changes) {
      into.copy(copied, size);
    }
    return changes;
  }

  private static boolean begin(boolean begun, AlignedText text, AlignedText into) {
    if (!begun) {
      into.begin(text);
    }
    return true;
  }

  private @Nullable String ofChar(char c) {
    return actions[c] == OTHER ? replacement(c) : single[c];
  }

  private static boolean isShort(char[] text, int from, int to) {
    return to - from < SHORT && Utf8.length(text, from, to) < SHORT;
  }

  /** The replacement of the shortest prefix of a cluster in the map; null if there is none. */
  private @Nullable String first(char[] text, int from, int to) {
    int at = 0;
    for (int i = from; i < to && at >= 0; ) {
      int c = Character.codePointAt(text, i, to);
      i += Character.charCount(c);
      at = walk(at, c);
    }
    return at == NONE || at >= 0 ? null : text(-2 - at);
  }

  private @Nullable String replacement(int codePoint) {
    int at = walk(0, codePoint);
    return at == NONE || at >= 0 ? null : text(-2 - at);
  }

  /** The unit that a character leads to, or {@link #NONE}, or -2 - the place of a replacement. */
  private int walk(int unit, int codePoint) {
    int length = Utf8.length(codePoint);
    int at = unit;
    for (int k = 0; k < length; k++) {
      int b = Utf8.byteAt(codePoint, k, length);
      int child = at ^ offset(units[at]) ^ b;
      if (b == 0 || (units[child] & (Integer.MIN_VALUE | 0xFF)) != b) {
        return NONE;
      }
      at = child;
      if ((units[at] >>> 8 & 1) == 1) {
        return -2 - (units[at ^ offset(units[at])] & Integer.MAX_VALUE);
      }
    }
    return at;
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
  }

  private String text(int start) {
    int end = start;
    while (end < replacements.length && replacements[end] != 0) {
      end++;
    }
    return new String(replacements, start, end - start, StandardCharsets.UTF_8);
  }
}
