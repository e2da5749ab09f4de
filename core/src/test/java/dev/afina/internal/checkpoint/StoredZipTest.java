package dev.afina.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.CheckpointException;
import dev.afina.internal.files.Excerpt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Zip files that are what they seem, and others. */
class StoredZipTest {
  private static final String CONTRADICTION =
      "its end records contradict each other, or the place of the directory";

  /** Two entries of 3 and 5 bytes with names of 1 byte; nothing else in 2 * (30 + 1) + 8 bytes. */
  private static final int SECOND = 30 + 1 + 3;

  private static final int DIRECTORY = SECOND + 30 + 1 + 5;
  private static final int SECOND_IN_DIRECTORY = DIRECTORY + 46 + 1;
  private static final int END = SECOND_IN_DIRECTORY + 46 + 1;

  @Test
  void read_givesEachEntrysPlace() throws IOException {
    byte[] file = file();
    assertThat(file).hasSize(END + 22);
    assertThat(read(file).entries())
        .containsOnly(
            Map.entry("a", new StoredZip.Range(31, 3)),
            Map.entry("b", new StoredZip.Range(SECOND + 31, 5)));
    assertThat(read(PickleBytes.zip(Map.of())).entries()).isEmpty();
  }

  /** As torch writes files of more than 4 GiB: the numbers of 4 bytes say that 8 lie elsewhere. */
  @Test
  void read_numbersOfEightBytes() throws IOException {
    byte[] file = file();
    byte[] extra = new byte[28];
    little(extra).putShort((short) 1).putShort((short) 24).putLong(5).putLong(5).putLong(SECOND);
    byte[] large =
        ByteBuffer.allocate(file.length + 28 + 56 + 20)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(file, 0, END)
            .put(extra)
            .putInt(0x06064b50)
            .putLong(44)
            .putInt(0)
            .putInt(0)
            .putInt(0)
            .putLong(2)
            .putLong(2)
            .putLong(END + 28 - DIRECTORY)
            .putLong(DIRECTORY)
            .putInt(0x07064b50)
            .putInt(0)
            .putLong(END + 28)
            .putInt(1)
            .put(file, END, 22)
            .array();
    ByteBuffer fields = little(large);
    fields.putInt(SECOND_IN_DIRECTORY + 20, -1).putInt(SECOND_IN_DIRECTORY + 24, -1);
    fields.putShort(SECOND_IN_DIRECTORY + 30, (short) 28).putInt(SECOND_IN_DIRECTORY + 42, -1);
    int end = large.length - 22;
    fields.putShort(end + 8, (short) -1).putShort(end + 10, (short) -1);
    fields.putInt(end + 12, -1).putInt(end + 16, -1);

    assertThat(read(large).entries()).isEqualTo(read(file).entries());

    fields.putLong(END + 28 + 32, 3); // entries
    assertRefused(large, CONTRADICTION);
    fields.putLong(END + 28 + 32, 2).putLong(END + 28 + 48, DIRECTORY + 1);
    assertRefused(large, CONTRADICTION);
    fields.putLong(END + 28 + 48, DIRECTORY).putLong(end - 12, END); // the locator
    assertRefused(large, CONTRADICTION);
    fields.putLong(end - 12, END + 28).putInt(end + 16, DIRECTORY - 1); // neither -1 nor the same
    assertRefused(large, CONTRADICTION);
    fields.putInt(end + 16, -1).putLong(END + 28 + 40, -1L >>> 1);
    assertRefused(large, CONTRADICTION);
    fields.putLong(END + 28 + 40, END + 28 - DIRECTORY).putLong(END + 4, Long.MAX_VALUE);
    assertRefused(large, "entry \"b\": 5 bytes stored at 34, which stand for 9223372036854775807");
    fields.putShort(END, (short) 2);
    assertRefused(large, "entry \"b\": a size or place is missing");
    fields.putShort(END + 2, (short) -1); // longer than all that follows
    assertRefused(large, "entry \"b\": a size or place is missing");
  }

  @Test
  void read_cutShortAnywhere_isRefused() {
    byte[] file = file();
    for (int length = 0; length < file.length; length++) {
      assertRefused(
          Arrays.copyOf(file, length),
          "does not end with the end record of a zip file; it is cut short, or has been changed");
    }
  }

  /** A comment may hold another directory, for readers that search for it. */
  @Test
  void read_anythingBehindTheEnd_isRefused() {
    byte[] file = file();
    byte[] longer = Arrays.copyOf(file, file.length + 22);
    little(longer).putShort(file.length - 2, (short) 22);
    String message =
        "does not end with the end record of a zip file; it is cut short, or has been changed";
    assertRefused(longer, message);
    byte[] comment = file.clone();
    little(comment).putShort(file.length - 2, (short) 1);
    assertRefused(comment, message);
  }

  @Test
  void read_duplicateEntry_isRefused() {
    assertRefused(
        changed(
            bytes -> {
              bytes.put(SECOND + 30, (byte) 'a');
              bytes.put(SECOND_IN_DIRECTORY + 46, (byte) 'a');
            }),
        "two entries called \"a\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../a", "a/../b", "..", "a/..", "/etc/passwd", "a\\b", "C:a", "", "a\0b"})
  void read_nameThatLeadsElsewhere_isRefused(String name) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("x".repeat(name.length()), new byte[1]);
    byte[] file = PickleBytes.zip(entries);
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, file, 30, bytes.length);
    System.arraycopy(bytes, 0, file, 30 + bytes.length + 1 + 46, bytes.length);
    assertRefused(
        file,
        "an entry is called "
            + Excerpt.quoted(name)
            + ", expected a path below the archive's own folder");
  }

  @Test
  void read_nameThatIsNotUtf8_isRefused() {
    assertRefused(
        changed(bytes -> bytes.put(DIRECTORY + 46, (byte) 0xff)), "an entry's name is not UTF-8");
  }

  /** Nothing is unpacked, so nothing can grow. */
  @Test
  void read_compressedOrEncrypted_isKnownByNameOnly() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("bomb"));
      zip.write(new byte[50_000_000]);
    }
    StoredZip zip = read(bytes.toByteArray());
    assertThat(zip.entries()).isEmpty();
    assertThat(zip.packed()).containsExactly("bomb");
    byte[] encrypted =
        changed(
            file -> {
              file.putShort(DIRECTORY + 8, (short) 1).putShort(DIRECTORY + 10, (short) 8);
              file.putShort(8, (short) 8);
            });
    assertThat(read(encrypted).packed()).containsExactly("a");
    assertRefused(
        changed(file -> file.putShort(DIRECTORY + 10, (short) 8)),
        "entry \"a\": its header and the directory contradict");
  }

  @Test
  void read_sizesThatLie_areRefused() {
    assertRefused(
        changed(file -> file.putInt(DIRECTORY + 24, 4)),
        "entry \"a\": 3 bytes stored at 0, which stand for 4");
    // The same bytes for two entries: a file of kilobytes that shows petabytes.
    assertRefused(
        changed(file -> file.putInt(DIRECTORY + 20, 4).putInt(DIRECTORY + 24, 4)),
        "entry \"a\": its 4 bytes reach into what lies behind them");
    assertRefused(
        changed(file -> file.putInt(SECOND_IN_DIRECTORY + 42, 0)),
        "entry \"a\": its 3 bytes reach into what lies behind them");
    assertRefused(
        changed(
            file -> file.putInt(SECOND_IN_DIRECTORY + 20, 6).putInt(SECOND_IN_DIRECTORY + 24, 6)),
        "entry \"b\": its 6 bytes reach into what lies behind them");
    assertRefused(
        changed(file -> file.putInt(SECOND_IN_DIRECTORY + 42, DIRECTORY + 7)),
        "entry \"b\": its 5 bytes reach into what lies behind them");
    assertRefused(
        changed(file -> file.putInt(SECOND_IN_DIRECTORY + 42, -2)),
        "entry \"b\": its 5 bytes reach into what lies behind them");
    assertRefused(
        changed(file -> file.putShort(SECOND + 28, (short) 1)),
        "entry \"b\": its 5 bytes reach into what lies behind them");
    assertRefused(
        changed(file -> file.putShort(DIRECTORY + 28, (short) 5000)), "its directory is cut short");
    assertRefused(changed(file -> file.putInt(SECOND_IN_DIRECTORY, 7)), "its directory is damaged");
  }

  /**
   * Readers that go by the headers would find other entries than those that go by the directory.
   */
  @Test
  void read_headerThatContradictsTheDirectory_isRefused() {
    String message = "entry \"b\": its header and the directory contradict";
    assertRefused(changed(file -> file.put(SECOND + 30, (byte) 'c')), message);
    assertRefused(changed(file -> file.putInt(SECOND, 7)), message);
    assertRefused(changed(file -> file.putShort(SECOND + 8, (short) 8)), message);
    assertRefused(changed(file -> file.putInt(SECOND + 18, 4)), message);
    assertRefused(changed(file -> file.putInt(SECOND + 22, 6)), message);
    // Sizes may be missing only where the header says that they stand behind the bytes.
    assertRefused(changed(file -> file.putInt(SECOND + 22, 0).putInt(SECOND + 18, 0)), message);
  }

  @Test
  void read_sizesBehindTheBytes_areThoseOfTheDirectory() throws IOException {
    byte[] file =
        changed(
            bytes -> {
              bytes.putShort(SECOND + 6, (short) 8).putShort(SECOND_IN_DIRECTORY + 8, (short) 8);
              bytes.putInt(SECOND + 22, 0).putInt(SECOND + 18, 0);
            });
    assertThat(read(file).entries().get("b")).isEqualTo(new StoredZip.Range(SECOND + 31, 5));
  }

  @Test
  void read_endRecordThatLies_isRefused() {
    assertRefused(changed(file -> file.putInt(END + 16, DIRECTORY - 1)), CONTRADICTION);
    assertRefused(changed(file -> file.putInt(END + 12, 3)), CONTRADICTION);
    assertRefused(changed(file -> file.putInt(END + 12, -1)), CONTRADICTION);
    assertRefused(changed(file -> file.putShort(END + 8, (short) 1)), CONTRADICTION);
    assertRefused(changed(file -> file.putInt(END + 4, 1)), CONTRADICTION);
    // Entries that are announced and not there, and the other way round.
    assertRefused(
        changed(file -> file.putShort(END + 8, (short) 3).putShort(END + 10, (short) 3)),
        "2 entries in its directory, announced are 3");
  }

  private static byte[] file() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a", new byte[] {1, 2, 3});
    entries.put("b", new byte[] {4, 5, 6, 7, 8});
    return PickleBytes.zip(entries);
  }

  private static byte[] changed(Consumer<ByteBuffer> change) {
    byte[] file = file();
    change.accept(little(file));
    return file;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static StoredZip read(byte[] file) throws IOException {
    return StoredZip.read(Content.of(ByteBuffer.wrap(file)), "x.bin");
  }

  private static void assertRefused(byte[] file, String message) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("x.bin: " + message);
  }
}
