package dev.afina.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.CheckpointException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class OnnxTest {
  private static final Path ONNX = SafetensorsTest.GOLDEN.resolve("onnx");

  @Test
  void tensors_exportedEncoder_equalItsStateDict() throws IOException {
    try (TensorSource source = golden();
        TensorSource expected = Safetensors.open(ONNX.resolve("expected.safetensors"))) {
      for (TensorInfo info : expected.tensors().values()) {
        String name = "bert." + info.name(); // the exported module holds the model under this name
        assertThat(source.tensors()).containsKey(name);
        assertThat(source.tensors().get(name).shape()).as(name).isEqualTo(info.shape());
        ByteBuffer floats = expected.floats(info.name());
        assertThat(source.floats(name)).as(name).isEqualTo(floats);
        ByteBuffer target = ByteBuffer.allocateDirect(floats.remaining() + 4).position(4);
        source.read(name, target);
        assertThat(target.flip().position(4)).as(name).isEqualTo(floats);
      }
      assertThat(source.tensors()).hasSameSizeAs(expected.tensors());
      assertThat(source.description()).isEqualTo("memory");
    }
  }

  @Test
  void floats_areDirectAndTheCallersOwn() throws IOException {
    TensorSource source = golden();
    String name = "bert.encoder.layer.0.output.dense.weight";
    ByteBuffer first = source.floats(name);
    assertThat(first.isDirect()).isTrue();
    assertThat(first.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    float before = first.getFloat(0);
    first.putFloat(0, before + 1);
    assertThat(source.floats(name).getFloat(0)).isEqualTo(before);

    source.close();
    assertThatThrownBy(() -> source.floats(name))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the tensors of memory are closed");
  }

  @Test
  void config_exportedEncoder_equalsTransformers() throws IOException {
    JsonObject expected =
        JsonFile.parseObject(Files.readAllBytes(ONNX.resolve("expected.json")), "expected");
    OnnxGraph graph = OnnxGraph.parse(goldenBytes(), "memory");
    JsonObject config = OnnxBertConfig.derive(graph, OnnxTensors.of(graph));

    assertThat(config.get("model_type").getAsString()).isEqualTo("bert");
    assertThat(config.get("num_attention_heads").getAsInt()).isEqualTo(4);
    for (Map.Entry<String, JsonElement> entry : config.entrySet()) {
      if (!entry.getKey().equals("architectures")) {
        assertThat(entry.getValue().getAsString())
            .as(entry.getKey())
            .isEqualTo(normal(expected.get(entry.getKey())));
      }
    }
  }

  @Test
  void miniLm_ofMavenCentral_isReadWhole() throws IOException {
    try (CheckpointFiles files = CheckpointFiles.open("classpath:all-minilm-l6-v2.onnx");
        TensorSource source = files.weights()) {
      JsonObject config = files.config();
      assertThat(config.toString())
          .isEqualTo(
              "{\"architectures\":[\"BertModel\"],\"model_type\":\"bert\",\"vocab_size\":30522,\"hidden_size\":384,\"num_hidden_layers\":6,"
                  + "\"num_attention_heads\":12,\"intermediate_size\":1536,\"hidden_act\":\"gelu\",\"max_position_embeddings\":512,\"type_vocab_size\":2,"
                  + "\"layer_norm_eps\":1.0E-12,\"hidden_dropout_prob\":0.1,\"attention_probs_dropout_prob\":0.1,\"initializer_range\":0.02,\"pad_token_id\":0}");

      // 5 of the embeddings, 16 in each layer, and the position ids.
      assertThat(source.tensors()).hasSize(5 + 6 * 16 + 1);
      assertThat(source.tensors().keySet()).noneMatch(name -> name.startsWith("onnx::"));
      assertThat(source.tensors().get("embeddings.position_ids").dtype()).isEqualTo(DType.I64);
      String weight = "encoder.layer.5.output.dense.weight";
      assertThat(source.tensors().get(weight))
          .isEqualTo(new TensorInfo(weight, DType.F32, List.of(384L, 1536L)));
      // Read with onnx.numpy_helper and transposed there.
      ByteBuffer floats = source.floats(weight);
      assertThat(floats.getFloat((3 * 1536 + 700) * 4)).isEqualTo(0.061084576f);
      assertThat(floats.getFloat(383 * 1536 * 4)).isEqualTo(-0.054042418f);
      assertThat(sum(floats)).isCloseTo(-53.19849107446487, within(1e-9));
      ByteBuffer words = source.floats("embeddings.word_embeddings.weight");
      assertThat(words.getFloat((30521 * 384 + 383) * 4)).isEqualTo(0.0045700637f);
      assertThat(sum(words)).isCloseTo(138.05072214923618, within(1e-6));
      assertThat(new String(files.read("tokenizer.json").orElseThrow(), StandardCharsets.UTF_8))
          .contains("\"[CLS]\"");
    }
  }

  @Test
  void tensors_numberedNodes_takeTheNameOfTheBias() throws IOException {
    // Older exporters number nodes: the module is still told by the bias that is added.
    byte[] graph =
        concat(
            field(1, node("MatMul", "MatMul_12", List.of("x", "787"), List.of("y"))),
            field(1, node("Add", "Add_13", List.of("a.dense.bias", "y"), List.of("z"))),
            field(5, matrix("787", 2, 3, 0, 1, 2, 3, 4, 5)),
            field(5, matrix("a.dense.bias", 1, 3, 7, 8, 9)));
    try (TensorSource source = OnnxTensors.of(OnnxGraph.parse(model(graph), "memory"))) {
      assertThat(source.tensors()).containsOnlyKeys("a.dense.bias", "a.dense.weight");
      assertThat(source.tensors().get("a.dense.weight").shape()).containsExactly(3L, 2L);
      assertThat(source.floats("a.dense.weight"))
          .isEqualTo(SafetensorsTest.floats(0, 3, 1, 4, 2, 5));
    }
  }

  @Test
  void tensors_gemm_isTransposedUnlessItTransposesItself() throws IOException {
    byte[] transB = concat(bytes(1, "transB"), varint(3, 1));
    byte[] graph =
        concat(
            field(1, node("Gemm", "/a/Gemm", List.of("x", "w1"), List.of("y"))),
            field(
                1,
                concat(
                    node("Gemm", "/b/Gemm", List.of("y", "b.weight"), List.of("z")),
                    field(5, transB))),
            field(5, matrix("w1", 2, 1, 1, 2)),
            field(5, matrix("b.weight", 2, 1, 3, 4)));
    try (TensorSource source = OnnxTensors.of(OnnxGraph.parse(model(graph), "memory"))) {
      assertThat(source.tensors().get("a.weight").shape()).containsExactly(1L, 2L);
      assertThat(source.tensors().get("b.weight").shape()).containsExactly(2L, 1L);
    }
  }

  @Test
  void transpose_sizesThatAreNoMultipleOfATile() {
    ByteBuffer matrix = ByteBuffer.allocate(70 * 33 * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 70 * 33; i++) {
      matrix.putFloat(i * 4, i);
    }
    ByteBuffer transposed = Floats.transpose(matrix, 70, 33);
    for (int row = 0; row < 70; row++) {
      for (int column = 0; column < 33; column++) {
        assertThat(transposed.getFloat((column * 70 + row) * 4)).isEqualTo(row * 33 + column);
      }
    }
  }

  @Test
  void tensors_sharedLayer_hasOneWeight() throws IOException {
    byte[] use = node("MatMul", "/a/MatMul", List.of("x", "w"), List.of("y"));
    byte[] graph = concat(field(1, use), field(1, use), field(5, matrix("w", 1, 1, 5)));
    try (TensorSource source = OnnxTensors.of(OnnxGraph.parse(model(graph), "memory"))) {
      assertThat(source.tensors()).containsOnlyKeys("a.weight");
    }
  }

  @Test
  void tensors_linearWithoutAnyName_isRefused() {
    byte[] graph =
        concat(
            field(1, node("MatMul", "MatMul_12", List.of("x", "787"), List.of("y"))),
            field(5, matrix("787", 1, 1, 1)));
    assertProblem(
        graph,
        "tensor \"787\": the weight of node \"MatMul_12\", which names no module (expected a name such as \"/encoder/layer.0/output/dense/MatMul\");"
            + " export the model with torch.onnx.export");
  }

  @Test
  void tensors_twoWeightsOfOneName_areRefused() {
    byte[] graph =
        concat(
            field(1, node("MatMul", "/a/MatMul", List.of("x", "v"), List.of("y"))),
            field(1, node("MatMul", "/a/MatMul", List.of("y", "w"), List.of("z"))),
            field(5, matrix("v", 1, 1, 1)),
            field(5, matrix("w", 1, 1, 1)));
    assertProblem(graph, "tensor \"a.weight\": two tensors lead to this name, \"v\" and \"w\"");
  }

  @Test
  void parse_initializers_areChecked() {
    assertProblem(
        field(5, matrix("w", 2, 3, 1)),
        "tensor \"w\": 4 bytes stored, but shape [2, 3] of F32 needs 24");
    assertProblem(
        concat(field(5, matrix("w", 1, 1, 1)), field(5, matrix("w", 1, 1, 1))),
        "tensor \"w\": twice among the initializers");
    assertProblem(
        field(5, concat(bytes(8, "w"), varint(1, -1), varint(2, 1))),
        "tensor \"w\": shape [-1] has a negative dimension");
    assertProblem(
        field(5, concat(bytes(8, "w"), varint(1, Long.MAX_VALUE), varint(2, 1))),
        "tensor \"w\": shape [9223372036854775807] of F32 is more bytes than 2^63 - 1");
    assertProblem(
        field(5, concat(bytes(8, "w"), varint(2, 8))),
        "tensor \"w\": ONNX element type 8 is not supported; expected a float, integer or boolean type");
    assertProblem(
        field(5, concat(bytes(8, "w"), varint(2, 1), varint(1, 4), varint(14, 1))),
        "tensor \"w\": its elements are in another file, expected one ONNX file that holds them (save without external data)");
    assertProblem(
        field(5, concat(bytes(8, "w"), varint(2, 1), field(9, new byte[4]), field(9, new byte[4]))),
        "a tensor holds its elements twice");
  }

  @Test
  void parse_typedData_isReadAsRawData() throws IOException {
    byte[] packed = new byte[8];
    ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).putFloat(1).putFloat(2);
    byte[] floats = concat(bytes(8, "f"), varint(2, 1), varint(1, 2), field(4, packed));
    byte[] longs =
        concat(
            bytes(8, "l"),
            varint(2, 7),
            field(1, new byte[] {2}),
            field(7, new byte[] {5, 6})); // dims and data packed
    byte[] unpacked =
        concat(bytes(8, "u"), varint(2, 7), varint(1, 2), varint(7, 5), varint(7, -1));
    OnnxGraph graph =
        OnnxGraph.parse(
            model(concat(field(5, floats), field(5, longs), field(5, unpacked))), "memory");

    assertThat(graph.initializers().get("f").floats()).isEqualTo(SafetensorsTest.floats(1, 2));
    assertThat(graph.initializers().get("l").longs()).containsExactly(5L, 6L);
    assertThat(graph.initializers().get("u").longs()).containsExactly(5L, -1L);
  }

  @Test
  void parse_noGraph_isRefused() {
    assertThatThrownBy(() -> OnnxGraph.parse(ByteBuffer.wrap(varint(1, 8)), "memory"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("memory: no graph in it; not an ONNX file, or cut short");
    assertThatThrownBy(
            () ->
                OnnxGraph.parse(
                    ByteBuffer.wrap("<html>".getBytes(StandardCharsets.UTF_8)), "memory"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("memory: ");
  }

  @Test
  void parse_manyTinyFields_areCountedOut() {
    byte[] nodes = new byte[2 * 2_100_000];
    for (int i = 0; i < nodes.length; i += 2) {
      nodes[i] = 1 << 3 | 2;
    }
    assertProblem(nodes, "more than 2000000 fields, expected the ONNX file of an encoder");
  }

  @Test
  void parse_goldenCutAnywhere_isAlwaysACheckpointException() throws IOException {
    byte[] whole = Files.readAllBytes(ONNX.resolve("model.onnx"));
    // Behind the graph comes only the operator set, 4 bytes, which no reader of weights misses.
    // Every place near the start, where the nodes are, and a seventh of those behind them.
    for (int length = 0; length < whole.length - 4; length += length < 2000 ? 1 : 7) {
      ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
      assertThatThrownBy(() -> OnnxGraph.parse(cut, "memory"))
          .as("cut to %d", length)
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith("memory: ");
    }
  }

  @Test
  void parse_goldenWithAnyByteChanged_isReadOrACheckpointException() throws IOException {
    byte[] whole = Files.readAllBytes(ONNX.resolve("model.onnx"));
    Random random = new Random(1);
    int refused = 0;
    for (int round = 0; round < 1_000; round++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(whole.length)] = (byte) random.nextInt();
      try {
        OnnxGraph graph = OnnxGraph.parse(ByteBuffer.wrap(changed), "memory");
        OnnxTensors tensors = OnnxTensors.of(graph);
        OnnxBertConfig.derive(graph, tensors);
        for (TensorInfo info : tensors.tensors().values()) {
          assertThat(tensors.floats(info.name()).remaining()).isEqualTo((int) info.elements() * 4);
        }
      } catch (CheckpointException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(50);
  }

  @Test
  void config_whatCannotBeRead_isAnError() throws IOException {
    String hint = "; expected an encoder of the BERT family, or put its config.json beside it";
    String start = "memory: no config.json beside it, and none can be derived: ";
    assertNoConfig(
        bytes -> replace(bytes, "word_embeddings", "sord_embeddings"),
        start + "no tensor \"embeddings.word_embeddings.weight\"" + hint);
    assertNoConfig(
        bytes -> replace(bytes, "position_embeddings.weight", "position_embeddings.keight"),
        start + "no matrix \"bert.embeddings.position_embeddings.weight\"" + hint);
    assertNoConfig(
        bytes -> replace(bytes, "Reshape", "Rashape"),
        start + "the number of attention heads is in no Reshape" + hint);
    assertNoConfig(
        bytes -> replace(bytes, "Sqrt", "Sqrs"), start + "LayerNorm's epsilon is not in it" + hint);
    assertNoConfig(
        bytes -> replace(bytes, "Erf", "Erg"),
        start + "the activation is neither gelu (Erf) nor relu (Relu)" + hint);
    byte[] cumSum = field(7, field(1, node("CumSum", "", List.of("x"), List.of("y"))));
    assertNoConfig(
        bytes -> concat(bytes, cumSum), start + "its positions are counted as in RoBERTa" + hint);
  }

  private static void assertNoConfig(UnaryOperator<byte[]> change, String message)
      throws IOException {
    byte[] changed = change.apply(Files.readAllBytes(ONNX.resolve("model.onnx")));
    OnnxGraph graph = OnnxGraph.parse(ByteBuffer.wrap(changed), "memory");
    OnnxTensors tensors = OnnxTensors.of(graph);
    assertThatThrownBy(() -> OnnxBertConfig.derive(graph, tensors))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(message);
  }

  private static byte[] replace(byte[] in, String from, String to) {
    return new String(in, StandardCharsets.ISO_8859_1)
        .replace(from, to)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static TensorSource golden() throws IOException {
    return OnnxTensors.of(OnnxGraph.parse(goldenBytes(), "memory"));
  }

  private static ByteBuffer goldenBytes() throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(ONNX.resolve("model.onnx")));
  }

  private static String normal(JsonElement json) {
    return json.getAsJsonPrimitive().isNumber() && json.getAsString().startsWith("1e")
        ? String.valueOf(json.getAsDouble())
        : json.getAsString();
  }

  private static double sum(ByteBuffer floats) {
    double sum = 0;
    while (floats.hasRemaining()) {
      sum += floats.getFloat();
    }
    return sum;
  }

  private static void assertProblem(byte[] graph, String message) {
    assertThatThrownBy(() -> OnnxTensors.of(OnnxGraph.parse(model(graph), "memory")))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("memory: " + message);
  }

  private static ByteBuffer model(byte[] graph) {
    return ByteBuffer.wrap(field(7, graph));
  }

  private static byte[] node(
      String operation, String name, List<String> inputs, List<String> outputs) {
    byte[] node = new byte[0];
    for (String input : inputs) {
      node = concat(node, bytes(1, input));
    }
    for (String output : outputs) {
      node = concat(node, bytes(2, output));
    }
    return concat(node, bytes(3, name), bytes(4, operation));
  }

  private static byte[] matrix(String name, int rows, int columns, float... values) {
    byte[] raw = new byte[values.length * 4];
    SafetensorsTest.floats(values).get(raw);
    return concat(varint(1, rows), varint(1, columns), varint(2, 1), bytes(8, name), field(9, raw));
  }

  private static byte[] bytes(int field, String text) {
    return field(field, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] field(int field, byte[] value) {
    return concat(raw((long) field << 3 | 2), raw(value.length), value);
  }

  private static byte[] varint(int field, long value) {
    return concat(raw((long) field << 3), raw(value));
  }

  private static byte[] raw(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
