package dev.afina.training;

/**
 * The rule of transformers' {@code EarlyStoppingCallback}: the training ends when the metric has
 * not improved for {@code patience} evaluations in a row. A value is an improvement if it is better
 * than the best one before it by more than the threshold. The first value always is, and so is the
 * first that is not NaN; any other NaN is none.
 */
final class EarlyStopping {
  private final EvaluationOptions options;
  private boolean begun;
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
    boolean better = !begun || isBetter(value, best);
    begun = true;
    worse = better ? 0 : worse + 1;
    return isOver();
  }

  private boolean isBetter(double value, double best) {
    if (Double.isNaN(best)) {
      return !Double.isNaN(value);
    }
    boolean greater = options.greaterIsBetter() ? value > best : value < best;
    return greater && Math.abs(value - best) > options.threshold();
  }

  /** Whether the patience is exhausted. */
  boolean isOver() {
    return options.patience().isPresent() && worse >= options.patience().getAsInt();
  }

  /** The number of evaluations in a row without improvement. */
  int worse() {
    return worse;
  }

  /**
   * Goes on from a checkpoint.
   *
   * @param count what {@link #worse()} was
   * @param hasBegun whether there was a value before
   */
  void restore(int count, boolean hasBegun) {
    worse = count;
    begun = hasBegun;
  }
}
