package dev.afina.examples;

import com.google.gson.JsonObject;
import dev.afina.Prediction;
import org.jspecify.annotations.Nullable;

/**
 * The best labels with their probabilities.
 *
 * @param topK how many; null for one a line, and all in JSON
 */
record SingleLabelAnswers(@Nullable Integer topK) implements Answers<Prediction> {

  @Override
  public String line(Prediction prediction) {
    return Answers.tabbed(prediction.top(topK == null ? 1 : topK).entrySet());
  }

  @Override
  public JsonObject json(Prediction prediction) {
    JsonObject object = new JsonObject();
    object.addProperty("label", prediction.label());
    object.addProperty("score", prediction.score());
    object.add(
        "scores",
        Answers.object((topK == null ? prediction.scores() : prediction.top(topK)).entrySet()));
    object.add("logits", Answers.array(prediction.logits()));
    return object;
  }
}
