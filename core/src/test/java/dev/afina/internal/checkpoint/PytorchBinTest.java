package dev.afina.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.CheckpointException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of torch.save: the golden ones of interop/golden_bin.py, and some by hand. */
class PytorchBinTest {
  private static final Path GOLDEN = SafetensorsTest.GOLDEN.resolveSibling("bin");
  private static final String CONVERT =
      "open the model in Python and save it anew: from_pretrained(folder).save_pretrained(folder)";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"views-2.bin", "views-3.bin", "views-4.bin", "views-5.bin", "views-dict.bin"})
  void open_everyViewInEveryProtocol_equalsTorch(String file) throws IOException {
    try (TensorSource source = open(GOLDEN.resolve(file));
        TensorSource expected = Safetensors.open(GOLDEN.resolve("views.safetensors"))) {
      assertThat(source.description()).isEqualTo(GOLDEN.resolve(file).toString());
      assertThat(source.tensors().keySet()).isEqualTo(expected.tensors().keySet()).hasSize(26);
      for (TensorInfo info : source.tensors().values()) {
        TensorInfo same = expected.tensors().get(info.name());
        assertThat(info.shape()).as(info.name()).isEqualTo(same.shape());
        if (info.dtype().isFloat()) {
          ByteBuffer floats = expected.floats(info.name());
          assertThat(source.floats(info.name())).as(info.name()).isEqualTo(floats);
          ByteBuffer target = ByteBuffer.allocateDirect(floats.remaining());
          source.read(info.name(), target);
          assertThat(target.flip()).as(info.name()).isEqualTo(floats);
        }
      }
      for (DType dtype : DType.values()) {
        String name = dtype.name().toLowerCase(Locale.ROOT);
        assertThat(source.tensors().get(name).dtype()).isEqualTo(dtype);
      }
      assertThatThrownBy(() -> source.floats("i64"))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              GOLDEN.resolve(file)
                  + ": tensor \"i64\": dtype I64 in the file, expected F64, F32, F16 or BF16");
      assertThatThrownBy(() -> source.floats("none"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(GOLDEN.resolve(file) + ": no tensor \"none\"");
      assertThatThrownBy(() -> source.read("f32", ByteBuffer.allocate(4)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("tensor \"f32\": expected a buffer of 24 bytes, got 4");
      source.close();
      assertThatThrownBy(() -> source.floats("f32"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the tensors of " + GOLDEN.resolve(file) + " are closed");
    }
  }

  @Test
  void open_manyTensors_inSeveralRuns() throws IOException {
    try (TensorSource source = open(GOLDEN.resolve("many.bin"))) {
      assertThat(source.tensors()).hasSize(1100);
      assertThat(source.floats("t1099").getFloat()).isEqualTo(1099);
      assertThat(source.floats("t7").getFloat()).isEqualTo(7);
    }
  }

  /** [[1, 3, 5], [2, 4, 6]] as every second of 0.5, 1, 1.5, … and the same tensor twice. */
  @Test
  void open_byHand() throws IOException {
    byte[] pickle =
        new PickleBytes()
            .op('}')
            .text("x")
            .tensor("BFloat16Storage", "numbers", 13, 1, new int[] {2, 3}, new int[] {2, 4})
            .ops("q\0s")
            .text("tied")
            .ops("h\0s")
            .stop();
    ByteBuffer numbers = ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 13; i++) {
      numbers.putShort((short) (Float.floatToRawIntBits((i + 1) / 2f) >> 16));
    }
    try (TensorSource source =
        parse(PickleBytes.archive(pickle, Map.of("numbers", numbers.array())))) {
      for (String name : List.of("x", "tied")) {
        ByteBuffer floats = source.floats(name);
        float[] values = new float[6];
        floats.asFloatBuffer().get(values);
        assertThat(values).containsExactly(1, 3, 5, 2, 4, 6);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training|\"epoch\" is a number, not a tensor; expected a model's state dict, not the checkpoint of a training: save it with save_pretrained",
        "one-tensor|holds a tensor, expected a dictionary of tensors (a state dict)",
        "list|the instruction EMPTY_LIST is not a tensor;",
        "complex|\"torch.ComplexFloatStorage\" is not a tensor;",
        "float8|\"torch._utils._rebuild_tensor_v3\" is not a tensor;",
        "uint16|\"torch._utils._rebuild_tensor_v3\" is not a tensor;",
        "sparse|\"torch._utils._rebuild_sparse_tensor\" is not a tensor;",
        "negated|_rebuild_tensor_v2 has arguments that torch.save does not write",
        "module|\"torch.nn.modules.linear.Linear\" is not a tensor;",
        "dtype|\"torch.float32\" is not a tensor;",
      })
  void open_whatTorchSavesBesides_isRefusedByName(String name, String message) {
    Path file = GOLDEN.resolve("refused/" + name + ".bin");
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": " + name + "/data.pkl: " + message);
  }

  /** A view that repeats a number fills any memory from a small file. */
  @Test
  void open_viewLargerThanItsStorage_isRefused() {
    Path file = GOLDEN.resolve("refused/expanded.bin");
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            file
                + ": tensor \"a\": shape [1000] with strides [0] from element 0 on does not fit a storage of 1 elements");
    // One storage of 4,000 bytes for 1,000 tensors.
    PickleBytes pickle = new PickleBytes().op('}').op('(');
    pickle.text("t").tensor("FloatStorage", "0", 1000, 0, new int[] {1000}, new int[] {1});
    pickle.ops("q\0");
    for (int i = 0; i < 999; i++) {
      pickle.text("t" + i).ops("h\0");
    }
    byte[] file2 = PickleBytes.archive(pickle.op('u').stop(), Map.of("0", new byte[4000]));
    assertRefused(
        file2,
        "its tensors share so much that they take 4000000 bytes, expected at most 64 times the file's "
            + file2.length);
  }

  @Test
  void open_otherFormats_areNamed() throws IOException {
    Path old = GOLDEN.resolve("old-format.bin");
    assertThatThrownBy(() -> open(old))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            old
                + ": the format of PyTorch before version 1.6, which is not read, expected the zip of a newer one; "
                + CONVERT);
    Path script = GOLDEN.resolve("torchscript.bin");
    assertThatThrownBy(() -> open(script))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            script
                + ": a program for TorchScript (torch.jit.save), not the weights of a model; "
                + CONVERT);
    assertRefused(
        ascii("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"),
        "a pointer of Git LFS in place of the file; fetch it: git lfs pull");
    for (String text : List.of("", "P", "<!DOCTYPE html>", "\u0080\u0002}.")) {
      assertRefused(
          text.getBytes(StandardCharsets.ISO_8859_1),
          "not a zip file, expected one that torch.save wrote");
    }
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(folder + ": a folder, expected a file");
  }

  @Test
  void open_otherZips_areRefused() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("word/document.xml", new byte[3]);
    entries.put("a/b/data.pkl", PickleBytes.vector(0));
    String count = " entries called FOLDER/data.pkl, expected the one that torch.save writes";
    assertRefused(PickleBytes.zip(entries), "a zip file with 0" + count);
    entries.put("a/data.pkl", PickleBytes.vector(0));
    entries.put("b/data.pkl", PickleBytes.vector(0));
    assertRefused(PickleBytes.zip(entries), "a zip file with 2" + count);
    for (String order : List.of("big", "", "little\n", "x".repeat(100_000))) {
      assertRefused(
          PickleBytes.zip(Map.of("a/data.pkl", PickleBytes.vector(0), "a/byteorder", ascii(order))),
          "numbers in the byte order \""
              + (order.length() > 16 ? "?" : order.replace("\n", "\\n"))
              + "\", expected \"little\"; "
              + CONVERT);
    }
    assertRefused(
        PickleBytes.zip(Map.of("a/data.pkl", new byte[(8 << 20) + 1])),
        "its data.pkl has more than 8388608 bytes, expected a model's");
  }

  @Test
  void open_zipBomb_isRefused() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(new byte[50_000_000]);
    }
    assertRefused(
        bytes.toByteArray(),
        "entry \"archive/data.pkl\" is compressed or encrypted, expected stored bytes as torch.save writes them");
    bytes.reset();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      PickleBytes.putStored(zip, "archive/data.pkl", PickleBytes.vector(0));
      zip.putNextEntry(new ZipEntry("archive/data/0"));
      zip.write(new byte[50_000_000]);
    }
    assertRefused(
        bytes.toByteArray(),
        "entry \"archive/data/0\" is compressed or encrypted, expected stored bytes as torch.save writes them");
  }

  @Test
  void open_storageThatIsNotThereOrHasAnotherSize_isRefused() {
    assertRefused(
        PickleBytes.archive(PickleBytes.vector(2), Map.of("1", new byte[8])),
        "tensor \"x\": its storage \"0\" is not in the file");
    for (int bytes : new int[] {0, 4, 7, 9, 12}) {
      assertRefused(
          PickleBytes.archive(PickleBytes.vector(2), Map.of("0", new byte[bytes])),
          "tensor \"x\": its storage has " + bytes + " bytes, but 2 elements of F32 by data.pkl");
    }
    assertRefused(
        PickleBytes.archive(PickleBytes.vector(-1), Map.of("0", new byte[4])),
        "tensor \"x\": its storage has 4 bytes, but -1 elements of F32 by data.pkl");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 5, 1",
    "1, 4, 1",
    "4, 1, 1",
    "-1, 1, 1",
    "0, 3, 2",
    "0, 2, 4",
    "0, 2, -1",
    "0, 1, -1",
    "0, -1, 1",
    "5, 0, 1",
    "0, 2147483647, 2147483647",
    "2147483647, 1, 1"
  })
  void open_viewOutsideItsStorage_isRefused(int offset, int length, int stride) {
    byte[] file = view(offset, new int[] {length}, new int[] {stride});
    assertRefused(
        file,
        length < 0
            ? "tensor \"x\": shape [-1] has a negative dimension"
            : "tensor \"x\": shape [%d] with strides [%d] from element %d on does not fit a storage of 4 elements"
                .formatted(length, stride, offset));
  }

  @Test
  void open_shapeBeyondAllNumbers_isRefused() {
    int most = Integer.MAX_VALUE;
    assertRefused(
        view(0, new int[] {most, most, most}, new int[] {1, 1, 1}),
        "tensor \"x\": shape [2147483647, 2147483647, 2147483647] of F32 is more bytes than 2^63 - 1");
    assertRefused(
        view(0, new int[] {2, 2}, new int[] {1}),
        "tensor \"x\": 2 dimensions with 1 strides, expected as many, and at most 64");
    int[] many = new int[65];
    Arrays.fill(many, 1);
    assertRefused(
        view(0, many, many),
        "tensor \"x\": 65 dimensions with 65 strides, expected as many, and at most 64");
  }

  @Test
  void open_emptyViews_haveNoElements() throws IOException {
    for (int offset : new int[] {0, 4}) {
      try (TensorSource source = parse(view(offset, new int[] {3, 0}, new int[] {9, 9}))) {
        assertThat(source.floats("x").remaining()).isZero();
      }
    }
  }

  @Test
  void open_cutShortAnywhere_isRefused() {
    byte[] file = view(0, new int[] {4}, new int[] {1});
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> parse(cut))
          .isInstanceOf(CheckpointException.class)
          .hasMessageMatching("x\\.bin: .{10,200}");
    }
  }

  @Test
  void open_evilFile_doesNothing() throws IOException {
    Path trace = folder.resolve("trace");
    byte[] pickle =
        new PickleBytes().global("posix", "system").text("touch " + trace).op(0x85).op('R').stop();
    Path file = folder.resolve("pytorch_model.bin");
    Files.write(file, PickleBytes.archive(pickle, Map.of()));
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            file
                + ": archive/data.pkl: \"posix.system\" is not a tensor; nothing of the file was executed; if you trust who made it, convert it to safetensors in Python");
    assertThat(trace).doesNotExist();
    Files.delete(file); // on Windows only when it was closed
  }

  @Test
  void shards_equalTheWhole() throws IOException {
    Path index = GOLDEN.resolve("sharded/pytorch_model.bin.index.json");
    try (CheckpointFiles files = CheckpointFiles.folder(index.getParent());
        TensorSource sharded = files.weights();
        TensorSource whole = open(GOLDEN.resolve("bert.bin"))) {
      assertThat(sharded.description()).isEqualTo(index.toString());
      assertThat(
              new TreeSet<>(sharded.tensors().values().stream().map(TensorInfo::toString).toList()))
          .isEqualTo(
              new TreeSet<>(whole.tensors().values().stream().map(TensorInfo::toString).toList()))
          .hasSizeGreaterThan(30);
      for (String name : whole.tensors().keySet()) {
        assertThat(sharded.floats(name)).as(name).isEqualTo(whole.floats(name));
      }
    }
  }

  @Test
  void shards_absentOrElsewhere_areRefused() throws IOException {
    Path index = folder.resolve("pytorch_model.bin.index.json");
    Files.writeString(index, "{\"weight_map\": {\"x\": \"pytorch_model-1.bin\"}}");
    assertRefusedFolder(folder.resolve("pytorch_model-1.bin") + ": no such file");
    for (String name : List.of("../x.bin", "/etc/x.bin", "x.safetensors", ".x.bin", "a\\\\x.bin")) {
      Files.writeString(index, "{\"weight_map\": {\"x\": \"" + name + "\"}}");
      assertRefusedFolder(
          index
              + ": tensor \"x\": in file \""
              + name.replace("\\\\", "\\")
              + "\", expected the name of a .bin file beside the index");
    }
    Files.writeString(index, "{\"weight_map\": {\"y\": \"pytorch_model-1.bin\"}}");
    Files.write(
        folder.resolve("pytorch_model-1.bin"),
        PickleBytes.archive(PickleBytes.vector(1), Map.of("0", new byte[4])));
    assertRefusedFolder(
        index + ": tensor \"y\": not in pytorch_model-1.bin, where the index has it");
  }

  @Test
  void weights_areTakenInTheOrderOfTransformers() throws IOException {
    byte[] bin = PickleBytes.archive(PickleBytes.vector(1), Map.of("0", new byte[4]));
    Files.copy(SafetensorsTest.GOLDEN.resolve("onnx/model.onnx"), folder.resolve("model.onnx"));
    assertWeights("model.onnx");
    Files.write(folder.resolve("pytorch_model-1.bin"), bin);
    Files.writeString(
        folder.resolve("pytorch_model.bin.index.json"),
        "{\"weight_map\": {\"x\": \"pytorch_model-1.bin\"}}");
    assertWeights("pytorch_model.bin.index.json");
    Files.write(folder.resolve("pytorch_model.bin"), bin);
    assertWeights("pytorch_model.bin");
    Map<String, TensorData> x = Map.of("x", TensorData.floats(SafetensorsTest.floats(1), 1));
    Safetensors.write(folder.resolve("model-1.safetensors"), x, Map.of());
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"x\": \"model-1.safetensors\"}}");
    assertWeights("model.safetensors.index.json");
    Safetensors.write(folder.resolve("model.safetensors"), x, Map.of());
    assertWeights("model.safetensors");
  }

  @Test
  void weights_onTheClassPath() throws IOException {
    try (CheckpointFiles files = CheckpointFiles.open("classpath:golden/bin/sharded");
        TensorSource weights = files.weights()) {
      assertThat(weights.tensors()).containsKey("classifier.weight");
      assertThat(weights.description())
          .isEqualTo("classpath:golden/bin/sharded/pytorch_model.bin.index.json");
    }
  }

  private void assertWeights(String file) throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(folder);
        TensorSource weights = files.weights()) {
      assertThat(weights.description()).isEqualTo(folder.resolve(file).toString());
    }
  }

  private void assertRefusedFolder(String message) throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      assertThatThrownBy(files::weights)
          .isInstanceOf(CheckpointException.class)
          .hasMessage(message);
    }
  }

  /** A view of four numbers. */
  private static byte[] view(int offset, int[] shape, int[] strides) {
    byte[] pickle =
        new PickleBytes()
            .op('}')
            .text("x")
            .tensor("FloatStorage", "0", 4, offset, shape, strides)
            .op('s')
            .stop();
    return PickleBytes.archive(pickle, Map.of("0", new byte[16]));
  }

  private static TensorSource open(Path file) throws IOException {
    return PytorchBin.source(Content.of(file), file.toString());
  }

  private static TensorSource parse(byte[] file) throws IOException {
    return PytorchBin.source(Content.of(ByteBuffer.wrap(file)), "x.bin");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void assertRefused(byte[] file, String message) {
    assertThatThrownBy(() -> parse(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("x.bin: " + message);
  }
}
