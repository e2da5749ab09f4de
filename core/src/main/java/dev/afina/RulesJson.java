package dev.afina;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.saved.AfinaConfig;
import dev.afina.internal.saved.RuleWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link DecisionRules} in {@link AfinaConfig}. */
final class RulesJson {
  private static final String TEMPERATURE = "temperature";
  private static final String THRESHOLDS = "thresholds";
  private static final String CONFIDENCE = "confidence";
  private static final String POSITIVE = "positive";
  private static final String VALIDATION = "validation";
  private static final String[] OF_VALIDATION = {
    "rows",
    "coverage",
    "error",
    "calibration_error",
    "calibration_error_before",
    "loss",
    "loss_before",
    "score_edges",
    "score_shares",
    "label_shares"
  };

  private RulesJson() {}

  static JsonObject of(DecisionRules rules) {
    JsonObject json = new JsonObject();
    json.addProperty(TEMPERATURE, rules.temperature());
    if (!rules.thresholds().isEmpty()) {
      JsonObject thresholds = new JsonObject();
      rules.thresholds().forEach(thresholds::addProperty);
      json.add(THRESHOLDS, thresholds);
    }
    rules.positive().ifPresent(label -> json.addProperty(POSITIVE, label));
    rules.confidence().ifPresent(least -> json.addProperty(CONFIDENCE, least));
    rules.figures().ifPresent(figures -> json.add(VALIDATION, of(figures)));
    return json;
  }

  private static JsonObject of(DecisionFigures figures) {
    JsonObject json = new JsonObject();
    json.addProperty("rows", figures.rows());
    json.addProperty("coverage", figures.coverage());
    if (!Double.isNaN(figures.error())) {
      json.addProperty("error", figures.error());
    }
    json.addProperty("calibration_error", figures.calibrationError());
    json.addProperty("calibration_error_before", figures.calibrationErrorBefore());
    json.addProperty("loss", figures.loss());
    json.addProperty("loss_before", figures.lossBefore());
    json.add("score_edges", array(figures.scores().edges()));
    json.add("score_shares", array(figures.scores().shares()));
    json.add("label_shares", array(figures.scores().labelShares()));
    return json;
  }

  private static JsonArray array(List<Double> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }

  /** What the file says of rules. */
  static Optional<ConfigJson> section(AfinaConfig config) throws CheckpointException {
    return config.section(
        AfinaConfig.DECISIONS,
        TEMPERATURE,
        THRESHOLDS,
        CONFIDENCE,
        POSITIVE,
        VALIDATION,
        RuleWeights.MEMBER);
  }

  /**
   * The rules of a model; none where the file says nothing of them.
   *
   * @param labelShares how many there must be
   * @throws CheckpointException when they cannot be right
   */
  static DecisionRules read(AfinaConfig config, int labelShares) throws CheckpointException {
    Optional<ConfigJson> section = section(config);
    if (section.isEmpty()) {
      return DecisionRules.none();
    }
    ConfigJson json = section.get();
    try {
      return rules(json, labelShares);
    } catch (IllegalArgumentException e) { // of the rules themselves, which know their ranges
      throw new CheckpointException(json.where() + ": " + e.getMessage(), e);
    }
  }

  private static DecisionRules rules(ConfigJson json, int labelShares) throws CheckpointException {
    DecisionRules rules =
        DecisionRules.none()
            .temperature(json.number(TEMPERATURE, 1, 0))
            .confidence(json.number(CONFIDENCE, 0, 0));
    for (Map.Entry<String, JsonElement> threshold : json.members(THRESHOLDS).entrySet()) {
      rules =
          rules.threshold(
              threshold.getKey(), number(json.where() + ": " + THRESHOLDS, threshold.getValue()));
    }
    if (json.has(POSITIVE)) {
      String label = json.string(POSITIVE);
      Double threshold = rules.thresholds().get(label);
      if (threshold == null) {
        throw new CheckpointException(
            json.where() + ": positive " + Excerpt.quoted(label) + " has no threshold");
      }
      rules = rules.positive(label, threshold);
    }
    return json.has(VALIDATION)
        ? rules.figures(figures(json.section(VALIDATION, OF_VALIDATION), labelShares))
        : rules;
  }

  private static DecisionFigures figures(ConfigJson json, int labelShares)
      throws CheckpointException {
    List<Double> shares = numbers(json, "label_shares");
    if (shares.size() != labelShares) {
      throw new CheckpointException(
          "%s: label_shares: %s numbers, expected %s"
              .formatted(json.where(), shares.size(), labelShares));
    }
    return new DecisionFigures(
        json.count("rows"),
        json.number("coverage", Double.NaN, 0),
        json.number("error", Double.NaN, 0),
        json.number("calibration_error", Double.NaN, 0),
        json.number("calibration_error_before", Double.NaN, 0),
        json.number("loss", Double.NaN, 0),
        json.number("loss_before", Double.NaN, 0),
        new ScoreDistribution(numbers(json, "score_edges"), numbers(json, "score_shares"), shares));
  }

  private static List<Double> numbers(ConfigJson json, String key) throws CheckpointException {
    List<Double> numbers = new ArrayList<>();
    for (JsonElement element : json.elements(key)) {
      numbers.add(number(json.where() + ": " + key, element));
    }
    return numbers;
  }

  private static double number(String where, JsonElement value) throws CheckpointException {
    if (!(value instanceof JsonPrimitive number)
        || !number.isNumber()
        || !Double.isFinite(number.getAsDouble())) {
      throw new CheckpointException(where + ": expected numbers, got " + Excerpt.of(value));
    }
    return number.getAsDouble();
  }
}
