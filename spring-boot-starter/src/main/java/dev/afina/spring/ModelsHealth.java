package dev.afina.spring;

import dev.afina.DeadlineExceededException;
import dev.afina.OverloadedException;
import dev.afina.TextModel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether each model answers, asked by an empty text: some milliseconds on a thread of the caller.
 */
final class ModelsHealth {
  private final Map<String, TextModel<?, ?>> models;

  ModelsHealth(Map<String, TextModel<?, ?>> models) {
    this.models = new TreeMap<>(models);
  }

  /** What an indicator is told of it. */
  interface Answer {
    void detail(String model, Map<String, Object> details);

    void down();
  }

  void ask(Answer answer) {
    models.forEach(
        (name, model) -> {
          Map<String, Object> details = new LinkedHashMap<>();
          details.put("type", model.getClass().getSimpleName());
          details.put("maxTokens", model.maxTokens());
          try {
            model.predict("");
          } catch (OverloadedException | DeadlineExceededException e) {
            details.put("busy", String.valueOf(e.getMessage())); // no reason to start it anew
          } catch (RuntimeException e) {
            details.put("error", String.valueOf(e.getMessage()));
            answer.down();
          }
          answer.detail(name, details);
        });
  }
}
