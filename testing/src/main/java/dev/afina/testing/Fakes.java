package dev.afina.testing;

import dev.afina.Estimate;
import dev.afina.MultiLabelPrediction;
import dev.afina.Prediction;
import dev.afina.Predictor;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Predictors without a model, for tests of what uses one: a function says what is predicted. Each
 * may be used from several threads if its function may.
 *
 * <pre>{@code
 * Predictor<Prediction> queues =
 *     Fakes.classifier(Labels.of("billing", "delivery"),
 *         text -> text.contains("card") ? "billing" : "delivery");
 * }</pre>
 */
public final class Fakes {
  private static final float SURE = 5;

  private Fakes() {}

  /**
   * Says one label of each text. Its score is 0.993 where there are two labels; for others make
   * predictions by {@link Prediction#of}.
   *
   * @param label from a text to one of the labels
   * @throws IllegalArgumentException (when it predicts) if there is no such label
   */
  public static Predictor<Prediction> classifier(Labels labels, Function<String, String> label) {
    return predictor(
        text -> {
          float[] logits = new float[labels.size()];
          logits[labels.index(label.apply(text))] = SURE;
          return Prediction.of(labels, logits);
        });
  }

  /**
   * Says any number of labels of each text, each with a score of 0.993, of the others 0.007.
   *
   * @param chosen from a text to some of the labels
   * @throws IllegalArgumentException (when it predicts) if there is no such label
   */
  public static Predictor<MultiLabelPrediction> multiLabelClassifier(
      Labels labels, Function<String, List<String>> chosen) {
    return predictor(
        text -> {
          float[] logits = new float[labels.size()];
          Arrays.fill(logits, -SURE);
          chosen.apply(text).forEach(label -> logits[labels.index(label)] = SURE);
          return MultiLabelPrediction.of(labels, logits);
        });
  }

  /** Says a number of each text, of one target with this name. */
  public static Predictor<Estimate> regressor(String target, ToDoubleFunction<String> value) {
    Labels targets = Labels.of(target);
    return predictor(text -> Estimate.of(targets, (float) value.applyAsDouble(text)));
  }

  private static <P> Predictor<P> predictor(Function<String, P> of) {
    return data -> data.stream().map(Example::text).map(of).toList();
  }
}
