package dev.afina.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedTensorsTest {
  private static final String ONE = "model-1.safetensors";
  private static final String TWO = "model-2.safetensors";

  @TempDir Path folder;

  @BeforeEach
  void shards() throws IOException {
    Safetensors.write(
        folder.resolve(ONE),
        Map.of("a", TensorData.floats(SafetensorsTest.floats(1), 1)),
        Map.of());
    Safetensors.write(
        folder.resolve(TWO),
        Map.of(
            "b",
            TensorData.floats(SafetensorsTest.floats(2), 1),
            "c",
            TensorData.floats(SafetensorsTest.floats(3), 1)),
        Map.of());
  }

  @Test
  void open_goldenIndex_equalsTheWholeFile() throws IOException {
    Path sharded = SafetensorsTest.GOLDEN.resolve("sharded");
    try (TensorSource source = Safetensors.open(sharded.resolve("model.safetensors.index.json"));
        TensorSource whole = Safetensors.open(sharded.resolve("whole.safetensors"))) {
      assertThat(source.tensors()).isEqualTo(whole.tensors()).hasSizeGreaterThan(20);
      for (String name : whole.tensors().keySet()) {
        assertThat(source.floats(name)).isEqualTo(whole.floats(name));
      }
    }
  }

  @Test
  void open_tensorBesideTheIndex_isThereAsWell() throws IOException {
    try (TensorSource source =
        open("{\"weight_map\":{\"a\":\"" + ONE + "\",\"b\":\"" + TWO + "\"}}")) {
      assertThat(source.tensors()).containsOnlyKeys("a", "b", "c");
      assertThat(source.floats("c").getFloat()).isEqualTo(3);
      assertThatThrownBy(() -> source.floats("d"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("index.json: no tensor \"d\"");
    }
  }

  @Test
  void open_tensorNotWhereTheIndexHasIt() {
    assertFails(
        "{\"weight_map\":{\"a\":\"" + TWO + "\"}}",
        "tensor \"a\": not in " + TWO + ", where the index has it");
  }

  @Test
  void open_tensorInTwoFiles() throws IOException {
    Safetensors.write(
        folder.resolve(TWO),
        Map.of(
            "a",
            TensorData.floats(SafetensorsTest.floats(2), 1),
            "b",
            TensorData.floats(SafetensorsTest.floats(2), 1)),
        Map.of());
    assertFails(
        "{\"weight_map\":{\"a\":\"" + ONE + "\",\"b\":\"" + TWO + "\"}}",
        "tensor \"a\": in two files, " + folder.resolve(ONE) + " and " + folder.resolve(TWO));
  }

  @Test
  void open_missingShard() {
    assertThatThrownBy(
            () -> open("{\"weight_map\":{\"a\":\"" + ONE + "\",\"z\":\"model-9.safetensors\"}}"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(folder.resolve("model-9.safetensors") + ": no such file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x.safetensors",
        "/etc/x.safetensors",
        "a\\\\..\\\\x.safetensors",
        "C:x.safetensors",
        "..",
        "",
        "x.bin",
        ".x.safetensors"
      })
  void open_fileElsewhere_isNotTouched(String file) {
    assertFails(
        "{\"weight_map\":{\"a\":\"" + file + "\"}}",
        "tensor \"a\": in file \""
            + file.replace("\\\\", "\\")
            + "\", expected the name of a .safetensors file beside the index");
  }

  @Test
  void open_malformedIndex() {
    assertFails(
        "{\"weight_map\":{\"a\":\"" + ONE + "\",\"a\":\"" + TWO + "\"}}",
        "tensor \"a\": twice in the index");
    assertFails(
        "{\"weight_map\":{\"a\":1}}", "tensor \"a\": a NUMBER, expected the name of a file");
    assertFails(
        "{\"metadata\":{}}", "no \"weight_map\" in it, expected {\"weight_map\": {tensor: file}}");
    assertFails("{\"weight_map\":[]}", "not the JSON of an index of weights (");
    assertFails("{\"weight_map\":{", "not the JSON of an index of weights (");
    assertFails("", "not the JSON of an index of weights (");
  }

  private TensorSource open(String index) throws IOException {
    return Safetensors.open(
        Files.writeString(folder.resolve("model.safetensors.index.json"), index));
  }

  private void assertFails(String index, String message) {
    assertThatThrownBy(() -> open(index))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(folder.resolve("model.safetensors.index.json") + ": " + message);
  }
}
