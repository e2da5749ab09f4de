package dev.afina.data;

import java.io.IOException;
import java.io.Reader;

/**
 * Turns the numbers that Python's {@code json} writes, and JSON does not know, into JSON outside of
 * strings: {@code NaN} is null, and {@code Infinity} is 1e999, a number beyond all doubles.
 */
final class PythonNumbers extends Reader {
  /** Longer words are none of these. */
  private static final int LONGEST = 9;

  /** What may stand before a number, as opposed to 1Infinity. */
  private static final String BEFORE = "[,:- \t\r\n";

  private final Reader in;
  private final char[] buffer = new char[1 << 10];
  private final StringBuilder ready = new StringBuilder();

  /** How many characters of those that are ready have been read. */
  private int taken;

  /** The letters just before, outside of a string. */
  private final StringBuilder word = new StringBuilder();

  /** The character before those letters. */
  private char before = ' ';

  private boolean inString;
  private boolean escaped;

  /** Of JSON; closed with this. */
  PythonNumbers(Reader in) {
    this.in = in;
  }

  /** Whether a text may have such numbers. */
  static boolean mayBeIn(String text) {
    return text.contains("NaN") || text.contains("Infinity");
  }

  @Override
  public int read(char[] chars, int from, int length) throws IOException {
    while (taken == ready.length() && length > 0) {
      taken = 0;
      ready.setLength(0);
      int got = in.read(buffer, 0, Math.min(length, buffer.length)); // no row too far
      if (got < 0) {
        endWord();
        if (ready.length() == 0) {
          return -1;
        }
      }
      for (int i = 0; i < got; i++) {
        if (inString && !escaped) { // most characters: copied at once
          int plain = i;
          while (i < got && buffer[i] != '"' && buffer[i] != '\\') {
            i++;
          }
          ready.append(buffer, plain, i - plain);
        }
        if (i < got) {
          take(buffer[i]);
        }
      }
    }
    int got = Math.min(length, ready.length() - taken);
    ready.getChars(taken, taken + got, chars, from);
    taken += got;
    return got;
  }

  private void take(char c) {
    if (inString) {
      inString = c != '"' || escaped;
      escaped = c == '\\' && !escaped;
      ready.append(c);
    } else if (isLetter(c) && word.length() < LONGEST) {
      word.append(c);
    } else {
      endWord();
      inString = c == '"';
      before = c;
      ready.append(c);
    }
  }

  private void endWord() {
    String letters = BEFORE.indexOf(before) < 0 ? "" : word.toString();
    switch (letters) {
      case "NaN" -> ready.append("null");
      case "Infinity" -> ready.append("1e999");
      default -> ready.append(word);
    }
    word.setLength(0);
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
