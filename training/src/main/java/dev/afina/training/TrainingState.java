package dev.afina.training;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything besides weights and options that a training needs in order to resume as if it had
 * never been interrupted.
 *
 * @param position the progress of the training
 * @param best the best evaluation so far
 * @param counted the best so far of the evaluations that count for {@link
 *     EvaluationOptions#patience()}, which is all but the one that a stop adds; of step 0 before
 *     the first one, NaN if all were. Null in checkpoints of earlier versions
 * @param history all log entries and evaluations so far
 * @param epochs the epochs that have ended
 * @param rateState the state of the schedule
 * @param randomState the state of the task's random number generators
 * @param tensors by name: the running means of the optimizer, and the best weights if they are not
 *     the current ones
 */
public record TrainingState(
    Position position,
    Best best,
    @Nullable Best counted,
    List<LogEntry> history,
    List<TrainingListener.Epoch> epochs,
    List<Double> rateState,
    List<Long> randomState,
    Map<String, Tensor> tensors) {

  /**
   * The progress of a training.
   *
   * @param step the number of updates done
   * @param steps the total number of updates
   * @param stepsPerEpoch the number of updates of a full pass over the data
   * @param epoch the number of epochs done, as a fraction; 0 in checkpoints of earlier versions
   * @param examples the number of examples processed
   * @param lossSum the sum of the losses of all updates
   * @param epochLossSum the sum of the losses of the updates of the current epoch
   * @param epochSteps the number of updates of the current epoch
   * @param loggedLossSum the sum of the losses since the last log entry
   * @param loggedStep the update of the last log entry; 0 for none
   * @param optimizerSteps the step count of AdamW
   * @param worseInARow the number of evaluations since the best one, for the patience
   * @param workers the number of threads among which batches are divided
   * @param seconds the time so far, evaluations included
   * @param evaluationSeconds the time of evaluations so far
   */
  public record Position(
      int step,
      int steps,
      int stepsPerEpoch,
      double epoch,
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
   * @param step the number of updates before it; 0 for none
   * @param value the value of the metric; NaN for none
   */
  public record Best(int step, double value) {}

  /**
   * Figures at one step, as an entry of transformers' log_history.
   *
   * @param step the number of updates done
   * @param epoch the number of epochs done, as a fraction
   * @param values the figures by name; those of an evaluation start with {@code eval_}
   */
  public record LogEntry(int step, double epoch, Map<String, Double> values) {}
}
