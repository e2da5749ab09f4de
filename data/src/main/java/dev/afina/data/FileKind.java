package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Recognizes files that are not text by their first bytes, and says what to do with them. */
final class FileKind {
  /** The number of bytes to look at. */
  static final int BYTES = 512;

  private static final int TAR_MARK = 257;
  private static final int ZIP_NAME_LENGTH = 26;
  private static final int ZIP_NAME = 30;

  private FileKind() {}

  /** What the file is and what to do with it; empty if it may be text. */
  static Optional<String> problem(byte[] start) {
    if (starts(start, 'P', 'K', 3, 4)) {
      return Optional.of(archive(start));
    }
    if (starts(start, 'P', 'A', 'R', '1')) {
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
    if (starts(start, '7', 'z', 0xbc, 0xaf) || starts(start, 'R', 'a', 'r', '!')) {
      return Optional.of("an archive (7z or rar); unpack it and give the file inside");
    }
    if (starts(start, '%', 'P', 'D', 'F')) {
      return Optional.of("a PDF, expected a text file");
    }
    if (starts(start, 'A', 'R', 'R', 'O', 'W', '1')) {
      return Optional.of("an Arrow file; save it as Parquet and read it by Dataset.parquet(...)");
    }
    if (starts(start, 'S', 'Q', 'L', 'i', 't', 'e')) {
      return Optional.of("an SQLite database; export the table as CSV");
    }
    if (starts(tail(start, TAR_MARK), 'u', 's', 't', 'a', 'r')) {
      return Optional.of("a tar archive; unpack it and give the file inside");
    }
    return byWords(start);
  }

  private static Optional<String> byWords(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1).stripLeading();
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith("<!doctype html") || lower.startsWith("<html")) {
      return Optional.of(
          "a web page, perhaps the answer of a server that wants a login; fetch the file again");
    }
    if (text.startsWith("version https://git-lfs.github.com/")) {
      return Optional.of(
          "a pointer of Git LFS and not the file itself; fetch it by \"git lfs pull\"");
    }
    return Optional.empty();
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
