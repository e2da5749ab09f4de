package dev.afina.training;

/**
 * The rule of transformers' {@code EarlyStoppingCallback}: the training ends when the metric has
 * not improved for {@code patience} evaluations in a row. A value is an improvement if it is better
 * than the best one before it by more than the threshold. The first value always is, and so is the
 * first that is not NaN; any other NaN is none.
 *
 * <p>Only the values that it is given count. The best of them may be another than that of {@link
 * BestWeights}, which also gets the evaluation that a stop adds.
 */
final class EarlyStopping {
  /** Before the first value. */
  static final TrainingState.Best NONE = new TrainingState.Best(0, Double.NaN);

  private final EvaluationOptions options;
  private TrainingState.Best best = NONE;
  private int worse;

  EarlyStopping(EvaluationOptions options) {
    this.options = options;
  }

  /**
   * Records a value.
   *
   * @param step the number of updates before it, 1 or more
   * @return whether to stop
   */
  boolean offer(int step, double value) {
    worse = isFirst() || isImprovement(value) ? 0 : worse + 1;
    if (isFirst() || isBetter(value)) {
      best = new TrainingState.Best(step, value);
    }
    return isOver();
  }

  private boolean isFirst() {
    return best.step() == 0;
  }

  private boolean isImprovement(double value) {
    boolean enough =
        Double.isNaN(best.value()) || Math.abs(value - best.value()) > options.threshold();
    return isBetter(value) && enough;
  }

  private boolean isBetter(double value) {
    if (Double.isNaN(best.value())) {
      return !Double.isNaN(value);
    }
    return options.greaterIsBetter() ? value > best.value() : value < best.value();
  }

  /** Whether the patience is exhausted. */
  boolean isOver() {
    return options.patience().isPresent() && worse >= options.patience().getAsInt();
  }

  /** The number of evaluations in a row without improvement. */
  int worse() {
    return worse;
  }

  /** The best value so far; of step 0 before the first one, NaN if all were. */
  TrainingState.Best best() {
    return best;
  }

  /**
   * Goes on from a checkpoint.
   *
   * @param count what {@link #worse()} was
   * @param before what {@link #best()} was
   */
  void restore(int count, TrainingState.Best before) {
    worse = count;
    best = before;
  }
}
