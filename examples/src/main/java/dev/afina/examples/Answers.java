package dev.afina.examples;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.Decision;
import dev.afina.TextModel;
import dev.afina.data.Dataset;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How what a model says of a text is printed.
 *
 * @param <P> what it says
 */
interface Answers<P> {

  /** What stands for a label where the model's rules decide for none. */
  String NOT_SURE = "not sure";

  /** The seed of the passes with dropout. */
  long SEED = 42;

  /** A line, without its break. */
  String line(P prediction);

  /** An object, for programs. */
  JsonObject json(P prediction);

  /** What passes with dropout say of each text; empty if there are none. */
  List<JsonObject> dropout(TextModel<P, ?> model, Dataset texts);

  /** An object for each text. */
  default List<JsonObject> json(TextModel<P, ?> model, Dataset texts) {
    List<JsonObject> objects = model.predict(texts).stream().map(this::json).toList();
    List<JsonObject> dropout = dropout(model, texts);
    for (int i = 0; i < dropout.size(); i++) {
      JsonObject object = objects.get(i);
      JsonObject uncertainty = object.getAsJsonObject("uncertainty"); // a regression has none
      (uncertainty == null ? object : uncertainty).add("dropout", dropout.get(i));
    }
    return objects;
  }

  /** What is decided, or that it is not sure, and why. */
  static JsonObject json(Decision decision) {
    JsonObject object = new JsonObject();
    object.addProperty("sure", decision.isSure());
    JsonArray labels = new JsonArray();
    decision.labels().forEach(labels::add);
    object.add("labels", labels);
    object.addProperty("confidence", decision.confidence());
    object.addProperty("reason", decision.reason());
    return object;
  }

  /** Names and probabilities, with tabs between. */
  static String tabbed(Iterable<Map.Entry<String, Double>> scores) {
    StringBuilder line = new StringBuilder();
    for (Map.Entry<String, Double> score : scores) {
      line.append(line.isEmpty() ? "" : "\t").append(score.getKey()).append('\t');
      line.append(number(score.getValue()));
    }
    return line.toString();
  }

  /** With six digits after the point. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }

  /** Numbers by name. */
  static JsonObject object(Iterable<Map.Entry<String, Double>> values) {
    JsonObject object = new JsonObject();
    values.forEach(value -> object.addProperty(value.getKey(), value.getValue()));
    return object;
  }

  /** All outputs, as the model computes them. */
  static JsonArray array(float[] logits) {
    JsonArray array = new JsonArray();
    for (float logit : logits) {
      array.add(logit);
    }
    return array;
  }
}
