package dev.afina.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.CheckpointException;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are small and want much, or say much; the module robustness has those by chance. */
class HostileCheckpointTest {
  @TempDir Path folder;

  @Test
  void messages_areOneLineOfBoundedLength() {
    String name = "evil\\n\\u202e".repeat(50_000);
    assertRefused(
        () -> safetensors("{\"" + name + "\":{\"dtype\":\"F32\",\"shape\":[-1]}}"),
        "x: tensor \"evil??evil??",
        "expected integers of 0 or more");
    assertRefused(
        () ->
            ShardedTensors.files(
                ("{\"weight_map\": {\"a\": \"" + name + "\"}}").getBytes(StandardCharsets.UTF_8),
                "index",
                ".safetensors"),
        "index: tensor \"a\": in file \"evil??evil",
        "expected the name of a .safetensors file beside the index");
    assertRefused(
        () -> JsonFile.parseObject(("[" + name).getBytes(StandardCharsets.UTF_8), "config.json"),
        "config.json: not JSON (",
        ")");
    assertRefused(
        () -> JsonFile.parseObject("{\"a\": [".getBytes(StandardCharsets.UTF_8), "config.json"),
        "config.json: not JSON (End of input at line 1",
        ")");
    assertRefused(
        () -> JsonFile.parseObject(new byte[] {'{', '"', (byte) 0xE9, '"'}, "config.json"),
        "config.json: not JSON (not UTF-8)",
        "");
    byte[] onnx = ("\n" + "\u00ff\u0001" + "y".repeat(5)).getBytes(StandardCharsets.ISO_8859_1);
    assertRefused(
        () -> OnnxGraph.parse(ByteBuffer.wrap(onnx), "x".repeat(5_000)),
        "xxx",
        "not an ONNX file, or cut short");
  }

  @Test
  void headerThatDescribesTooMuch_isRefusedBeforeItFillsTheMemory() {
    assertRefused(
        () -> safetensors("{\"a\":{\"shape\":[" + "1,".repeat(1_000_000) + "1]}}"),
        "x: more than 64 numbers in shape in the header",
        "expected a model's weights");
    StringBuilder fields = new StringBuilder("{\"a\":{");
    StringBuilder strings = new StringBuilder("{\"__metadata__\":{");
    StringBuilder tensors = new StringBuilder("{");
    for (int i = 0; i < 200_001; i++) {
      fields.append("\"f").append(i).append("\":0,");
      strings.append("\"s").append(i).append("\":\"\",");
      tensors.append("\"t").append(i);
      tensors.append("\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},");
    }
    assertRefused(
        () -> safetensors(fields + "\"z\":0}}"), "x: more than 100 members of a tensor", "weights");
    assertRefused(
        () -> safetensors(strings + "\"z\":\"\"}}"),
        "x: more than 10000 strings in __metadata__",
        "weights");
    assertRefused(
        () -> safetensors(tensors + "\"z\":{}}"), "x: more than 200000 tensors", "weights");
  }

  @Test
  void deepNesting_isRefused() {
    String deep = "{\"a\":".repeat(100_000);
    assertRefused(() -> safetensors(deep), "x: the header is not the JSON", ")");
    assertRefused(
        () -> JsonFile.parseObject(deep.getBytes(StandardCharsets.UTF_8), "config.json"),
        "config.json: not JSON (",
        ")");
    assertRefused(
        () -> ShardedTensors.files(deep.getBytes(StandardCharsets.UTF_8), "index", ".bin"),
        "index: not the JSON of an index",
        ")");
  }

  @Test
  void smallFileThatIsNone_isRefused() throws IOException {
    assertRefused(
        () -> JsonFile.parseObject(new byte[(8 << 20) + 1], "config.json"),
        "config.json: 8388609 bytes, expected a configuration of at most 8388608",
        "");
    Path file = folder.resolve("tokenizer.json");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength((128L << 20) + 1);
    }
    assertRefused(
        () -> CheckpointLocation.SMALL_FILE.bytes(file),
        file + ": more than 134217728 bytes, expected a file of configuration or vocabulary",
        "");
  }

  /** Files that fill the heap when they are read or parsed, in a JVM that has 64 MB. */
  @Test
  void fileTooLargeForTheHeap_isRefusedInOneLine() throws Exception {
    Path model = Files.createDirectory(folder.resolve("large"));
    Files.writeString(model.resolve("config.json"), "{\"model_type\": \"bert\"}");
    try (RandomAccessFile sparse =
        new RandomAccessFile(model.resolve("vocab.txt").toFile(), "rw")) {
      sparse.setLength(5L << 30);
    }
    try (RandomAccessFile sparse =
        new RandomAccessFile(model.resolve("spiece.model").toFile(), "rw")) {
      sparse.setLength(100L << 20);
    }
    Files.writeString(model.resolve("merges.txt"), "a\n".repeat(4_000_000));
    Files.writeString(model.resolve("added_tokens.json"), "[" + "1,".repeat(4_000_000) + "1]");
    try (OutputStream onnx = Files.newOutputStream(model.resolve("model.onnx"))) {
      int name = 60 << 20; // ModelProto.graph.node.name
      writeField(onnx, 7, name + 10);
      writeField(onnx, 1, name + 5);
      writeField(onnx, 3, name);
      onnx.write(new byte[name]);
    }

    List<String> lines =
        output(child(model, folder.resolve("tmp"), ReadEach.class, "-Xmx64m", model.toString()))
            .lines()
            .toList();

    assertThat(lines).hasSize(5).allSatisfy(line -> assertThat(line).startsWith(model.toString()));
    assertThat(lines.get(0)).contains("vocab.txt: more than 134217728 bytes, expected a file of ");
    assertThat(lines.get(1))
        .contains("spiece.model: 104857600 bytes, expected at most a sixth of the heap of ");
    assertThat(lines.get(2))
        .contains("merges.txt: about 4000000 values or lines, expected at most");
    assertThat(lines.get(3)).contains("added_tokens.json: about 4000001 values or lines, expected");
    assertThat(lines.get(4)).contains("model.onnx: names of more than 16777216 bytes; not an ONNX");
  }

  /** A field of protobuf that holds bytes: its number and their count. */
  private static void writeField(OutputStream out, int field, int bytes) throws IOException {
    out.write((field << 3) | 2);
    for (int left = bytes; ; left >>>= 7) {
      if (left < 128) {
        out.write(left);
        return;
      }
      out.write((left & 127) | 128);
    }
  }

  /** Runs in the other JVM: reads each file of a model. */
  static final class ReadEach {
    private ReadEach() {}

    public static void main(String[] arguments) {
      CheckpointLocation.Folder model = new CheckpointLocation.Folder(Path.of(arguments[0]));
      for (String name : List.of("vocab.txt", "spiece.model", "merges.txt", "added_tokens.json")) {
        refused(() -> model.read(name));
      }
      refused(() -> CheckpointFiles.folder(model.path()).weights());
    }

    private static void refused(Callable<?> read) {
      try {
        System.out.println("read " + read.call());
      } catch (Exception e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** 120 MB of weights in a jar, in a JVM that has 64 MB of heap and 32 MB of direct memory. */
  @Test
  void modelInAJar_needsNoMemoryOfItsSize() throws Exception {
    Path jar = jarOfLargeModel(30, 1_000_000);
    Process process =
        child(jar, folder.resolve("tmp"), ReadAll.class, "-Xmx64m", "-XX:MaxDirectMemorySize=32m");
    assertThat(output(process)).endsWith("sum 30.0\n");
    try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void modelInAJar_andNoRoomInTheTemporaryFolder_saysWhatIsNeeded() throws Exception {
    Path jar = jarOfLargeModel(1, 10);
    Path none = Files.writeString(folder.resolve("file"), "").resolve("none");
    Process process = child(jar, none, ReadAll.class, "-Xmx64m");
    assertThat(output(process))
        .contains(
            "java.io.IOException: classpath:m/model.safetensors: needs 105 bytes in the temporary folder "
                + none
                + " while it is read, which cannot be written (")
        .contains(
            "); set -Djava.io.tmpdir to a folder with more room, or unpack the model into a folder and open that\n");
  }

  /** Runs in the other JVM: reads all weights of {@code classpath:m}. */
  static final class ReadAll {
    private ReadAll() {}

    public static void main(String[] arguments) throws IOException {
      double sum = 0;
      try (CheckpointFiles files = CheckpointFiles.open("classpath:m");
          TensorSource weights = files.weights()) {
        for (String name : weights.tensors().keySet()) {
          sum += weights.floats(name).getFloat(0);
        }
      }
      System.out.println("sum " + sum);
    }
  }

  private Path jarOfLargeModel(int tensors, int elements) throws IOException {
    StringBuilder header = new StringBuilder("{");
    long bytes = 4L * elements;
    for (int i = 0; i < tensors; i++) {
      header
          .append(i == 0 ? "" : ",")
          .append("\"t%d\":{\"dtype\":\"F32\",\"shape\":[%d],".formatted(i, elements))
          .append("\"data_offsets\":[%d,%d]}".formatted(i * bytes, (i + 1) * bytes));
    }
    byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
    byte[] tensor =
        ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 1).array();
    Path jar = folder.resolve("model.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("m/config.json"));
      out.write("{\"model_type\": \"bert\"}".getBytes(StandardCharsets.UTF_8));
      out.putNextEntry(new JarEntry("m/model.safetensors"));
      out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
      out.write(json);
      for (int i = 0; i < tensors; i++) {
        out.write(tensor);
      }
    }
    return jar;
  }

  private Process child(Path jar, Path temporary, Class<?> program, String... options)
      throws IOException {
    if (Files.isDirectory(temporary.getParent())) {
      Files.createDirectories(temporary);
    }
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    List<String> given = List.of(options);
    builder.command().addAll(given.stream().filter(option -> option.startsWith("-")).toList());
    builder.command().add("-Djava.io.tmpdir=" + temporary);
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    builder.command().add("-cp");
    builder.command().add(jar + File.pathSeparator + classPath);
    builder.command().add(program.getName());
    builder.command().addAll(given.stream().filter(option -> !option.startsWith("-")).toList());
    return builder.redirectErrorStream(true).start();
  }

  private static String output(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  private static TensorSource safetensors(String header) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
    return Safetensors.parse(file.putLong(json.length).put(json).flip(), "x");
  }

  private static void assertRefused(ThrowingCallable call, String start, String end) {
    assertThatThrownBy(call)
        .isInstanceOf(CheckpointException.class)
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .hasSizeLessThanOrEqualTo(1_000)
                    .matches("\\P{Cntrl}*")
                    .startsWith(start)
                    .endsWith(end));
  }
}
