package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Recognizes files that are not text by their first bytes, and says what to do with them. A
 * signature that a text could begin with counts only with the bytes that follow it in such files.
 */
final class FileKind {
  /** The number of bytes to look at. */
  static final int BYTES = 512;

  private static final int TAR_MARK = 257;
  private static final int ZIP_NAME_LENGTH = 26;
  private static final int ZIP_NAME = 30;
  private static final int[] SQLITE = "SQLite format 3\0".chars().toArray();

  private static final Pattern PAGE =
      Pattern.compile("\\s*<(?:!doctype\\s+html|html)[\\s>]", Pattern.CASE_INSENSITIVE);

  private static final String LFS = "version https://git-lfs.github.com/";

  private FileKind() {}

  /** What the file is and what to do with it; empty if it may be a table, as text. */
  static Optional<String> problem(byte[] start) {
    return PAGE.matcher(characters(start)).lookingAt()
        ? Optional.of(
            "a web page, perhaps the answer of a server that wants a login; fetch the file again")
        : problemOfText(start);
  }

  /** What the file is and what to do with it; empty if it may be any text, also a web page. */
  static Optional<String> problemOfText(byte[] start) {
    if (starts(start, 'P', 'K', 3, 4)) {
      return Optional.of(archive(start));
    }
    if (starts(start, 'P', 'A', 'R', '1') && isControl(tail(start, 4))) {
      return Optional.of("a Parquet file; read it by Dataset.parquet(...)");
    }
    if (starts(start, 0xd0, 0xcf, 0x11, 0xe0)) {
      return Optional.of("an old Excel or Word file; save it as CSV in UTF-8");
    }
    if (starts(start, 'B', 'Z', 'h') && starts(tail(start, 4), 0x31, 0x41, 0x59, 0x26)) {
      return Optional.of("packed by bzip2; unpack it first, only gzip is read as it is");
    }
    if (starts(start, 0x1f, 0x8b)) { // what came out of gzip
      return Optional.of("packed by gzip twice; unpack it once");
    }
    if (starts(start, 0xfd, '7', 'z', 'X', 'Z')) {
      return Optional.of("packed by xz; unpack it first, only gzip is read as it is");
    }
    if (starts(start, 0x28, 0xb5, 0x2f, 0xfd)) {
      return Optional.of("packed by zstd; unpack it first, only gzip is read as it is");
    }
    if (starts(start, '7', 'z', 0xbc, 0xaf) || starts(start, 'R', 'a', 'r', '!', 0x1a, 7)) {
      return Optional.of("an archive (7z or rar); unpack it and give the file inside");
    }
    if (starts(start, '%', 'P', 'D', 'F', '-') && isDigit(tail(start, 5))) {
      return Optional.of("a PDF, expected a text file");
    }
    if (starts(start, 'A', 'R', 'R', 'O', 'W', '1', 0, 0)) {
      return Optional.of("an Arrow file; save it as Parquet and read it by Dataset.parquet(...)");
    }
    if (starts(start, SQLITE)) {
      return Optional.of("an SQLite database; export the table as CSV");
    }
    byte[] mark = tail(start, TAR_MARK); // of POSIX or GNU
    if (starts(mark, 'u', 's', 't', 'a', 'r', 0)
        || starts(mark, 'u', 's', 't', 'a', 'r', ' ', ' ', 0)) {
      return Optional.of("a tar archive; unpack it and give the file inside");
    }
    return characters(start).stripLeading().startsWith(LFS)
        ? Optional.of("a pointer of Git LFS and not the file itself; fetch it by \"git lfs pull\"")
        : Optional.empty();
  }

  private static String characters(byte[] start) {
    return new String(start, StandardCharsets.ISO_8859_1);
  }

  /** Whether the first byte is one that no text has there; a Parquet file has 0x15 there. */
  private static boolean isControl(byte[] bytes) {
    return bytes.length > 0
        && (bytes[0] & 0xff) < ' '
        && bytes[0] != '\t'
        && bytes[0] != '\n'
        && bytes[0] != '\r';
  }

  private static boolean isDigit(byte[] bytes) {
    return bytes.length > 0 && bytes[0] >= '0' && bytes[0] <= '9';
  }

  /** Recognizes Excel files, which are zip archives; for others, names the first entry. */
  private static String archive(byte[] start) {
    if (start.length > ZIP_NAME) {
      int length = (start[ZIP_NAME_LENGTH] & 0xff) | (start[ZIP_NAME_LENGTH + 1] & 0xff) << 8;
      int end = Math.min(start.length, ZIP_NAME + length);
      String name = new String(start, ZIP_NAME, end - ZIP_NAME, StandardCharsets.UTF_8);
      if (name.startsWith("xl/")
          || name.startsWith("docProps/")
          || name.equals("[Content_Types].xml")
          || name.startsWith("_rels/")) {
        return "an Excel file (xlsx), not CSV; in Excel save it as \"CSV UTF-8\"";
      }
      return "a zip archive, its first file is "
          + Excerpt.quoted(name)
          + "; unpack it and give the file inside";
    }
    return "a zip archive; unpack it and give the file inside";
  }

  private static byte[] tail(byte[] bytes, int from) {
    return from >= bytes.length ? new byte[0] : Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private static boolean starts(byte[] bytes, int... expected) {
    if (bytes.length < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if ((bytes[i] & 0xff) != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
