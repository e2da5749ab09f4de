package dev.afina.training;

import java.util.Locale;

/**
 * The loss or the gradient of an update was not a finite number. That update was not applied: the
 * parameters are the last good ones.
 */
public final class TrainingDivergedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final int step;
  private final double learningRate;

  TrainingDivergedException(String what, double value, int step, int steps, double learningRate) {
    super(
        String.format(
            Locale.ROOT,
            "%s is %s at step %d of %d (learning rate %.3g); the update was not applied."
                + " A smaller learningRate, a warmup or a smaller maxGradientNorm usually helps",
            what,
            value,
            step,
            steps,
            learningRate));
    this.step = step;
    this.learningRate = learningRate;
  }

  /** The same with a further sentence, for a caller that knows what became of the weights. */
  public TrainingDivergedException(TrainingDivergedException cause, String further) {
    super(cause.getMessage() + "; " + further, cause);
    this.step = cause.step;
    this.learningRate = cause.learningRate;
  }

  /** The number of the update that was not applied, from 1. */
  public int step() {
    return step;
  }

  /** The learning rate of that update. */
  public double learningRate() {
    return learningRate;
  }
}
