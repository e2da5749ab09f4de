package dev.afina.training;

import java.util.Locale;

/**
 * Thrown when a training diverges: the loss or the gradients of an update are not finite, in which
 * case the update is not applied, or the weights are not finite at an evaluation, the end of an
 * epoch or a checkpoint.
 */
public final class TrainingDivergedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final int step;
  private final double learningRate;

  TrainingDivergedException(String what, double value, int step, int steps, double learningRate) {
    this(what, value, step, steps, learningRate, "the update was not applied");
  }

  private TrainingDivergedException(
      String what, double value, int step, int steps, double learningRate, String consequence) {
    super(
        String.format(
            Locale.ROOT,
            "%s is %s at step %d of %d (learning rate %.3g); %s."
                + " A smaller learningRate, a warmup or a smaller maxGradientNorm usually helps",
            what,
            value,
            step,
            steps,
            learningRate,
            consequence));
    this.step = step;
    this.learningRate = learningRate;
  }

  /** Creates the exception for weights whose norm is not finite after an update. */
  static TrainingDivergedException ofWeights(
      double norm, int step, int steps, double learningRate) {
    return new TrainingDivergedException(
        "the weights' norm", norm, step, steps, learningRate, "this epoch does not count");
  }

  /**
   * Creates a copy with one more sentence, for a caller that knows where the last good weights are.
   */
  public TrainingDivergedException(TrainingDivergedException cause, String further) {
    super(cause.getMessage() + "; " + further, cause);
    this.step = cause.step;
    this.learningRate = cause.learningRate;
  }

  /** The number of the update that failed, from 1. */
  public int step() {
    return step;
  }

  /** The learning rate of that update. */
  public double learningRate() {
    return learningRate;
  }
}
