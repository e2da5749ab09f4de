package dev.afina.training;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * When the validation data is evaluated, which weights are kept, and when the training stops early.
 * Immutable: each method that sets a value returns new options.
 */
public final class EvaluationOptions {
  private static final Option<Integer> EVERY_STEPS = Option.count("evaluateEvery", null);
  private static final Option<String> KEEP_BEST =
      Option.of("keepBest", String.class, null, n -> !n.isBlank(), "the name of a metric");
  private static final Option<Boolean> GREATER_IS_BETTER = Option.flag("greaterIsBetter");
  private static final Option<Integer> PATIENCE = Option.count("patience", null);
  private static final Option<Double> THRESHOLD =
      Option.number("threshold", 0.0, n -> n >= 0, "0 or more");

  /** Every option at its default. */
  static final EvaluationOptions STANDARD =
      new EvaluationOptions(
          Settings.of(EVERY_STEPS, KEEP_BEST, GREATER_IS_BETTER, PATIENCE, THRESHOLD));

  private final Settings settings;

  private EvaluationOptions(Settings settings) {
    this.settings = settings;
  }

  /**
   * The number of updates between two evaluations, 1 or more. Default: one evaluation at the end of
   * each epoch. The last update is always followed by an evaluation. If it is the last only because
   * of {@link TrainingControl#stop()} or {@link TrainingOptions#timeBudget()}, that evaluation
   * counts for {@link #keepBest()}, but neither for {@link #patience()} nor for a schedule, so that
   * a training that resumes goes on as if it had never been stopped.
   */
  public OptionalInt everySteps() {
    Integer steps = settings.value(EVERY_STEPS);
    return steps == null ? OptionalInt.empty() : OptionalInt.of(steps);
  }

  /** Sets {@link #everySteps()}. */
  public EvaluationOptions everySteps(int value) {
    return new EvaluationOptions(settings.with(EVERY_STEPS, value));
  }

  /**
   * The metric by which the best weights are kept, for example {@code "macro_f1"} or {@code
   * "loss"}. If two evaluations are equal, the earlier one wins. A NaN never does; if all are NaN,
   * the last weights are kept. Default: none, which keeps the last weights.
   */
  public Optional<String> keepBest() {
    return Optional.ofNullable(settings.value(KEEP_BEST));
  }

  /** Sets {@link #keepBest()}. */
  public EvaluationOptions keepBest(String metric) {
    return new EvaluationOptions(settings.with(KEEP_BEST, metric));
  }

  /**
   * Whether a greater value of the {@link #keepBest()} metric is better. Default: true, unless its
   * name ends in {@code loss} or {@code error}.
   */
  public boolean greaterIsBetter() {
    return settings.values().containsKey(GREATER_IS_BETTER.name())
        ? settings.required(GREATER_IS_BETTER)
        : keepBest().map(EvaluationOptions::greaterByName).orElse(true);
  }

  /** Sets {@link #greaterIsBetter()}, for metrics whose name does not follow that rule. */
  public EvaluationOptions greaterIsBetter(boolean value) {
    return new EvaluationOptions(settings.with(GREATER_IS_BETTER, value));
  }

  private static boolean greaterByName(String metric) {
    return !metric.endsWith("loss") && !metric.endsWith("error");
  }

  /**
   * The number of evaluations in a row without improvement after which the training ends early, 1
   * or more. A NaN is no improvement, except that the first evaluation always counts as one, as in
   * transformers. Needs {@link #keepBest()}. Default: none, which never ends it early.
   */
  public OptionalInt patience() {
    Integer patience = settings.value(PATIENCE);
    return patience == null ? OptionalInt.empty() : OptionalInt.of(patience);
  }

  /** Sets {@link #patience()}. */
  public EvaluationOptions patience(int value) {
    return new EvaluationOptions(settings.with(PATIENCE, value));
  }

  /**
   * The difference by which the metric must be better than the best so far to count as an
   * improvement for {@link #patience()}, 0 or more. It does not affect which weights are kept.
   * Default: 0.
   */
  public double threshold() {
    return settings.required(THRESHOLD);
  }

  /** Sets {@link #threshold()}. */
  public EvaluationOptions threshold(double value) {
    return new EvaluationOptions(settings.with(THRESHOLD, value));
  }

  /** Rejects options that only matter together with one that is not set. */
  void check() {
    if (settings.values().containsKey(THRESHOLD.name()) && patience().isEmpty()) {
      throw new IllegalArgumentException(
          "threshold(" + threshold() + ") needs patience(...), which it is for");
    }
    if (settings.values().containsKey(GREATER_IS_BETTER.name()) && keepBest().isEmpty()) {
      throw new IllegalArgumentException(
          "greaterIsBetter(" + greaterIsBetter() + ") needs keepBest(...), the metric it is for");
    }
  }

  EvaluationOptions and(EvaluationOptions others) {
    return new EvaluationOptions(settings.and(others.settings));
  }

  Map<String, String> affectingWeights() {
    return settings.affectingWeights();
  }

  List<OptionValue> all() {
    return settings.all();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EvaluationOptions that && settings.equals(that.settings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(settings);
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}
