package dev.afina.examples;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.MultiLabelPrediction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The labels over the threshold, or the best ones, with their probabilities.
 *
 * @param threshold what a probability exceeds, from 0 to 1
 * @param topK how many of the best, whatever the threshold; null for those over it, and in JSON for
 *     all scores
 */
record MultiLabelAnswers(double threshold, @Nullable Integer topK)
    implements Answers<MultiLabelPrediction> {

  @Override
  public String line(MultiLabelPrediction prediction) {
    return Answers.tabbed(
        topK == null
            ? best(prediction).stream().filter(score -> score.getValue() > threshold).toList()
            : best(prediction));
  }

  @Override
  public JsonObject json(MultiLabelPrediction prediction) {
    JsonObject object = new JsonObject();
    JsonArray labels = new JsonArray();
    prediction.labels(threshold).forEach(labels::add);
    object.add("labels", labels);
    object.add("scores", Answers.object(best(prediction)));
    object.add("logits", Answers.array(prediction.logits()));
    return object;
  }

  private List<Map.Entry<String, Double>> best(MultiLabelPrediction prediction) {
    return prediction.scores().entrySet().stream()
        .limit(topK == null ? Long.MAX_VALUE : topK)
        .toList();
  }
}
