package dev.afina.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a few kilobytes that ask for gigabytes, and damaged ones: in a heap of 96 MB. */
class HostileParquetTest {
  private static final byte[] PAR1 = {'P', 'A', 'R', '1'};

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

  /** The footer's fields as a few bytes each: more types than the heap holds, a name of spaces. */
  @Test
  void footersThatGrow_areRefusedInOneLine() throws Exception {
    Path types = folder.resolve("types.parquet");
    Files.write(types, footerOfColumns(400_000));
    Path writer = folder.resolve("writer.parquet");
    Files.write(writer, withWriter(Files.readAllBytes(ParquetFileTest.file("none.parquet"))));
    Path encrypted = folder.resolve("encrypted.parquet");
    Files.writeString(encrypted, "PARE" + "x".repeat(100) + "PARE", StandardCharsets.ISO_8859_1);

    String[] lines =
        read(types.toString(), writer.toString(), encrypted.toString())
            .lines()
            .map(line -> line.substring(line.lastIndexOf(".parquet: ") + 10))
            .toArray(String[]::new);

    assertThat(lines[0])
        .matches(
            "it has more than \\d+ columns and groups, which the memory allowed cannot hold; give Java more by -Xmx");
    assertThat(lines[1])
        .isEqualTo(
            "not a Parquet file that can be read: its writer's name has 20012 bytes, expected at most 1000");
    assertThat(lines[2])
        .isEqualTo("it is encrypted, which is not supported; save it without encryption");
  }

  private static byte[] footerOfColumns(int columns) throws IOException {
    ByteArrayOutputStream footer = new ByteArrayOutputStream();
    footer.write(new byte[] {0x15, 2, 0x19, (byte) 0xfc}); // version 1, a list of structs
    varint(footer, columns + 1);
    footer.write(new byte[] {0x48, 1, 's', 0x15}); // the root, its name and children
    varint(footer, 2 * columns);
    footer.write(0);
    for (int i = 0; i < columns; i++) {
      footer.write(new byte[] {0x15, 12, 0x25, 0, 0x18, 1, 'c', 0}); // required binary c
    }
    footer.write(new byte[] {0x16, 0, 0x19, 0x0c, 0}); // no rows, no groups
    ByteBuffer file =
        ByteBuffer.allocate(footer.size() + 12).order(ByteOrder.LITTLE_ENDIAN).put(PAR1);
    return file.put(footer.toByteArray()).putInt(footer.size()).put(PAR1).array();
  }

  /** The file with a long name of its writer. */
  private static byte[] withWriter(byte[] file) throws IOException {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    int name = text.lastIndexOf("parquet-cpp-arrow version ");
    int length = file[name - 1];
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.write(file, 0, name - 1);
    String writer = "a version 1 " + " ".repeat(20_000);
    varint(changed, writer.length());
    changed.write(writer.getBytes(StandardCharsets.US_ASCII));
    changed.write(file, name + length, file.length - 8 - name - length);
    int old = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8);
    int size = old + changed.size() - (file.length - 8);
    ByteBuffer tail = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(size).put(PAR1);
    changed.write(tail.array());
    return changed.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int left = value;
    for (; left >= 128; left >>>= 7) {
      out.write((left & 127) | 128);
    }
    out.write(left);
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
