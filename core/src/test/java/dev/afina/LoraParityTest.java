package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.internal.model.Golden;
import dev.afina.internal.model.GoldenModel;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.tuning.LoraUpdates;
import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** LoRA is PEFT's, for all families. Golden files of interop/golden_lora.py. */
class LoraParityTest {
  /** 20 steps of 5e-3 at most; the greatest difference that was measured is 1.9e-6. */
  private static final float OF_A_WEIGHT = 2e-5f;

  /** The same random numbers; scalar kernels round them otherwise, measured up to 2e-8. */
  private static final Offset<Float> BEGINNING = within(Golden.SCALAR_KERNELS ? 5e-8f : 0f);

  /** ModernBERT's go on with rounding to 2.6e-6, those of the others to 4e-7. */
  private static final double OF_A_LOSS = 2e-5;

  /** PEFT adds the update to each result, Afina to the weight; that was 4.6e-6 at most. */
  private static final double OF_A_LOGIT = 2e-5;

  @TempDir Path folder;

  static List<String> families() {
    return GoldenModel.families();
  }

  private static Path golden(String name) {
    return Golden.path("").resolveSibling("lora").resolve(name);
  }

  private static JsonObject json(String name) throws IOException {
    return JsonParser.parseString(Files.readString(golden(name))).getAsJsonObject();
  }

  @ParameterizedTest
  @MethodSource("families")
  void anAdapterByPeft_givesItsLogits(String family) throws IOException {
    assertLogits(family + "/adapter", json(family + "/golden.json").getAsJsonArray("cases"));
  }

  @Test
  void anAdapterOfManyLayers_withTheRootOfTheRank_givesItsLogits() throws IOException {
    assertLogits("bert/dense", json("bert/golden.json").getAsJsonArray("dense"));
  }

  @Test
  void anAdapterInAPickle_givesItsLogits() throws IOException {
    assertLogits("bert/pickled", json("bert/golden.json").getAsJsonArray("cases"));
  }

  private static void assertLogits(String adapter, JsonArray cases) throws IOException {
    try (Classifier classifier = Classifier.load(golden(adapter))) {
      for (JsonElement element : cases) {
        JsonObject c = element.getAsJsonObject();
        JsonElement pair = c.get("pair");
        String text = c.get("text").getAsString();
        // As transformers does in a call with one text; see Golden.encode.
        Prediction prediction =
            pair.isJsonNull() || pair.getAsString().isEmpty()
                ? classifier.predict(text)
                : classifier.predict(text, pair.getAsString());
        List<JsonElement> expected = c.getAsJsonArray("logits").asList();
        for (int i = 0; i < expected.size(); i++) {
          assertThat((double) prediction.logits()[i])
              .as("%s: %s", text, i)
              .isCloseTo(expected.get(i).getAsDouble(), within(OF_A_LOGIT));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void aBeginning_isPeftsForTheSameSeed(String family) throws IOException {
    try (Model model = Golden.model(family + "/odd/model", ModelLoader.HeadWeights.REQUIRED);
        LoraUpdates updates = Lora.rank(3).targetModules("all-linear").updates(model, "base", 42)) {
      Map<String, float[]> ours = new LinkedHashMap<>();
      updates
          .adapter()
          .updates()
          .forEach(
              (name, update) -> {
                FloatBuffer a = update.a().bytes().asFloatBuffer();
                ours.put(name, new float[] {a.get(0), a.get(a.limit() - 1)});
                FloatBuffer b = update.b().bytes().asFloatBuffer();
                while (b.hasRemaining()) {
                  assertThat(b.get()).isZero();
                }
              });
      Map<String, float[]> theirs = new LinkedHashMap<>();
      for (JsonElement element : json(family + "/golden.json").getAsJsonArray("beginning")) {
        JsonObject layer = element.getAsJsonObject();
        theirs.put(
            layer.get("layer").getAsString(),
            new float[] {layer.get("first").getAsFloat(), layer.get("last").getAsFloat()});
      }
      assertThat(ours.keySet()).containsExactlyElementsOf(theirs.keySet());
      theirs.forEach(
          (name, ends) -> assertThat(ours.get(name)).as(name).containsExactly(ends, BEGINNING));
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void twentySteps_haveTheTrainersLosses_andWeights(String family) throws IOException {
    JsonObject expected = json(family + "/training.json");
    JsonObject options = expected.getAsJsonObject("options");
    TrainerParity.Steps steps = new TrainerParity.Steps();
    try (Classifier classifier =
        Classifier.builder()
            .checkpoint(Golden.path(family + "/base"))
            .labels("0", "1", "2")
            .options(TrainerParity.options(options))
            .lora(Lora.rank(4))
            .dropout(0)
            .maxTokens(options.get("max_tokens").getAsInt())
            .listener(steps)
            .fit(TrainerParity.rows(expected))) {
      JsonArray theirs = expected.getAsJsonArray("steps");
      assertThat(steps.all).hasSize(theirs.size());
      for (int i = 0; i < theirs.size(); i++) {
        JsonObject step = theirs.get(i).getAsJsonObject();
        TrainingListener.Step ours = steps.all.get(i);
        assertThat(ours.learningRate()).isEqualTo(step.get("learningRate").getAsDouble());
        assertThat(ours.loss())
            .as("step %s", i + 1)
            .isCloseTo(step.get("loss").getAsDouble(), within(OF_A_LOSS));
        double norm = step.get("gradientNorm").getAsDouble();
        assertThat(ours.gradientNorm()).as("step %s", i + 1).isCloseTo(norm, within(1e-3 * norm));
      }
      assertThat(classifier.evaluate(TrainerParity.rows(expected)).loss())
          .isCloseTo(expected.get("evalLoss").getAsDouble(), within(OF_A_LOSS));
      classifier.saveAdapter(folder.resolve("adapter"));
    }
    try (TensorSource ours =
            Safetensors.open(folder.resolve("adapter").resolve("adapter_model.safetensors"));
        TensorSource theirs = Safetensors.open(golden(family + "/trained.safetensors"))) {
      assertThat(ours.tensors().keySet()).isEqualTo(theirs.tensors().keySet());
      for (String name : theirs.tensors().keySet()) {
        assertThat(ours.tensors().get(name).shape()).isEqualTo(theirs.tensors().get(name).shape());
        assertThat(floats(ours, name))
            .as(name)
            .containsExactly(floats(theirs, name), within(OF_A_WEIGHT));
      }
    }
  }

  private static float[] floats(TensorSource source, String name) throws IOException {
    FloatBuffer values = source.floats(name).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] floats = new float[values.remaining()];
    values.get(floats);
    return floats;
  }
}
