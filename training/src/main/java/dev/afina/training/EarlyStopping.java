package dev.afina.training;

/**
 * The rule of transformers' {@code EarlyStoppingCallback}: the training ends when the metric has
 * not improved for {@code patience} evaluations in a row. A value is an improvement if it is better
 * than the best one before it by more than the threshold. The first value always is.
 */
final class EarlyStopping {
  private final EvaluationOptions options;
  private int worse;

  EarlyStopping(EvaluationOptions options) {
    this.options = options;
  }

  /**
   * Records a value.
   *
   * @param best the best value before this one; NaN for none
   * @return whether to stop
   */
  boolean offer(double value, double best) {
    boolean greater = options.greaterIsBetter() ? value > best : value < best;
    boolean better =
        Double.isNaN(best) || (greater && Math.abs(value - best) > options.threshold());
    worse = better ? 0 : worse + 1;
    return isOver();
  }

  /** Whether the patience is exhausted. */
  boolean isOver() {
    return options.patience().isPresent() && worse >= options.patience().getAsInt();
  }

  /** The number of evaluations in a row without improvement. */
  int worse() {
    return worse;
  }

  void restore(int count) {
    worse = count;
  }
}
