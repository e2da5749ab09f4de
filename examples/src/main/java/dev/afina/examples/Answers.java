package dev.afina.examples;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Locale;
import java.util.Map;

/**
 * How what a model says of a text is printed.
 *
 * @param <P> what it says
 */
interface Answers<P> {

  /** A line, without its break. */
  String line(P prediction);

  /** An object, for programs. */
  JsonObject json(P prediction);

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
