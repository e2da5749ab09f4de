package dev.afina.training;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Watches a training. Called by the training thread, which waits; an exception ends the training
 * and reaches the caller of fit.
 */
public interface TrainingListener {

  /** A listener that does nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /** Before the first update. */
  default void started(Plan plan) {}

  /** After each update. */
  default void stepped(Step step) {}

  /** After each epoch and its evaluation, the last one also when it is not a whole one. */
  default void epochEnded(Epoch epoch) throws IOException {}

  /** After the last update, when the weights to keep are in place. */
  default void finished(TrainingResult result) {}

  /**
   * What is going to happen.
   *
   * @param examples training examples
   * @param steps updates in all
   * @param stepsPerEpoch updates an epoch
   * @param warmupSteps updates of the warmup
   * @param parameters trained numbers
   */
  record Plan(int examples, int steps, int stepsPerEpoch, int warmupSteps, long parameters) {}

  /**
   * One update.
   *
   * @param step its number, from 1
   * @param steps updates in all
   * @param epoch epochs done, as a fraction
   * @param loss mean loss of its examples, before the update
   * @param learningRate the rate it used
   * @param gradientNorm the norm of the gradients before clipping
   * @param examples its examples
   * @param examplesPerSecond mean since training started, evaluations left out
   * @param remaining estimated time left, evaluations left out
   */
  record Step(
      int step,
      int steps,
      double epoch,
      double loss,
      double learningRate,
      double gradientNorm,
      int examples,
      double examplesPerSecond,
      Duration remaining) {}

  /**
   * One pass over the data.
   *
   * @param epoch its number, from 1
   * @param step updates done so far
   * @param trainingLoss mean loss of its updates
   * @param metrics of the validation data, in the order to show them; may be empty
   * @param duration of training and evaluation
   * @param best whether these are the weights to keep so far: the best by the metric that was
   *     named, the latest where none was
   */
  record Epoch(
      int epoch,
      int step,
      double trainingLoss,
      Map<String, Double> metrics,
      Duration duration,
      boolean best) {
    public Epoch {
      metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }
  }
}
