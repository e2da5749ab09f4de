package dev.afina.examples;

import com.google.gson.JsonObject;
import dev.afina.Classifier;
import dev.afina.Decision;
import dev.afina.Prediction;
import dev.afina.TextModel;
import dev.afina.Uncertainty;
import dev.afina.data.Dataset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is decided, or the best labels, with their probabilities.
 *
 * @param topK how many; null for what is decided, and all in JSON
 * @param passes with dropout, whose disagreement JSON tells; null for none
 */
record SingleLabelAnswers(@Nullable Integer topK, @Nullable Integer passes)
    implements Answers<Prediction> {
  @Override
  public String line(Prediction prediction) {
    if (topK != null) {
      return Answers.tabbed(prediction.top(topK).entrySet());
    }
    Decision decision = prediction.decision();
    return Answers.tabbed(
        List.of(Map.entry(decision.label().orElse(NOT_SURE), decision.confidence())));
  }

  @Override
  public JsonObject json(Prediction prediction) {
    JsonObject object = new JsonObject();
    object.addProperty("label", prediction.label());
    object.addProperty("score", prediction.score());
    object.add("decision", Answers.json(prediction.decision()));
    object.add(
        "scores",
        Answers.object((topK == null ? prediction.scores() : prediction.top(topK)).entrySet()));
    object.add("logits", Answers.array(prediction.logits()));
    JsonObject uncertainty = new JsonObject();
    uncertainty.addProperty("margin", prediction.margin());
    uncertainty.addProperty("entropy", prediction.entropy());
    object.add("uncertainty", uncertainty);
    return object;
  }

  @Override
  public List<JsonObject> dropout(TextModel<Prediction, ?> model, Dataset texts) {
    return passes != null && model instanceof Classifier classifier
        ? classifier.predictWithDropout(texts, passes, SEED).stream()
            .map(each -> json(each, passes))
            .toList()
        : List.of();
  }

  private static JsonObject json(Uncertainty uncertainty, int passes) {
    JsonObject object = new JsonObject();
    object.addProperty("passes", passes);
    object.addProperty("label", uncertainty.label());
    object.add("mean", Answers.object(uncertainty.scores().entrySet()));
    object.addProperty("deviation", uncertainty.deviation(uncertainty.label()));
    object.addProperty("entropy", uncertainty.entropy());
    object.addProperty("expectedEntropy", uncertainty.expectedEntropy());
    object.addProperty("mutualInformation", uncertainty.mutualInformation());
    return object;
  }
}
