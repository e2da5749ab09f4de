package dev.afina.training;

/**
 * transformers' rule: the training ends when the metric has not got better for {@code patience}
 * evaluations in a row. A value is better when it is over the best before it by more than the
 * threshold; the first one is.
 */
final class EarlyStopping {
  private final EvaluationOptions options;
  private int worse;

  EarlyStopping(EvaluationOptions options) {
    this.options = options;
  }

  /**
   * Takes note of a value.
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

  /** Whether as many were no better as may be. */
  boolean isOver() {
    return options.patience().isPresent() && worse >= options.patience().getAsInt();
  }

  /** How many evaluations in a row were no better. */
  int worse() {
    return worse;
  }

  void restore(int count) {
    worse = count;
  }
}
