package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.internal.engine.PackedFormat;
import dev.afina.internal.model.Difference;
import dev.afina.internal.model.GoldenModel;
import dev.afina.internal.model.ModelParity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The figures of docs/parity.md: for a family the greatest differences of all its golden models, as
 * {@code ModelParityTest} and {@link TrainerParityTest} measure them.
 */
final class ParityFigures {
  private ParityFigures() {}

  /**
   * A family's figures.
   *
   * @param folder to save trained models in
   */
  static JsonObject of(String family, Path folder) throws IOException {
    JsonObject json = new JsonObject();
    addModels(json, family);
    for (PackedFormat format : PackedFormat.values()) {
      addPacked(json, family, format);
    }
    List<Difference> heads =
        ModelParity.newHead(family + "/base", family + "/head_init.safetensors");
    json.addProperty("newHead", Difference.greatest(heads));
    List<Difference> losses = new ArrayList<>();
    for (String run : TrainerParity.RUNS) {
      losses.addAll(TrainerParity.train(family, run, folder.resolve(family + "-" + run)).losses());
    }
    json.addProperty("training", Difference.greatest(losses));
    return json;
  }

  private static void addModels(JsonObject json, String family) throws IOException {
    List<Difference> single = new ArrayList<>();
    List<Difference> pairs = new ArrayList<>();
    List<Difference> together = new ArrayList<>();
    List<Difference> gradients = new ArrayList<>();
    double highest = 0;
    for (GoldenModel golden : GoldenModel.of(family)) {
      ModelParity.Logits logits = ModelParity.logits(golden);
      single.addAll(logits.single());
      pairs.addAll(logits.pairs());
      together.addAll(logits.together());
      highest = Math.max(highest, logits.highest());
      if (golden.hasGradients()) {
        gradients.addAll(ModelParity.gradients(golden).relative());
      }
    }
    json.addProperty("models", GoldenModel.of(family).size());
    json.addProperty("highestLogit", highest);
    json.addProperty("single", Difference.greatest(single));
    json.addProperty("pairs", Difference.greatest(pairs));
    json.addProperty("together", Difference.greatest(together));
    json.addProperty("gradients", Difference.greatest(gradients));
  }

  private static void addPacked(JsonObject json, String family, PackedFormat format)
      throws IOException {
    double greatest = 0;
    int texts = 0;
    int sameLabel = 0;
    for (GoldenModel golden : GoldenModel.of(family)) {
      ModelParity.Packed packed = ModelParity.packed(golden, format);
      greatest = Math.max(greatest, packed.greatest());
      texts += packed.texts();
      sameLabel += packed.sameLabel();
    }
    JsonObject figures = new JsonObject();
    figures.addProperty("greatest", greatest);
    figures.addProperty("texts", texts);
    figures.addProperty("sameLabel", sameLabel);
    json.add(format.name().toLowerCase(Locale.ROOT), figures);
  }
}
