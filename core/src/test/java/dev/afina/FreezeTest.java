package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.layers.Initial;
import dev.afina.internal.model.layers.ParameterSpec;
import dev.afina.internal.tuning.RateShares;
import dev.afina.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreezeTest {
  @TempDir Path folder;

  @Test
  void frozenParameters_stayAsTheyAre_andOthersDoNot() throws IOException {
    int before = LiveArrays.count();
    assertThat(changed(Freeze.embeddings()))
        .noneMatch(key -> key.contains("embeddings"))
        .anyMatch(key -> key.contains("layer.0."));
    assertThat(changed(Freeze.layers(1)))
        .noneMatch(key -> key.contains("embeddings") || key.contains("layer.0."))
        .anyMatch(key -> key.contains("layer.1."));
    assertThat(changed(Freeze.encoder()))
        .containsExactly(
            "bert.pooler.dense.bias",
            "bert.pooler.dense.weight",
            "classifier.bias",
            "classifier.weight");
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  @Test
  void frozenLayers_giveTheSameGradientsToTheOthers() throws IOException {
    // With all else frozen the head's first step is that of a training of everything.
    Map<String, float[]> all = trained("all", Freeze.nothing());
    Map<String, float[]> head = trained("head", Freeze.encoder());
    assertThat(head.get("classifier.weight"))
        .containsExactly(all.get("classifier.weight"), within(1e-6f));
  }

  @Test
  void moreLayersThanThereAre_areRefused() {
    assertThatThrownBy(
            () -> ClassifierTest.quick().freeze(Freeze.layers(9)).fit(ClassifierTest.rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "freeze: layers\\(9\\), but the encoder has \\d+; all but the head is Freeze.encoder\\(\\)");
  }

  @Test
  void rateShares_fallByLayer_andTheHeadMayHaveItsOwn() {
    List<ParameterSpec> specs =
        List.of(
            spec("bert.embeddings.word_embeddings.weight", ParameterSpec.Part.TOKEN_EMBEDDING),
            spec("bert.encoder.layer.0.output.dense.weight", ParameterSpec.Part.ENCODER),
            spec("bert.encoder.layer.11.output.dense.weight", ParameterSpec.Part.ENCODER),
            spec("model.final_norm.weight", ParameterSpec.Part.ENCODER),
            spec("bert.pooler.dense.weight", ParameterSpec.Part.HEAD),
            spec("classifier.weight", ParameterSpec.Part.OUTPUT));
    TrainingOptions options =
        TrainingOptions.standard()
            .optimizer(o -> o.learningRate(1e-3).layerDecay(0.5).headLearningRate(4e-3));
    RateShares shares = new RateShares(specs, options.optimizer(), Freeze.embeddings().depth());
    assertThat(specs.stream().map(shares::of).map(s -> s.orElse(-1.0)))
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : Double.compare(a, b))
        .containsExactly(-1.0, Math.pow(0.5, 12), 0.5, 0.5, 4.0, 4.0);
  }

  private static ParameterSpec spec(String key, ParameterSpec.Part part) {
    return new ParameterSpec(key, new Shape(2, 2), part, new Initial.Normal());
  }

  private Set<String> changed(Freeze freeze) throws IOException {
    Map<String, float[]> old = trained("old", null);
    Map<String, float[]> now = trained("now", freeze);
    Set<String> changed = new TreeSet<>();
    now.forEach(
        (key, values) -> {
          if (!Arrays.equals(values, old.get(key))) {
            changed.add(key);
          }
        });
    return changed;
  }

  /** The weights after two steps, or with the rate 0 as they were. */
  private Map<String, float[]> trained(String name, Freeze freeze) throws IOException {
    Path saved = folder.resolve(name);
    ClassifierBuilder builder = ClassifierTest.quick().maxSteps(1);
    builder = freeze == null ? builder.learningRate(0) : builder.freeze(freeze);
    try (Classifier classifier = builder.fit(ClassifierTest.rows())) {
      classifier.save(saved);
    }
    Map<String, float[]> weights = new TreeMap<>();
    try (TensorSource source = Safetensors.open(saved.resolve("model.safetensors"))) {
      for (String key : source.tensors().keySet()) {
        float[] values = new float[source.floats(key).asFloatBuffer().remaining()];
        source.floats(key).asFloatBuffer().get(values);
        weights.put(key, values);
      }
    }
    return weights;
  }
}
