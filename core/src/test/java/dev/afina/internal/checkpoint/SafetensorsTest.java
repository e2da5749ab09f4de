package dev.afina.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  static final Path GOLDEN = Path.of("src/test/resources/golden/checkpoint");

  @TempDir Path folder;

  @Test
  void open_goldenFile_listsEveryTensor() throws IOException {
    try (TensorSource source = Safetensors.open(GOLDEN.resolve("dtypes.safetensors"))) {
      assertThat(source.tensors()).hasSize(17);
      assertThat(source.tensors().get("matrix"))
          .isEqualTo(new TensorInfo("matrix", DType.F32, List.of(2L, 3L)));
      assertThat(source.tensors().get("scalar").shape()).isEmpty();
      assertThat(source.tensors().get("scalar").elements()).isEqualTo(1);
      assertThat(source.tensors().get("empty").elements()).isZero();
      assertThat(source.tensors().get("bool").dtype()).isEqualTo(DType.BOOL);
      assertThat(source.tensors())
          .containsKey("quote \" backslash \\ newline \n tab \t bell \u0007 \u00e9");
      assertThat(source.description()).endsWith("dtypes.safetensors");
    }
  }

  @Test
  void floats_goldenFile_equalTorchsConversion() throws IOException {
    JsonObject expected =
        JsonParser.parseString(Files.readString(GOLDEN.resolve("dtypes.json"))).getAsJsonObject();
    try (TensorSource source = Safetensors.open(GOLDEN.resolve("dtypes.safetensors"))) {
      for (Map.Entry<String, JsonElement> entry : expected.entrySet()) {
        ByteBuffer floats = source.floats(entry.getKey());
        assertThat(floats.isDirect()).isTrue();
        assertThat(floats.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(floats.remaining()).isEqualTo(6 * Float.BYTES);
        for (int i = 0; i < 6; i++) {
          assertThat(floats.getFloat(i * 4))
              .as(entry.getKey())
              .isEqualTo((float) entry.getValue().getAsJsonArray().get(i).getAsDouble());
        }
      }
      assertThat(source.floats("scalar").getFloat()).isEqualTo(1.5f);
      assertThat(source.floats("empty").remaining()).isZero();
    }
  }

  @Test
  void write_sameTensors_isByteForBytePythonsFile() throws IOException {
    Path file = folder.resolve("dtypes.safetensors");
    Safetensors.write(file, goldenTensors(), Safetensors.PYTORCH);
    assertThat(file).hasSameBinaryContentAs(GOLDEN.resolve("dtypes.safetensors"));

    Path plain = folder.resolve("no_metadata.safetensors");
    Safetensors.write(plain, Map.of("x", TensorData.floats(floats(1, 1), 2)), Map.of());
    assertThat(plain).hasSameBinaryContentAs(GOLDEN.resolve("no_metadata.safetensors"));
  }

  @Test
  void write_noTensors_canBeRead() throws IOException {
    Path file = folder.resolve("none.safetensors");
    Safetensors.write(file, Map.of(), Map.of());
    try (TensorSource source = Safetensors.open(file)) {
      assertThat(source.tensors()).isEmpty();
    }
  }

  @Test
  void write_failure_leavesTheOldFileAndNothingElse() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, Map.of("x", TensorData.floats(floats(1, 2), 2)), Map.of());
    byte[] before = Files.readAllBytes(file);

    assertThatThrownBy(
            () ->
                Safetensors.write(
                    file, Map.of("\ud800", TensorData.floats(floats(1), 1)), Map.of()))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> Safetensors.write(folder.resolve("none/a.safetensors"), Map.of(), Map.of()))
        .isInstanceOf(IOException.class);
    Path blocked = Files.createDirectory(folder.resolve("blocked"));
    Files.createFile(blocked.resolve("file"));
    assertThatThrownBy(
            () ->
                Safetensors.write(blocked, Map.of("x", TensorData.floats(floats(1), 1)), Map.of()))
        .isInstanceOf(IOException.class);

    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(file, blocked);
    }
  }

  @Test
  void write_reservedName_isRefused() {
    assertThatThrownBy(
            () ->
                Safetensors.write(
                    folder.resolve("a"),
                    Map.of("__metadata__", TensorData.floats(floats(1), 1)),
                    Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a tensor is called __metadata__, which the format keeps for strings");
  }

  @Test
  void tensorData_wrongSize_isRefused() {
    assertThatThrownBy(() -> TensorData.floats(floats(1, 2, 3), 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("12 bytes given, but shape [2, 2] of F32 needs 16");
  }

  @Test
  void floats_belongToTheCaller() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, Map.of("x", TensorData.floats(floats(1, 2), 2)), Map.of());
    TensorSource source = Safetensors.open(file);
    ByteBuffer first = source.floats("x");
    first.putFloat(0, 99);

    assertThat(source.floats("x").getFloat(0)).isEqualTo(1);
    source.close();
    assertThat(first.getFloat(4)).isEqualTo(2);
    assertThatThrownBy(() -> source.floats("x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the tensors of " + file + " are closed");
  }

  @Test
  void read_anyType_isWhatFloatsGives() throws IOException {
    try (TensorSource source = Safetensors.open(GOLDEN.resolve("dtypes.safetensors"))) {
      for (TensorInfo info : source.tensors().values()) {
        if (!info.dtype().isFloat()) {
          continue;
        }
        ByteBuffer expected = source.floats(info.name());
        ByteBuffer target = ByteBuffer.allocateDirect(expected.remaining() + 8);
        source.read(info.name(), target.position(4).limit(4 + expected.remaining()));
        assertThat(target.remaining()).as(info.name()).isZero();
        assertThat(target.flip().position(4)).as(info.name()).isEqualTo(expected);
      }
    }
  }

  @Test
  void read_bufferOfAnotherSize_isRefused() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, Map.of("x", TensorData.floats(floats(1, 2), 2)), Map.of());
    try (TensorSource source = Safetensors.open(file)) {
      assertThatThrownBy(() -> source.read("x", ByteBuffer.allocateDirect(12)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("tensor \"x\": expected a buffer of 8 bytes, got 12");
    }
  }

  @Test
  void floats_halfPrecision_isExactForAllPatterns() throws IOException {
    ByteBuffer all = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      all.putShort((short) bits);
    }
    Path file = folder.resolve("half.safetensors");
    Safetensors.write(
        file,
        Map.of(
            "f16",
            new TensorData(DType.F16, List.of(65536L), all.rewind()),
            "bf16",
            new TensorData(DType.BF16, List.of(65536L), all.rewind())),
        Map.of());
    try (TensorSource source = Safetensors.open(file)) {
      ByteBuffer f16 = source.floats("f16");
      ByteBuffer bf16 = source.floats("bf16");
      for (int bits = 0; bits < 1 << 16; bits++) {
        assertThat(f16.getFloat(bits * 4))
            .as("f16 %04x", bits)
            .isEqualTo(Float.valueOf((float) value(bits, 5, 10)));
        assertThat(bf16.getFloat(bits * 4))
            .as("bf16 %04x", bits)
            .isEqualTo(Float.valueOf((float) value(bits, 8, 7)));
      }
      for (String name : List.of("f16", "bf16")) { // more than is read at once
        ByteBuffer target = ByteBuffer.allocateDirect(65_536 * Float.BYTES);
        source.read(name, target);
        assertThat(target.flip()).as(name).isEqualTo(source.floats(name));
        assertThatThrownBy(() -> source.read(name, ByteBuffer.allocate(2 << 16)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageEndingWith("expected a buffer of 262144 bytes, got 131072");
      }
    }
  }

  @Test
  void floats_integers_areRefused() throws IOException {
    try (TensorSource source = Safetensors.open(GOLDEN.resolve("dtypes.safetensors"))) {
      assertThatThrownBy(() -> source.floats("i64"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageEndingWith(
              "dtypes.safetensors: tensor \"i64\": dtype I64 in the file, expected F64, F32, F16 or BF16");
      assertThatThrownBy(() -> source.floats("none"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("dtypes.safetensors: no tensor \"none\"");
    }
  }

  @Test
  void open_fileOfMoreThan4GiB_isReadBehindThem() throws IOException {
    long big = 4_400_000_000L;
    Path file = folder.resolve("big.safetensors");
    byte[] start =
        start(
            "{\"big\":{\"dtype\":\"U8\",\"shape\":["
                + big
                + "],\"data_offsets\":[0,"
                + big
                + "]},\"huge\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":["
                + big
                + ","
                + big
                + "]},\"last\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":["
                + big
                + ","
                + (big + 8)
                + "]}}");
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      out.write(ByteBuffer.wrap(start));
      out.write(floats(3, 4), start.length + big); // a sparse file: the hole takes no space
    }
    try (TensorSource source = Safetensors.open(file)) {
      ByteBuffer last = source.floats("last");
      assertThat(last.getFloat()).isEqualTo(3);
      assertThat(last.getFloat()).isEqualTo(4);
    }
  }

  @Test
  void floats_tensorPastOneBuffer_isRefused() throws IOException {
    long bytes = 4L * 600_000_000;
    Path file = folder.resolve("big.safetensors");
    byte[] start =
        start(
            "{\"big\":{\"dtype\":\"F32\",\"shape\":[600000000],\"data_offsets\":[0,"
                + bytes
                + "]}}");
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      out.write(ByteBuffer.wrap(start));
      out.write(ByteBuffer.allocate(1), start.length + bytes - 1);
    }
    try (TensorSource source = Safetensors.open(file)) {
      assertThatThrownBy(() -> source.floats("big"))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              file
                  + ": tensor \"big\": shape [600000000] has more elements than one buffer can hold (2 GiB)");
    }
  }

  @Test
  void open_fileCutWhileOpen_isAnErrorAndNoCrash() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(
        file, Map.of("x", TensorData.floats(ByteBuffer.allocate(40_000), 10_000)), Map.of());
    try (TensorSource source = Safetensors.open(file)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(1000);
      }
      assertThatThrownBy(() -> source.floats("x"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(
              ": had 40072 bytes when it was opened and now has 1000; something writes to it");
      assertThatThrownBy(() -> source.read("x", ByteBuffer.allocateDirect(40_000)))
          .isInstanceOf(CheckpointException.class);
    }
  }

  @Test
  void open_missingFile_namesIt() {
    Path file = folder.resolve("none.safetensors");
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": no such file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1] | the header does not start with \"{\"; not a safetensors file?",
        " ` {}` | the header does not start with \"{\"; not a safetensors file?",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]} | the header is not the JSON that safetensors prescribes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}} | the header is not the JSON that safetensors prescribes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},} | the header is not the JSON that safetensors prescribes",
        "{'a':{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | the header is not the JSON that safetensors prescribes",
        "{\"a\":[]} | the header is not the JSON that safetensors prescribes at tensor \"a\"",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}} | the header is not the JSON that safetensors prescribes at tensor \"a\"",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}} | the header is not the JSON that safetensors prescribes at tensor \"a\"",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | tensor \"a\": occurs twice in the header",
        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | tensor \"a\": holds \"dtype\" twice",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}} | tensor \"a\": holds [dtype, shape], expected dtype, shape and data_offsets",
        "{\"a\":{\"dtype\":7,\"shape\":[2],\"data_offsets\":[0,8]}} | tensor \"a\": dtype is a NUMBER, expected a STRING",
        "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}} | tensor \"a\": dtype \"F8_E4M3\" is not supported; expected one of F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[\"2\"],\"data_offsets\":[0,8]}} | tensor \"a\": shape holds a STRING, expected a NUMBER",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}} | tensor \"a\": shape holds 2.0, expected integers of 0 or more",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2,-1],\"data_offsets\":[0,8]}} | tensor \"a\": shape holds -2, expected integers of 0 or more",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}} | tensor \"a\": shape [4611686018427387904, 4] of F32 is more bytes than 2^63 - 1",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}} | tensor \"a\": data_offsets [0, 8, 8], expected [begin, end] with begin <= end",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | tensor \"a\": data_offsets [8, 0], expected [begin, end] with begin <= end",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}} | tensor \"a\": data_offsets [0, 12], but the file holds only 8 bytes of tensors; it is cut short or its header lies",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}} | tensor \"a\": data_offsets [0, 8] are 8 bytes, but shape [3] of F32 needs 12",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | tensor \"b\": starts at byte 0 of the tensors, but the one before ends at 4: an overlap",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | tensor \"a\": starts at byte 4 of the tensors, but the one before ends at 0: a hole",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | the header describes 4 bytes of tensors, the file holds 8",
        "{\"__metadata__\":{\"a\":1},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | __metadata__ holds a NUMBER under \"a\", expected strings only",
        "{\"__metadata__\":{\"a\":\"1\",\"a\":\"1\"},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | __metadata__ holds \"a\" twice",
      })
  void parse_lyingHeader_saysWhatIsWrong(String header, String message) throws IOException {
    assertThatThrownBy(() -> parse(header, 8))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("memory: " + message);
  }

  @Test
  void parse_brokenUtf8_isRefused() {
    byte[] bytes = file("{\"aXb\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8);
    bytes[8 + 3] = (byte) 0xff;
    assertThatThrownBy(() -> Safetensors.parse(ByteBuffer.wrap(bytes), "memory"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("memory: the header is not the JSON that safetensors prescribes");
  }

  @Test
  void parse_unknownFieldAndSpaces_areFine() throws IOException {
    try (TensorSource source =
        parse(
            "{ \"a\" : {\"new\":{\"x\":[1]},\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}   ",
            8)) {
      assertThat(source.tensors()).containsOnlyKeys("a");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-1, a header of 18446744073709551615 bytes",
    "100000001, a header of 100000001 bytes",
    "1000, a header of 1000 bytes in a file of 10; the file is cut short or not safetensors",
    "0, the header does not start with",
  })
  void parse_headerLength_isBelievedWithinBoundsOnly(long length, String message) {
    ByteBuffer bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    assertThatThrownBy(() -> Safetensors.parse(bytes, "memory"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("memory: " + message);
  }

  @Test
  void parse_cutAtEveryByte_isAlwaysACheckpointException() throws IOException {
    byte[] whole = Files.readAllBytes(GOLDEN.resolve("dtypes.safetensors"));
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
      assertThatThrownBy(() -> Safetensors.parse(cut, "memory"))
          .as("cut to %d", length)
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith("memory: ");
    }
  }

  @Test
  void parse_everyBitOfTheHeaderFlipped_isReadOrACheckpointException() throws IOException {
    byte[] whole = Files.readAllBytes(GOLDEN.resolve("dtypes.safetensors"));
    int header = Long.BYTES + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int refused = 0;
    for (int i = 0; i < header * 8; i++) {
      byte[] flipped = whole.clone();
      flipped[i / 8] ^= (byte) (1 << i % 8);
      try (TensorSource source = Safetensors.parse(ByteBuffer.wrap(flipped), "memory")) {
        for (TensorInfo info : source.tensors().values()) {
          if (info.dtype().isFloat()) {
            assertThat(source.floats(info.name()).remaining()).isEqualTo((int) info.elements() * 4);
          }
        }
      } catch (CheckpointException e) {
        refused++;
      }
    }
    assertThat(refused)
        .isGreaterThan(header * 8 / 2); // the others changed a letter of a name or a space
  }

  static ByteBuffer floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.flip();
  }

  private static TensorSource parse(String header, int dataBytes) throws IOException {
    return Safetensors.parse(ByteBuffer.wrap(file(header, dataBytes)), "memory");
  }

  private static byte[] file(String header, int dataBytes) {
    byte[] start = start(header);
    return Arrays.copyOf(start, start.length + dataBytes);
  }

  private static byte[] start(String header) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  /** IEEE 754's definition of a small binary float. */
  private static double value(int bits, int exponentBits, int fractionBits) {
    int fraction = bits & ((1 << fractionBits) - 1);
    int exponent = bits >> fractionBits & ((1 << exponentBits) - 1);
    int bias = (1 << (exponentBits - 1)) - 1;
    double magnitude;
    if (exponent == (1 << exponentBits) - 1) {
      magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == 0) {
      magnitude = fraction * Math.pow(2, 1 - bias - fractionBits);
    } else {
      magnitude = (1 + fraction * Math.pow(2, -fractionBits)) * Math.pow(2, exponent - bias);
    }
    return bits >> (exponentBits + fractionBits) == 0 ? magnitude : -magnitude;
  }

  /** The tensors of the golden file by the formulas of its script. */
  private static Map<String, TensorData> goldenTensors() {
    Map<String, TensorData> tensors = new HashMap<>();
    for (DType dtype : DType.values()) {
      ByteBuffer bytes = ByteBuffer.allocate(6 * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      for (int n = 0; n < 6; n++) {
        switch (dtype) {
          case F64 -> bytes.putDouble((n - 2) / 3.0);
          case F32 -> bytes.putFloat((n - 2) / 3f);
          case F16 ->
              bytes.putShort(
                  new short[] {(short) 0xb955, (short) 0xb555, 0, 0x3555, 0x3955, 0x3c00}[n]);
          case BF16 ->
              bytes.putShort(
                  new short[] {(short) 0xbf2b, (short) 0xbeab, 0, 0x3eab, 0x3f2b, 0x3f80}[n]);
          case I64 -> bytes.putLong((n - 2) * 1_000_000_000_000L);
          case I32 -> bytes.putInt((n - 2) * 1_000_000);
          case I16 -> bytes.putShort((short) ((n - 2) * 1000));
          case I8 -> bytes.put((byte) ((n - 2) * 10));
          case U8 -> bytes.put((byte) (n * 50));
          case BOOL -> bytes.put((byte) (n % 2));
        }
      }
      tensors.put(
          dtype.name().toLowerCase(Locale.ROOT), new TensorData(dtype, List.of(6L), bytes.flip()));
    }
    tensors.put("matrix", TensorData.floats(floats(0, 1, 2, 3, 4, 5), 2, 3));
    tensors.put("scalar", TensorData.floats(floats(1.5f)));
    tensors.put("empty", TensorData.floats(floats(), 0, 4));
    for (String name :
        List.of(
            "Upper",
            "quote \" backslash \\ newline \n tab \t bell \u0007 \u00e9",
            "\uff5e",
            "\ud83d\ude00")) {
      tensors.put(name, TensorData.floats(floats(1), 1));
    }
    return tensors;
  }
}
