package dev.afina.internal.tokenization;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The Unicode tables of the native tokenizers, from files that interop/UnicodeTables.java generates
 * by querying them. Java's own tables cannot be used: each JDK has another version of Unicode, and
 * the native library itself mixes several. Immutable.
 */
final class UnicodeTables {

  private static final UnicodeTables TABLES = read("unicode.txt");

  private static final int HANGUL = 0xAC00;
  private static final int HANGUL_COUNT = 11172;
  private static final int LEADING = 0x1100;
  private static final int VOWELS = 0x1161;
  private static final int TRAILING = 0x11A7;
  private static final int VOWEL_COUNT = 21;
  private static final int TRAILING_COUNT = 28;

  private final Map<String, BitSet> sets = new HashMap<>();
  private final Map<String, Map<Integer, String>> mappings = new HashMap<>();

  private UnicodeTables() {}

  /** Loaded when a tokenizer needs it. */
  private static final class Normalization {
    static final UnicodeTables TABLES = read("normalization.txt");
  }

  /** Character classes (white space, punctuation, letters) and lower case. */
  static UnicodeTables get() {
    return TABLES;
  }

  /** Decompositions, combining classes and compositions. */
  static UnicodeTables normalization() {
    return Normalization.TABLES;
  }

  /** The character classes of grapheme clusters; loaded on each call. */
  static UnicodeTables graphemes() {
    return read("graphemes.txt");
  }

  /** The code points of a set, which must not be modified. */
  BitSet set(String name) {
    return Objects.requireNonNull(sets.get(name), name);
  }

  boolean has(String name) {
    return sets.containsKey(name);
  }

  /** The results of a mapping for the code points that it changes; must not be modified. */
  Map<Integer, String> mapping(String name) {
    return Objects.requireNonNull(mappings.get(name), name);
  }

  /** The code points that a mapping changes. */
  BitSet keys(String mapping) {
    BitSet keys = new BitSet();
    mapping(mapping).keySet().forEach(keys::set);
    return keys;
  }

  /**
   * The lower case of a code point by Rust's {@code char::to_lowercase}, regardless of its
   * neighbours.
   */
  String lower(int codePoint) {
    return mapped("lower", codePoint);
  }

  /** The code point decomposed and without its marks. */
  String unaccented(int codePoint) {
    int syllable = codePoint - HANGUL;
    if (syllable < 0 || syllable >= HANGUL_COUNT) {
      return mapped("unaccented", codePoint);
    }
    StringBuilder letters = new StringBuilder();
    letters.append((char) (LEADING + syllable / (VOWEL_COUNT * TRAILING_COUNT)));
    letters.append((char) (VOWELS + syllable / TRAILING_COUNT % VOWEL_COUNT));
    if (syllable % TRAILING_COUNT != 0) {
      letters.append((char) (TRAILING + syllable % TRAILING_COUNT));
    }
    return letters.toString();
  }

  private String mapped(String mapping, int codePoint) {
    String to = mapping(mapping).get(codePoint);
    return to == null ? Character.toString(codePoint) : to;
  }

  private static UnicodeTables read(String file) {
    UnicodeTables tables = new UnicodeTables();
    try (InputStream in = UnicodeTables.class.getResourceAsStream(file);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    Objects.requireNonNull(in, file), StandardCharsets.US_ASCII))) {
      lines.lines().filter(line -> !line.startsWith("#")).forEach(tables::add);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " of afina-tokenization cannot be read", e);
    }
    return tables;
  }

  private void add(String line) {
    String[] words = line.split(" ", -1);
    String name = words[0].substring(0, words[0].length() - 1);
    BitSet set = new BitSet();
    Map<Integer, String> mapping = new HashMap<>();
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      String range = equals < 0 ? words[i] : words[i].substring(0, equals);
      int dots = range.indexOf("..");
      int first = Integer.parseInt(dots < 0 ? range : range.substring(0, dots), 16);
      int last = dots < 0 ? first : Integer.parseInt(range.substring(dots + 2), 16);
      if (equals < 0) {
        set.set(first, last + 1);
      } else {
        map(first, last, words[i].substring(equals + 1), mapping);
      }
    }
    sets.put(name, set);
    mappings.put(name, mapping);
  }

  private static void map(int first, int last, String to, Map<Integer, String> mapping) {
    for (int c = first; c <= last; c++) {
      StringBuilder text = new StringBuilder();
      if (!to.isEmpty()) {
        for (String hex : to.split("\\+", -1)) {
          text.appendCodePoint(Integer.parseInt(hex, 16) + c - first);
        }
      }
      mapping.put(c, text.toString());
    }
  }
}
