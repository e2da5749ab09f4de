package dev.afina.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a few kilobytes that ask for gigabytes, and damaged ones: in a heap of 96 MB. */
class HostileParquetTest {
  @TempDir Path folder;

  private static String read(String... arguments) throws IOException, InterruptedException {
    return readLabels("label", arguments);
  }

  private static String readLabels(String column, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() >= 24) {
      // The decompressor of zstd uses Unsafe; newer JVMs print four lines about it.
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-Xmx96m", "-Xss512k", "-cp", System.getProperty("java.class.path")));
    command.add("-Dlabel=" + column);
    command.add(HostileFiles.class.getName());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static String file(String name) {
    return ParquetFileTest.file("../hostile/" + name + ".parquet").normalize().toString();
  }

  private static String[] files(String... names) {
    return Stream.of(names).map(HostileParquetTest::file).toArray(String[]::new);
  }

  @Test
  void smallFilesThatGrow_areRefusedInOneLine() throws Exception {
    String[] lines =
        read(files("one-text", "page-of-zeros", "prefixes", "rows", "deep"))
            .lines()
            .map(line -> line.substring(line.indexOf(": ") + 2))
            .toArray(String[]::new);

    assertThat(lines).hasSize(5);
    assertThat(lines[0])
        .containsPattern(
            ": a page of \\d+ bytes announces 400000010 unpacked, more than the memory");
    assertThat(lines[1])
        .containsPattern(": a page of \\d+ bytes announces \\d+ unpacked, more than");
    assertThat(lines[2])
        .containsPattern(": the first \\d+ rows take about 65 MB, the limit is 64 MB");
    assertThat(lines[3])
        .containsPattern(
            ": it announces more than \\d+ rows, which the memory allowed cannot hold");
    assertThat(lines[4]).endsWith("its types are nested more than 100 deep");
  }

  @Test
  void textThatManyRowsShare_isThereOnce() throws Exception {
    assertThat(read(file("shared"))).isEqualTo("shared.parquet: 2000 rows\n");
  }

  @Test
  void mutations_endInRowsOrAMessage() throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("mutate", folder.resolve("m.parquet").toString(), "1", "1000"));
    for (String name : List.of("none", "snappy", "gzip", "zstd", "lz4", "v2", "plain", "types")) {
      arguments.add(ParquetFileTest.file(name + ".parquet").toString());
    }
    arguments.add(file("prefixes"));
    arguments.add(file("shared"));

    assertThat(read(arguments.toArray(String[]::new)))
        .endsWith(" read\n")
        .contains("1000 rounds, ");
  }

  private static String target(String name) {
    return ParquetFileTest.file("../../targets/" + name + ".parquet").normalize().toString();
  }

  @Test
  void smallFilesOfLongLists_areRefusedInOneLine() throws Exception {
    String[] lines =
        readLabels("labels", target("long-list"), target("longest-list"))
            .lines()
            .map(line -> line.substring(line.indexOf(".parquet: ") + 10))
            .toArray(String[]::new);

    assertThat(lines[0]).endsWith(": a row has a list of more than 65536 values");
    assertThat(lines[1])
        .endsWith(
            ": a column of lists announces 50000000 values, which the memory allowed cannot hold; give Java more by -Xmx");
  }

  @Test
  void mutationsOfLists_endInRowsOrAMessage() throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("mutate", folder.resolve("m.parquet").toString(), "1", "1000"));
    for (String name :
        List.of("three-levels", "two-levels", "one-level", "pages-v2", "delta", "long-list")) {
      arguments.add(target(name));
    }

    assertThat(readLabels("labels", arguments.toArray(String[]::new)))
        .endsWith(" read\n")
        .contains("1000 rounds, ");
  }
}
