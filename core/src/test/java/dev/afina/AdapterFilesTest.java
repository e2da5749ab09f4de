package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorData;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.files.FileTree;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an adapter may say and what is refused, never ignored. */
class AdapterFilesTest {
  private static final String TEXT = "what a happy day";

  @TempDir Path work;

  private static float[] logits(Path folder) throws IOException {
    try (Classifier classifier = Classifier.load(folder)) {
      return classifier.predict(TEXT).logits();
    }
  }

  private void assertRefused(String message, Consumer<AdapterFixture> change) throws IOException {
    assertRefused("bert", message, change);
  }

  private void assertRefused(String family, String message, Consumer<AdapterFixture> change)
      throws IOException {
    int before = LiveArrays.count();
    AdapterFixture adapter = AdapterFixture.of(family);
    change.accept(adapter);
    FileTree.delete(work.resolve("adapter"));
    Path folder = adapter.write(work.resolve("adapter"));
    assertThatThrownBy(() -> Classifier.load(folder).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message)
        .hasMessageStartingWith(folder.toString());
    assertThat(LiveArrays.count()).as("arrays").isEqualTo(before);
  }

  private static Consumer<AdapterFixture> option(String name, String json) {
    return adapter -> adapter.config.add(name, JsonParser.parseString(json));
  }

  @Test
  void aZeroB_givesTheBasesLogits_toTheBit() throws IOException {
    AdapterFixture adapter = AdapterFixture.of("bert");
    adapter.tensors.keySet().removeIf(name -> !name.contains("lora_"));
    for (String name : adapter.tensors.keySet()) {
      if (name.contains("lora_B")) {
        adapter.fill(name, 0, adapter.shape(name));
      }
    }
    assertThat(logits(adapter.write(work.resolve("zero"))))
        .isEqualTo(logits(Golden.path("bert/odd/model")));
    adapter.fill(AdapterFixture.QUERY + ".lora_B.weight", 0.1f, 39, 3);
    assertThat(logits(adapter.write(work.resolve("other"))))
        .isNotEqualTo(logits(Golden.path("bert/odd/model")));
  }

  @Test
  void theBase_isFoundWhereItIs_orBesideTheAdapter() throws IOException {
    AdapterFixture adapter = AdapterFixture.of("bert");
    float[] expected = logits(adapter.write(work.resolve("a")));
    Files.createDirectories(work.resolve("set"));
    copy(Golden.path("bert/odd/model"), work.resolve("set").resolve("base"));
    adapter.base("../base");
    assertThat(logits(adapter.write(work.resolve("set").resolve("adapter")))).isEqualTo(expected);
    Files.move(work.resolve("set"), work.resolve("moved"));
    assertThat(logits(work.resolve("moved").resolve("adapter"))).isEqualTo(expected);
    try (Classifier adapted = Classifier.load(work.resolve("moved").resolve("adapter").toString());
        Classifier base = Classifier.load(Golden.path("bert/odd/model"))) {
      assertThat(adapted.labels()).as("as many as the base has").isEqualTo(base.labels());
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }

  @Test
  void aHeadOfAnotherSize_hasLabelsWithoutNames() throws IOException {
    AdapterFixture adapter = AdapterFixture.of("bert");
    adapter.fill("base_model.model.classifier.weight", 0.5f, 2, 39);
    adapter.fill("base_model.model.classifier.bias", 0.5f, 2);
    try (Classifier classifier = Classifier.load(adapter.write(work.resolve("two")))) {
      assertThat(classifier.labels().names()).containsExactly("LABEL_0", "LABEL_1");
    }
  }

  @Test
  void optionsOfOtherKinds_areRefusedByName() throws IOException {
    assertRefused(
        "peft_type \"IA3\" is not supported; supported is \"LORA\"",
        option("peft_type", "\"IA3\""));
    assertRefused("peft_type null is not supported", a -> a.config.remove("peft_type"));
    assertRefused("task_type \"CAUSAL_LM\" is not", option("task_type", "\"CAUSAL_LM\""));
    assertRefused(
        "bias \"all\" is not supported; supported is \"none\"", option("bias", "\"all\""));
    assertRefused("use_dora true is not supported; merge", option("use_dora", "true"));
    assertRefused("rank_pattern {\"q\":4} is not", option("rank_pattern", "{\"q\":4}"));
    assertRefused("alpha_pattern {\"q\":4} is not", option("alpha_pattern", "{\"q\":4}"));
    assertRefused("layers_to_transform [1] is not", option("layers_to_transform", "[1]"));
    assertRefused("fan_in_fan_out true is not", option("fan_in_fan_out", "true"));
    assertRefused("lora_bias true is not", option("lora_bias", "true"));
    assertRefused(
        "init_lora_weights \"pissa\" is not supported; supported is true or false",
        option("init_lora_weights", "\"pissa\""));
    assertRefused("of_tomorrow 7 is not supported", option("of_tomorrow", "7"));
    assertRefused("r: expected a number from 1.0 to 1000000.0, got 0", option("r", "0"));
    assertRefused("r: expected a whole number, got 1.5", option("r", "1.5"));
    assertRefused("lora_alpha: expected a number", option("lora_alpha", "\"8\""));
    assertRefused("use_rslora: expected true or false, got 1", option("use_rslora", "1"));
    assertRefused("target_modules: expected a list of names", option("target_modules", "[1]"));
  }

  @Test
  void theBase_mustBeAWholeModel() throws IOException {
    assertRefused(
        "base_model_name_or_path is missing; name the model",
        a -> a.config.remove("base_model_name_or_path"));
    assertRefused(
        "an adapter, of whose base: checkpoint \"no/such/folder\": no such folder",
        a -> a.base("no/such/folder"));
    assertRefused(
        "base_model_name_or_path: expected the name or the folder of a model, got \" \"",
        a -> a.base(" "));
    assertRefused("expected the name or the folder of a model, got", a -> a.base("x".repeat(301)));
    Path first = AdapterFixture.of("bert").write(work.resolve("first"));
    assertRefused(
        "an adapter of \"" + first.toString().substring(0, 20), a -> a.base(first.toString()));
    AdapterFixture circle = AdapterFixture.of("bert");
    circle.base(".");
    Path folder = circle.write(work.resolve("circle"));
    circle.base(folder.toString());
    circle.write(folder);
    assertThatThrownBy(() -> Classifier.load(folder).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("that is itself an adapter; merge that one into its base first");
  }

  @Test
  void tensors_areHeldAgainstTheModel() throws IOException {
    String a = AdapterFixture.QUERY + ".lora_A.weight";
    String b = AdapterFixture.QUERY + ".lora_B.weight";
    assertRefused(
        "lora_A.weight\": shape [3, 40] in the file, [3, 39] by r 3 and the layer",
        f -> f.fill(a, 1, 3, 40));
    assertRefused("[39, 2] in the file, [39, 3] by r 3", f -> f.fill(b, 1, 39, 2));
    assertRefused("by r 4 and the layer", f -> f.config.addProperty("r", 4));
    assertRefused(
        "the element at [0, 0] is NaN, expected finite numbers", f -> f.fill(a, Float.NaN, 3, 39));
    assertRefused("lora_B.weight\" is missing; its other half is there", f -> f.tensors.remove(b));
    assertRefused(
        "lora_A.weight\" is missing, which target_modules \"query\", \"value\" names",
        f -> {
          f.tensors.remove(a);
          f.tensors.remove(b);
        });
    assertRefused(
        "has an update of \"bert.encoder.layer.0.attention.self.query\", which target_modules"
            + " \"value\" does not name",
        option("target_modules", "[\"value\"]"));
    assertRefused(
        "is for no linear layer of this model",
        f -> f.fill("base_model.model.bert.encoder.layer.9.output.dense.lora_A.weight", 1, 3, 39));
    assertRefused(
        "is of a kind of update that is not supported",
        f -> f.fill(AdapterFixture.QUERY + ".lora_magnitude_vector.weight", 1, 39));
    assertRefused(
        "is no parameter of this model", f -> f.fill("base_model.model.score.weight", 1, 3, 39));
    assertRefused("expected names that begin with base_model.model.", f -> f.fill("x", 1, 3));
    assertRefused(
        "merged into layer \"bert.encoder.layer.0.attention.self.query\": the element at",
        f -> {
          f.fill(a, 3e38f, 3, 39);
          f.fill(b, 3e38f, 39, 3);
        });
    assertRefused(
        "classifier.bias\": shape [4] in the file, [3] by config.json",
        f -> f.fill("base_model.model.classifier.bias", 1, 4));
  }

  /** As PEFT saves DistilBERT where nobody names the layer. */
  @Test
  void aHeadThatWasLost_isSaid() throws IOException {
    assertRefused(
        "distilbert",
        "\"pre_classifier.weight\" is missing: neither the adapter nor its base has it, so it was"
            + " random when the adapter was trained, and is lost",
        f -> {
          f.base(withoutHead().toString());
          f.tensors.keySet().removeIf(name -> name.contains("pre_classifier"));
        });
  }

  private Path withoutHead() {
    try {
      Path base = work.resolve("base");
      copy(Golden.path("distilbert/odd/model"), base);
      AdapterFixture whole = AdapterFixture.of("distilbert");
      whole.tensors.clear();
      try (var source = Safetensors.open(base.resolve("model.safetensors"))) {
        for (var tensor : source.tensors().values()) {
          if (!tensor.name().contains("classifier")) {
            whole.tensors.put(
                tensor.name(),
                TensorData.floats(source.floats(tensor.name()), tensor.dimensions()));
          }
        }
      }
      Safetensors.write(base.resolve("model.safetensors"), whole.tensors, Safetensors.PYTORCH);
      return base;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void weightsOfAWholeModel_countMoreThanAnAdapterBesideThem() throws IOException {
    Path both = work.resolve("both");
    copy(Golden.path("bert/odd/model"), both);
    AdapterFixture adapter = AdapterFixture.of("bert");
    adapter.write(both);
    assertThat(logits(both)).isEqualTo(logits(Golden.path("bert/odd/model")));
  }
}
