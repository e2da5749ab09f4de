package dev.afina.card;

import dev.afina.metrics.Averaging;
import dev.afina.metrics.ConfusionMatrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The metadata of a new card: what the Hub sorts, filters and shows by. */
final class GeneratedMetadata {
  private static final String TASK = "text-classification";

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
    metadata.put("library_name", "transformers");
    if (card.baseModel() != null) {
      metadata.put("base_model", card.baseModel());
    }
    metadata.put("pipeline_tag", TASK);
    metadata.put("tags", List.copyOf(card.tags()));
    if (!card.datasets().isEmpty()) {
      metadata.put("datasets", List.copyOf(card.datasets()));
    }
    if (!card.results().isEmpty()) {
      metadata.put(
          "metrics", List.of("accuracy", "f1", "precision", "recall", "matthews_correlation"));
      Map<String, @Nullable Object> model = new LinkedHashMap<>();
      model.put("name", card.title());
      model.put("results", card.results().stream().map(GeneratedMetadata::entry).toList());
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
    ConfusionMatrix matrix = result.matrix();
    List<Object> metrics = new ArrayList<>();
    metrics.add(metric("accuracy", "Accuracy", matrix.accuracy()));
    metrics.add(metric("f1", "Macro F1", matrix.f1(Averaging.MACRO)));
    metrics.add(metric("precision", "Macro precision", matrix.precision(Averaging.MACRO)));
    metrics.add(metric("recall", "Macro recall", matrix.recall(Averaging.MACRO)));
    metrics.add(
        metric("matthews_correlation", "Matthews correlation", matrix.matthewsCorrelation()));
    Map<String, @Nullable Object> entry = new LinkedHashMap<>();
    entry.put("task", task);
    entry.put("dataset", data);
    entry.put("metrics", metrics);
    return entry;
  }

  private static Map<String, Object> metric(String type, String name, double value) {
    Map<String, Object> metric = new LinkedHashMap<>();
    metric.put("type", type);
    metric.put("value", Math.round(value * 1e6) / 1e6);
    metric.put("name", name);
    return metric;
  }
}
