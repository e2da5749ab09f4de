package dev.afina.training;

import java.util.Locale;

/**
 * The loss or the gradient of an update was not a finite number, so that it was not applied; or the
 * weights were none after the last update of an epoch.
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

  /** The norm of all weights is not finite after an update. */
  static TrainingDivergedException ofWeights(
      double norm, int step, int steps, double learningRate) {
    return new TrainingDivergedException(
        "the weights' norm", norm, step, steps, learningRate, "this epoch does not count");
  }

  /** The same with a further sentence, for a caller that knows what became of the weights. */
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
