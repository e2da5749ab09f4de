package dev.afina.spring;

import dev.afina.DeadlineExceededException;
import dev.afina.ModelHandle;
import dev.afina.ModelListener;
import dev.afina.OverloadedException;
import dev.afina.TextModel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Checks whether each model answers, by predicting an empty text. That takes some milliseconds on
 * the calling thread. For a handle, its current model is checked. No listener is told, so checks
 * count neither in meters nor as confidences.
 */
final class ModelsHealth {
  private final Map<String, Lender> lenders = new TreeMap<>();

  /** Lends a model, and adds further details to the report. */
  private interface Lender {
    void lend(Map<String, Object> details, Consumer<TextModel<?, ?>> use);
  }

  ModelsHealth(
      Map<String, ? extends TextModel<?, ?>> models,
      Map<String, ? extends ModelHandle<?, ?>> handles) {
    models.forEach((name, model) -> lenders.put(name, (details, use) -> use.accept(model)));
    handles.forEach(
        (name, handle) -> lenders.put(name, (details, use) -> lend(handle, details, use)));
  }

  /** The health of all models of an application. */
  @SuppressWarnings({"unchecked", "rawtypes"}) // a class literal has no type arguments
  static ModelsHealth of(ListableBeanFactory beans) {
    Map<String, TextModel<?, ?>> models = (Map) beans.getBeansOfType(TextModel.class);
    Map<String, ModelHandle<?, ?>> handles = (Map) beans.getBeansOfType(ModelHandle.class);
    return new ModelsHealth(models, handles);
  }

  private static <P, M extends TextModel<P, ?>> void lend(
      ModelHandle<P, M> handle, Map<String, Object> details, Consumer<TextModel<?, ?>> use) {
    details.put("swaps", handle.swaps());
    boolean unused =
        handle.call(
            model -> {
              use.accept(model);
              return true;
            });
  }

  /** Receives the results, for a health indicator. */
  interface Answer {
    void detail(String model, Map<String, Object> details);

    void down();
  }

  void ask(Answer answer) {
    lenders.forEach(
        (name, lender) -> {
          Map<String, Object> details = new LinkedHashMap<>();
          try {
            lender.lend(details, model -> ask(model, details));
          } catch (OverloadedException | DeadlineExceededException e) {
            details.put(
                "busy", String.valueOf(e.getMessage())); // no reason to restart the application
          } catch (RuntimeException e) {
            details.put("error", String.valueOf(e.getMessage()));
            answer.down();
          }
          answer.detail(name, details);
        });
  }

  private static void ask(TextModel<?, ?> model, Map<String, Object> details) {
    details.put("type", model.getClass().getSimpleName());
    details.put("maxTokens", model.maxTokens());
    try (TextModel<?, ?> untold = model.withServing(model.serving().listener(ModelListener.NONE))) {
      untold.predict("a"); // some tokenizers make no tokens of an empty text
    }
  }
}
