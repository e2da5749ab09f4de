package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.internal.files.Excerpt;
import dev.afina.training.TrainingOptions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A condition that a new model must meet before a {@link ModelHandle} serves it. To write your own,
 * return the reason for a rejection:
 *
 * <pre>{@code
 * ModelGate<Classifier> gate = (present, candidate) ->
 *     candidate.maxTokens() < present.maxTokens() ? Optional.of("it reads less") : Optional.empty();
 * }</pre>
 *
 * @param <M> the type of the models
 */
@FunctionalInterface
public interface ModelGate<M> {

  /**
   * Compares the models. The present one keeps serving meanwhile.
   *
   * @return the reason why the candidate is rejected; empty if it passes
   */
  Optional<String> objection(M present, M candidate);

  /**
   * Requires a metric on held-out rows to reach a value.
   *
   * @param heldOut labelled rows that were not used for training
   * @param metric one of {@link EvaluationResult#metrics()}, such as {@code macro_f1}. A smaller
   *     value is better if the name ends in {@code loss} or {@code error}
   * @param worst the worst value that passes
   */
  static ModelGate<TextModel<?, ?>> reaching(Dataset heldOut, String metric, double worst) {
    Objects.requireNonNull(heldOut, "heldOut");
    double sign = sign(metric);
    return (present, candidate) -> {
      double value = value(candidate, heldOut, metric);
      return sign * value >= sign * worst
          ? Optional.empty()
          : Optional.of(
              String.format(
                  Locale.ROOT,
                  "%s is %.6g on the held-out rows, expected %.6g or %s",
                  metric,
                  value,
                  worst,
                  sign > 0 ? "more" : "less"));
    };
  }

  /**
   * Requires a metric on held-out rows to be at most slightly worse than the present model's.
   *
   * @param heldOut labelled rows that were not used for training; both models are evaluated on them
   * @param metric as for {@link #reaching}
   * @param by the difference by which the metric may be worse, 0 or more
   */
  static ModelGate<TextModel<?, ?>> notWorse(Dataset heldOut, String metric, double by) {
    Objects.requireNonNull(heldOut, "heldOut");
    if (!(by >= 0)) {
      throw new IllegalArgumentException("by: expected 0 or more, got " + by);
    }
    double sign = sign(metric);
    return (present, candidate) -> {
      double value = value(candidate, heldOut, metric);
      double before = value(present, heldOut, metric);
      return sign * value >= sign * before - by
          ? Optional.empty()
          : Optional.of(
              String.format(
                  Locale.ROOT,
                  "%s is %.6g on the held-out rows, and %.6g that of the present model, which it"
                      + " may be worse than by %.6g",
                  metric,
                  value,
                  before,
                  by));
    };
  }

  /**
   * Requires a condition.
   *
   * @param name what is expected, for the message, such as {@code "knows the word refund"}
   */
  static <M> ModelGate<M> of(String name, Predicate<? super M> condition) {
    Names.requireName("name", name);
    return (present, candidate) ->
        condition.test(candidate) ? Optional.empty() : Optional.of("expected: " + name);
  }

  /** Requires the same labels in the same order. */
  static ModelGate<TextModel<?, ?>> sameLabels() {
    return (present, candidate) -> {
      List<String> before = present.outputs().names();
      List<String> now = candidate.outputs().names();
      if (now.equals(before)) {
        return Optional.empty();
      }
      int i = 0;
      while (i < Math.min(before.size(), now.size()) && before.get(i).equals(now.get(i))) {
        i++;
      }
      return Optional.of(
          "labels: "
              + now.size()
              + " given, expected the "
              + before.size()
              + " of the present model; label "
              + i
              + " (counted from 0) is "
              + quoted(now, i)
              + ", expected "
              + quoted(before, i));
    };
  }

  private static String quoted(List<String> names, int i) {
    return i < names.size() ? Excerpt.quoted(names.get(i)) : "none";
  }

  private static double sign(String metric) {
    Names.requireName("metric", metric);
    boolean greater =
        TrainingOptions.standard()
            .evaluation(e -> e.keepBest(metric))
            .evaluation()
            .greaterIsBetter();
    return greater ? 1 : -1;
  }

  private static double value(TextModel<?, ?> model, Dataset heldOut, String metric) {
    Map<String, Double> metrics = model.evaluate(heldOut).metrics();
    Double value = metrics.get(metric);
    if (value == null) {
      throw new IllegalArgumentException(
          "metric \"%s\": undefined for the held-out rows, or not one of %s"
              .formatted(metric, String.join(", ", metrics.keySet())));
    }
    return value;
  }
}
