package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that unpack to far more than they are, rows without end, damaged files: in a heap of 64 MB.
 */
class HostileDataTest {
  @TempDir Path folder;

  private static String read(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-Xss512k", "-cp", System.getProperty("java.class.path")));
    command.add(HostileData.class.getName());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /** A file of one beginning, a part many times, and an end. */
  private Path file(String name, String begin, String part, int times, String end)
      throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream plain = Files.newOutputStream(file);
        OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(plain, 1 << 16) : plain) {
      out.write(begin.getBytes(StandardCharsets.UTF_8));
      byte[] block = part.repeat(1_000).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < times / 1_000; i++) {
        out.write(block);
      }
      out.write(end.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  @Test
  void smallFilesThatGrow_areRefusedInOneLine() throws Exception {
    int large = 100_000_000;
    String row = "{\"text\": \"a\", \"label\": 1}\n";
    Path[] files = {
      file("field.csv.gz", "text,label\n", "a", large, ",x\n"),
      file("quoted.csv.gz", "text,label\n\"", "a\n", large / 2, "\",x\n"),
      file("columns.csv.gz", "text,label\n", ",", large, "\n"),
      file("blank.csv.gz", "text,label\n", "\n", large, "a,x\n"),
      file("rows.csv.gz", "text,label\n", "a,x\n", large / 4, ""),
      file("rows.jsonl.gz", "", row, large / row.length(), ""),
      file("text.jsonl.gz", "{\"text\": \"", "a", large, "\", \"label\": 1}\n"),
      file("member.json.gz", "[{\"x\": ", "[", 300_000, ""),
      file("name.json.gz", "[{\"", "n", large, "\": 1}]"),
      file("number.json.gz", "[{\"label\": ", "1", large, "}]"),
      file("rowsIn.json.gz", "\"", "a", large, "\""),
    };
    String[] names = new String[files.length];
    for (int i = 0; i < files.length; i++) {
      assertThat(Files.size(files[i])).isLessThan(400_000);
      names[i] = files[i].toString();
    }

    String[] lines = read(names).split("\n");

    assertThat(lines).hasSize(files.length);
    String tooLong = " characters; check the quotes, or raise DataLimits.rowCharacters(...)";
    assertThat(lines[0]).contains("field.csv.gz:2: a row of more than ").contains(tooLong);
    assertThat(lines[1]).contains("quoted.csv.gz:2: a row of more than ").contains(tooLong);
    assertThat(lines[2])
        .endsWith("columns.csv.gz:2: more than 100000 columns; check the delimiter");
    assertThat(lines[3])
        .containsPattern("its first \\d+ bytes of gzip unpack to more than \\d+, over 200");
    assertThat(lines[4])
        .containsPattern("the first \\d+ rows take about \\d+ MB, the limit is 43 MB");
    assertThat(lines[5])
        .containsPattern("the first \\d+ rows take about \\d+ MB, the limit is 43 MB");
    assertThat(lines[6]).contains("text.jsonl.gz:1: more than ").contains(" characters; ");
    assertThat(lines[7]).contains("row 0 (counted from 0): not JSON: Nesting limit 255 reached");
    assertThat(lines[8]).contains("row 0 (counted from 0): more than ");
    assertThat(lines[9]).contains("row 0 (counted from 0): ");
    assertThat(lines[10]).contains("row 0 (counted from 0): more than ");
  }

  /** Lines and delimiters inside quotes, which are looked at for rows that the quotes swallowed. */
  @Test
  void quotedFieldOfManyLinesOrDelimiters_isRead() throws Exception {
    String begin = "text,label\n\"";
    Path[] files = {
      file("lines.csv", begin, "\n", 1_700_000, "\",x\n"),
      file("delimiters.csv", begin + "a,x\n", ",", 1_700_000, "\",x\n"),
      file("rows.csv", begin, "a,x\n", 425_000, "b\",x\n"),
    };

    String read = read(files[0].toString(), files[1].toString(), files[2].toString());

    assertThat(read.lines().filter(line -> line.equals("1 rows"))).as(read).hasSize(3);
  }

  /** The longest row that is allowed, behind rows that take all the memory that rows may. */
  @Test
  void longRowBehindMany_isReadOrRefused() throws Exception {
    String row = "{\"text\": \"" + "a".repeat(41_000) + "\", \"label\": 1}\n";
    List<String> names = new ArrayList<>();
    for (int chars : new int[] {1_000_000, 1_700_000, 2_500_000, 5_000_000}) {
      String last = "{\"text\": \"" + "\u6587".repeat(chars) + "\", \"label\": 1}\n";
      names.add(file("many" + chars + ".jsonl.gz", "", row, 1_000, last).toString());
    }

    assertThat(read(names.toArray(new String[0])).lines())
        .hasSize(4)
        .allMatch(
            line ->
                line.contains("rows take about ")
                    || line.contains(":1001: more than ")
                    || line.equals("1001 rows"));
  }

  @Test
  void valuesThatAreKept_areReckoned() throws Exception {
    String begin = "{\"text\": \"a\", \"label\": 1, \"o\": {\"p\": [";
    Path nested = file("keep.nested.jsonl.gz", begin, "[],", 500_000, "{}]}}");
    Path rows =
        file("keep.rows.csv.gz", "text,label,x\n", "a,b,\"" + "c".repeat(70) + "\"\n", 500_000, "");

    Path stream = Files.copy(rows, folder.resolve("stream.rows.csv.gz"));

    List<String> lines =
        read(nested.toString(), rows.toString(), stream.toString()).lines().toList();

    assertThat(lines.get(0)).isEqualTo("1 rows");
    assertThat(lines.get(1)).containsPattern("rows take about \\d+ MB, the limit is 43 MB");
    assertThat(lines.get(2)).as("one after the other").isEqualTo("500000 rows");
  }

  @Test
  void mutations_endInRowsOrAMessage() throws Exception {
    assertThat(read("mutate", folder.toString(), "1", "5000")).contains("5000 rounds, ");
  }

  @Test
  void limits_canBeRaisedAndLowered() throws Exception {
    Path file = file("a.csv", "text,label\n", "abcdefghij", 1_000, ",x\n");

    assertThat(Dataset.csv(file).get(0).text()).hasSize(10_000);
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(
            () ->
                Dataset.csv(
                    file,
                    CsvFormat.withHeader().limits(DataLimits.standard().rowCharacters(9_999))))
        .withMessage(
            file
                + ":2: a row of more than 9999 characters; check the quotes, or raise DataLimits.rowCharacters(...) by CsvFormat.limits(...)");
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(
            () ->
                Dataset.csv(
                    file, CsvFormat.withHeader().limits(DataLimits.standard().memoryBytes(60_000))))
        .withMessageContaining("a row of more than ");
    DataLimits tight = DataLimits.standard().expansion(20);
    assertThat(tight.allowsExpansion(1, DataLimits.EXPANSION_FROM)).as("small").isTrue();
    assertThat(tight.allowsExpansion(5_000_000, 100_000_000)).isTrue();
    assertThat(tight.allowsExpansion(4_000_000, 100_000_000)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DataLimits.standard().expansion(0))
        .withMessage("expansion: expected 1 or more, got 0");
  }
}
