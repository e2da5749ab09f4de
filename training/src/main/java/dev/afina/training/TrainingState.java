package dev.afina.training;

import java.util.List;
import java.util.Map;

/**
 * All that a training must know, beside its weights and options, to go on as if it had never ended.
 *
 * @param position where it is
 * @param best which weights it would keep
 * @param history what was logged and evaluated
 * @param rateState of the schedule
 * @param randomState of the task
 * @param tensors by name: the optimizer's means, and the best weights where they are not the
 *     present ones
 */
public record TrainingState(
    Position position,
    Best best,
    List<LogEntry> history,
    List<TrainingListener.Epoch> epochs,
    List<Double> rateState,
    List<Long> randomState,
    Map<String, Tensor> tensors) {

  /**
   * How far a training is.
   *
   * @param step updates done
   * @param steps updates in all
   * @param stepsPerEpoch updates of a pass over the data
   * @param examples examples done
   * @param lossSum of the updates' losses
   * @param epochLossSum of those of the epoch that it is in
   * @param epochSteps how many these are
   * @param loggedLossSum of those since the last log entry
   * @param loggedStep the update of the last log entry; 0 for none
   * @param optimizerSteps AdamW's own count
   * @param worseInARow evaluations since the best one, for the patience
   * @param workers the threads that the sums were divided among
   * @param seconds of training and evaluation so far
   * @param evaluationSeconds of these, those of evaluations
   */
  public record Position(
      int step,
      int steps,
      int stepsPerEpoch,
      long examples,
      double lossSum,
      double epochLossSum,
      int epochSteps,
      double loggedLossSum,
      int loggedStep,
      int optimizerSteps,
      int worseInARow,
      int workers,
      double seconds,
      double evaluationSeconds) {}

  /**
   * The best evaluation so far.
   *
   * @param step the update after which it was; 0 for none
   * @param value of the metric that chooses; NaN for none
   */
  public record Best(int step, double value) {}

  /**
   * Figures at a step, as transformers' log_history has them.
   *
   * @param epoch as a fraction
   * @param values by name; those of an evaluation begin with {@code eval_}
   */
  public record LogEntry(int step, double epoch, Map<String, Double> values) {}
}
