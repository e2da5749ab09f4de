package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileKindTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PAR1 is how a Parquet file begins",
        "PAR1",
        "PAR1,label\na,b\n",
        "PAR1\nrows of a single column\n",
        "Rar! That is what the lion said",
        "%PDF is not a word",
        "%PDF-files are hard to read",
        "ARROW1 is the answer",
        "SQLite throws \"database is locked\"",
        "SQLite format 3 is what it begins with",
        "7zip is free",
        "<htmlunit> is a library",
      })
  void text_thatBeginsLikeAnotherFile_isText(String text) {
    assertThat(FileKind.problem(bytes(text))).isEmpty();
  }

  @Test
  void text_withTheMarkOfTarInAWord_isText() {
    assertThat(FileKind.problem(bytes("x".repeat(256) + "gustar mucho"))).isEmpty();
    assertThat(FileKind.problem(bytes("x".repeat(256) + "gustar  mucho"))).isEmpty();
  }

  @Test
  void otherFiles_areRecognizedByTheirSignatures() {
    assertKind("PAR1\u0015\u0004\u0015", "a Parquet file");
    assertKind("Rar!\u001a\u0007\u0001\0", "an archive");
    assertKind("7z\u00bc\u00af'\u001c\0\u0004", "an archive");
    assertKind("%PDF-1.7\n", "a PDF");
    assertKind("ARROW1\0\0", "an Arrow file");
    assertKind("SQLite format 3\0\u0010\0", "an SQLite database");
    assertKind("x".repeat(257) + "ustar\00000", "a tar archive"); // POSIX
    assertKind("x".repeat(257) + "ustar  \0", "a tar archive"); // GNU
    assertKind("\n<html lang=\"en\">", "a web page");
    assertKind("<!DOCTYPE html>", "a web page");
    assertKind("version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS");
  }

  @Test
  void oneText_mayBeAWebPage() {
    assertThat(FileKind.problemOfText(bytes("<html>"))).isEmpty();
    assertThat(FileKind.problemOfText(bytes("%PDF-1.7"))).isPresent();
  }

  private static void assertKind(String start, String kind) {
    assertThat(FileKind.problem(bytes(start)).orElseThrow()).startsWith(kind);
  }
}
