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
 * Predictors without a model, for tests of code that uses one: a function decides what is
 * predicted. A predictor is thread safe if its function is.
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
   * A predictor of one label per text. With two labels its score is 0.993; for other scores, create
   * predictions with {@link Prediction#of}.
   *
   * @param label returns one of the labels for a text; with any other result, {@code predict}
   *     throws {@link IllegalArgumentException}
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
   * A predictor of any number of labels per text. Predicted labels have a score of 0.993, the
   * others of 0.007.
   *
   * @param chosen returns some of the labels for a text; with any other result, {@code predict}
   *     throws {@link IllegalArgumentException}
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

  /** A predictor of one number per text, for a target with this name. */
  public static Predictor<Estimate> regressor(String target, ToDoubleFunction<String> value) {
    Labels targets = Labels.of(target);
    return predictor(text -> Estimate.of(targets, (float) value.applyAsDouble(text)));
  }

  private static <P> Predictor<P> predictor(Function<String, P> of) {
    return data -> data.stream().map(Example::text).map(of).toList();
  }
}
