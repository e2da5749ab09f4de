package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The encoding of a text file: that of its byte order mark, otherwise that given by the caller,
 * otherwise UTF-8.
 *
 * @param charset the encoding, in a variant that neither writes nor expects a byte order mark
 * @param markBytes the length of the byte order mark; 0 for none
 */
record TextEncoding(Charset charset, int markBytes) {
  /** If at least this share of every second byte is zero, the file is UTF-16. */
  private static final double ZEROS = 0.4;

  /** The minimum number of bytes for that. */
  private static final int ENOUGH = 8;

  private static final String UTF_16 = "UTF-16";

  /**
   * The encoding with this name.
   *
   * @throws IllegalArgumentException if this JVM does not support it
   */
  static Charset named(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new IllegalArgumentException(
          "charset "
              + Excerpt.quoted(name)
              + " is not known; use one like UTF-8, ISO-8859-1, windows-1252 or UTF-16",
          e);
    }
  }

  /**
   * Determines the encoding of a file.
   *
   * @param start the file's first bytes
   * @param named the encoding given by the caller; null for none
   * @throws DatasetException if the byte order mark contradicts the caller, or the file is UTF-16
   *     although neither says so
   */
  static TextEncoding of(Path path, byte[] start, @Nullable Charset named) throws DatasetException {
    TextEncoding marked = marked(start);
    if (marked != null) {
      return agreed(path, marked, named);
    }
    Charset unmarked = unmarkedUtf16(start);
    if (named == null || !named.name().startsWith(UTF_16)) {
      if (unmarked != null) {
        throw new DatasetException(
            path,
            "every second byte is 0: this is UTF-16 without a mark and not %s; name it by charset(\"%s\")"
                .formatted(named == null ? "UTF-8" : named.name(), unmarked.name()),
            null);
      }
      return new TextEncoding(named == null ? StandardCharsets.UTF_8 : named, 0);
    }
    if (!named.name().equals(UTF_16)) {
      return new TextEncoding(named, 0);
    }
    if (unmarked == null && start.length > 0) {
      throw new DatasetException(
          path,
          "UTF-16 without a mark: which byte comes first cannot be seen; name it by charset(\"UTF-16LE\") or charset(\"UTF-16BE\")",
          null);
    }
    return new TextEncoding(unmarked == null ? StandardCharsets.UTF_16LE : unmarked, 0);
  }

  private static TextEncoding agreed(Path path, TextEncoding marked, @Nullable Charset named)
      throws DatasetException {
    if (named != null
        && !named.equals(marked.charset())
        && !(marked.charset().name().startsWith(named.name()) && named.name().startsWith("UTF-"))) {
      throw new DatasetException(
          path,
          "begins with the mark of %s, but charset(\"%s\") is named; leave charset(...) out (in a data set's card: encoding), or take the mark away"
              .formatted(marked.charset().name(), named.name()),
          null);
    }
    return marked;
  }

  private static @Nullable TextEncoding marked(byte[] start) {
    int a = at(start, 0);
    int b = at(start, 1);
    if (a == 0xef && b == 0xbb && at(start, 2) == 0xbf) {
      return new TextEncoding(StandardCharsets.UTF_8, 3);
    }
    if (a == 0xff && b == 0xfe) {
      return at(start, 2) == 0 && at(start, 3) == 0
          ? new TextEncoding(Charset.forName("UTF-32LE"), 4)
          : new TextEncoding(StandardCharsets.UTF_16LE, 2);
    }
    if (a == 0xfe && b == 0xff) {
      return new TextEncoding(StandardCharsets.UTF_16BE, 2);
    }
    return null;
  }

  /** Most characters of a header are ASCII, so in UTF-16 one of their two bytes is 0. */
  private static @Nullable Charset unmarkedUtf16(byte[] start) {
    int pairs = start.length / 2;
    if (pairs * 2 < ENOUGH) {
      return null;
    }
    int[] zeros = new int[2];
    for (int i = 0; i < pairs * 2; i++) {
      if (start[i] == 0) {
        zeros[i & 1]++;
      }
    }
    if (zeros[1] >= ZEROS * pairs && zeros[0] <= zeros[1] / 4) {
      return StandardCharsets.UTF_16LE;
    }
    return zeros[0] >= ZEROS * pairs && zeros[1] <= zeros[0] / 4 ? StandardCharsets.UTF_16BE : null;
  }

  private static int at(byte[] bytes, int i) {
    return i < bytes.length ? bytes[i] & 0xff : -1;
  }
}
