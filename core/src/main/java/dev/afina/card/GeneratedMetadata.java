package dev.afina.card;

import dev.afina.internal.files.Digits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The metadata of a new card: what the Hub sorts, filters and shows by. */
final class GeneratedMetadata {
  private static final String TASK = "text-classification";
  private static final int DIGITS = 6;

  private GeneratedMetadata() {}

  /** In the order that the Hub's own cards have. */
  static Map<String, @Nullable Object> of(ModelCard card) {
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    if (!card.languages().isEmpty()) {
      metadata.put("language", List.copyOf(card.languages()));
    }
    if (card.license() != null) {
      metadata.put("license", card.license());
    }
    metadata.put("library_name", card.facts().adapterOf().isPresent() ? "peft" : "transformers");
    if (card.baseModel() != null) {
      metadata.put("base_model", card.baseModel());
    }
    metadata.put("pipeline_tag", TASK);
    metadata.put("tags", List.copyOf(card.tags()));
    if (!card.datasets().isEmpty()) {
      metadata.put("datasets", List.copyOf(card.datasets()));
    }
    List<ModelCard.Result> results =
        card.results().stream().filter(result -> !listed(result).isEmpty()).toList();
    if (!results.isEmpty()) {
      metadata.put(
          "metrics",
          results.stream()
              .flatMap(result -> listed(result).keySet().stream())
              .map(GeneratedMetadata::type)
              .distinct()
              .toList());
      Map<String, @Nullable Object> model = new LinkedHashMap<>();
      model.put("name", card.title());
      model.put("results", results.stream().map(GeneratedMetadata::entry).toList());
      metadata.put("model-index", List.of(model));
    }
    return metadata;
  }

  private static Map<String, @Nullable Object> entry(ModelCard.Result result) {
    Map<String, @Nullable Object> task = new LinkedHashMap<>();
    task.put("type", TASK);
    task.put("name", "Text Classification");
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("name", result.data().name());
    data.put("type", result.data().type());
    result.data().configuration().ifPresent(name -> data.put("config", name));
    result.data().split().ifPresent(name -> data.put("split", name));
    List<Object> metrics = new ArrayList<>();
    listed(result).forEach((key, value) -> metrics.add(metric(key, value)));
    Map<String, @Nullable Object> entry = new LinkedHashMap<>();
    entry.put("task", task);
    entry.put("dataset", data);
    entry.put("metrics", metrics);
    return entry;
  }

  /** The metrics that the Hub lists: those that it has a name for and that are numbers. */
  private static Map<String, Double> listed(ModelCard.Result result) {
    Map<String, Double> listed = new LinkedHashMap<>(result.metrics());
    listed.keySet().removeIf(key -> type(key).isEmpty() || key.startsWith("weighted_"));
    listed.values().removeIf(value -> !Double.isFinite(value));
    return listed;
  }

  /** The Hub's name of a metric; empty for none. */
  private static String type(String key) {
    return switch (key) {
      case "accuracy", "roc_auc", "matthews_correlation" -> key;
      case "mean_squared_error" -> "mse";
      case "mean_absolute_error" -> "mae";
      case "r2" -> "r_squared";
      case "pearson" -> "pearsonr";
      case "spearman" -> "spearmanr";
      default -> {
        String kind = key.substring(key.indexOf('_') + 1); // of micro_f1
        yield List.of("f1", "precision", "recall").contains(kind) ? kind : "";
      }
    };
  }

  private static Map<String, Object> metric(String key, double value) {
    Map<String, Object> metric = new LinkedHashMap<>();
    metric.put("type", type(key));
    metric.put("value", Digits.rounded(value, DIGITS));
    metric.put("name", CardText.title(key));
    return metric;
  }
}
