package dev.afina.examples;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.MultiLabelClassifier;
import dev.afina.MultiLabelPrediction;
import dev.afina.MultiLabelUncertainty;
import dev.afina.TextModel;
import dev.afina.data.Dataset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is decided, the labels over a threshold, or the best ones, with their probabilities.
 *
 * @param threshold what a probability exceeds, from 0 to 1; null for what the model's rules say
 * @param topK how many of the best, whatever the threshold; null for those over it, and in JSON for
 *     all scores
 * @param passes with dropout, whose disagreement JSON tells; null for none
 */
record MultiLabelAnswers(
    @Nullable Double threshold, @Nullable Integer topK, @Nullable Integer passes)
    implements Answers<MultiLabelPrediction> {

  @Override
  public String line(MultiLabelPrediction prediction) {
    if (topK != null) {
      return Answers.tabbed(best(prediction));
    }
    if (threshold == null && !prediction.decision().isSure()) {
      return Answers.tabbed(List.of(Map.entry(NOT_SURE, prediction.decision().confidence())));
    }
    List<String> given = given(prediction);
    return Answers.tabbed(
        best(prediction).stream().filter(score -> given.contains(score.getKey())).toList());
  }

  private List<String> given(MultiLabelPrediction prediction) {
    return threshold == null ? prediction.labels() : prediction.labels(threshold);
  }

  @Override
  public JsonObject json(MultiLabelPrediction prediction) {
    JsonObject object = new JsonObject();
    JsonArray labels = new JsonArray();
    given(prediction).forEach(labels::add);
    object.add("labels", labels);
    if (threshold == null) { // a decision is that of the model's own thresholds
      object.add("decision", Answers.json(prediction.decision()));
    }
    object.add("scores", Answers.object(best(prediction)));
    object.add("logits", Answers.array(prediction.logits()));
    JsonObject uncertainty = new JsonObject();
    uncertainty.addProperty("margin", prediction.margin());
    uncertainty.addProperty("entropy", prediction.entropy());
    object.add("uncertainty", uncertainty);
    return object;
  }

  @Override
  public List<JsonObject> dropout(TextModel<MultiLabelPrediction, ?> model, Dataset texts) {
    return passes != null && model instanceof MultiLabelClassifier classifier
        ? classifier.predictWithDropout(texts, passes, SEED).stream()
            .map(each -> json(each, passes))
            .toList()
        : List.of();
  }

  private static JsonObject json(MultiLabelUncertainty uncertainty, int passes) {
    JsonObject object = new JsonObject();
    object.addProperty("passes", passes);
    object.add("mean", Answers.object(uncertainty.scores().entrySet()));
    JsonObject deviations = new JsonObject();
    uncertainty.labels().forEach(l -> deviations.addProperty(l, uncertainty.deviation(l)));
    object.add("deviations", deviations);
    object.addProperty("entropy", uncertainty.entropy());
    object.addProperty("expectedEntropy", uncertainty.expectedEntropy());
    object.addProperty("mutualInformation", uncertainty.mutualInformation());
    return object;
  }

  private List<Map.Entry<String, Double>> best(MultiLabelPrediction prediction) {
    return prediction.scores().entrySet().stream()
        .limit(topK == null ? Long.MAX_VALUE : topK)
        .toList();
  }
}
