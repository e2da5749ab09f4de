package dev.afina.training;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The progress of a training: position, loss sums, speed and history, from which everything it
 * reports is computed.
 */
final class Progress {
  /** What names of metrics begin with in the history, as in transformers. */
  static final String EVALUATED = "eval_";

  private final int examplesOfPass;
  private final int workers;
  private final int steps;
  private final int stepsPerEpoch;
  private final int batchesPerEpoch;
  private final int batchesPerStep;
  private final List<TrainingListener.Epoch> epochs = new ArrayList<>();
  private final List<TrainingState.LogEntry> history = new ArrayList<>();

  private final long runStarted = System.nanoTime();
  private long started = runStarted;
  private long epochStarted = started;
  private int step;
  private long examples;
  private double lossSum;
  private double epochLossSum;
  private int epochSteps;
  private double loggedLossSum;
  private int loggedStep;
  private double learningRate;
  private double norm;
  private long evaluationNanos;

  Progress(TrainingOptions options, int size) {
    this.examplesOfPass =
        options.dropLast() ? options.batchesPerEpoch(size) * options.batchSize() : size;
    this.workers = Division.of(options.workers()).parts();
    this.steps = options.totalSteps(size);
    this.stepsPerEpoch = options.stepsPerEpoch(size);
    this.batchesPerEpoch = options.batchesPerEpoch(size);
    this.batchesPerStep = options.accumulationSteps();
  }

  /** The number of updates done. */
  int step() {
    return step;
  }

  /** The total number of updates. */
  int steps() {
    return steps;
  }

  int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** The number of examples that an epoch visits. */
  int examplesPerEpoch() {
    return examplesOfPass;
  }

  boolean complete() {
    return step >= steps;
  }

  /** The number of the epoch that the next update is in, from 0. */
  int epoch() {
    return step / stepsPerEpoch;
  }

  /** The number of updates of that epoch that are done. */
  int stepOfEpoch() {
    return step % stepsPerEpoch;
  }

  /**
   * The number of epochs done, as a fraction: by batches, as the Trainer counts, for the last
   * update of an epoch may have fewer of them.
   */
  double fraction() {
    long batches = Math.min(batchesPerEpoch, (long) stepOfEpoch() * batchesPerStep);
    return epoch() + (double) batches / batchesPerEpoch;
  }

  /** The learning rate of the last update. */
  double learningRate() {
    return learningRate;
  }

  /** The time so far, evaluations included. */
  double seconds() {
    return (System.nanoTime() - started) / 1e9;
  }

  /** The time so far in this process, without that before the checkpoint it resumed from. */
  Duration runTime() {
    return Duration.ofNanos(System.nanoTime() - runStarted);
  }

  void evaluationTook(long nanos) {
    evaluationNanos += nanos;
  }

  /** Records an update. */
  TrainingListener.Step stepped(int size, double loss, double rate, double gradientNorm) {
    step++;
    examples += size;
    lossSum += loss;
    epochLossSum += loss;
    epochSteps++;
    loggedLossSum += loss;
    learningRate = rate;
    norm = gradientNorm;
    long left = Math.round(trainingSeconds() / step * (steps - step));
    return TrainingListener.Step.of(
        step,
        steps,
        fraction(),
        loss,
        rate,
        gradientNorm,
        size,
        examplesPerSecond(),
        Duration.ofSeconds(left));
  }

  /** Records a log entry: the mean loss since the last one, under transformers' names. */
  TrainingState.LogEntry log() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", loggedLossSum / (step - loggedStep));
    values.put("grad_norm", norm);
    values.put("learning_rate", learningRate);
    loggedLossSum = 0;
    loggedStep = step;
    return note(values);
  }

  /**
   * Records an evaluation that started at {@code begun}, on the clock of {@link System#nanoTime}.
   */
  TrainingListener.Evaluated evaluated(Map<String, Double> metrics, long begun, boolean kept) {
    Map<String, Double> values = new LinkedHashMap<>();
    metrics.forEach((name, value) -> values.put(EVALUATED + name, value));
    Object unused = note(values);
    return TrainingListener.Evaluated.of(
        step, fraction(), metrics, Duration.ofNanos(System.nanoTime() - begun), kept);
  }

  private TrainingState.LogEntry note(Map<String, Double> values) {
    TrainingState.LogEntry entry = new TrainingState.LogEntry(step, fraction(), values);
    history.add(entry);
    return entry;
  }

  /**
   * Records the end of the epoch of the last update. An epoch that was stopped and then resumed
   * from a checkpoint is one entry: the later one replaces the earlier.
   */
  TrainingListener.Epoch endEpoch(Map<String, Double> metrics, boolean kept) {
    int number = (step - 1) / stepsPerEpoch + 1;
    TrainingListener.Epoch epoch =
        TrainingListener.Epoch.of(
            number,
            step,
            epochLossSum / epochSteps,
            metrics,
            Duration.ofNanos(System.nanoTime() - epochStarted),
            kept);
    epochs.removeIf(earlier -> earlier.epoch() == number);
    epochs.add(epoch);
    if (stepOfEpoch() == 0) {
      epochLossSum = 0;
      epochSteps = 0;
      epochStarted = System.nanoTime();
    }
    return epoch;
  }

  TrainingResult result(
      TrainingState.Best best,
      TrainingResult.End end,
      Truncation truncation,
      Optional<String> uploadProblem) {
    return TrainingResult.of(
        step,
        lossSum / step,
        examplesPerSecond(),
        Duration.ofNanos(System.nanoTime() - started),
        epochs,
        history,
        best,
        end,
        truncation,
        uploadProblem);
  }

  /**
   * The state for a checkpoint.
   *
   * @param counted the best of the evaluations that count for the patience
   * @param more adds further tensors
   */
  TrainingState state(
      TrainingState.Best best,
      TrainingState.Best counted,
      AdamW optimizer,
      int worseInARow,
      List<Double> rateState,
      List<Long> randomState,
      Consumer<Map<String, Tensor>> more) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    optimizer.addTo(tensors);
    more.accept(tensors);
    return new TrainingState(
        new TrainingState.Position(
            step,
            steps,
            stepsPerEpoch,
            fraction(),
            examples,
            lossSum,
            epochLossSum,
            epochSteps,
            loggedLossSum,
            loggedStep,
            optimizer.steps(),
            worseInARow,
            workers,
            seconds(),
            evaluationNanos / 1e9),
        best,
        counted,
        List.copyOf(history),
        List.copyOf(epochs),
        rateState,
        randomState,
        tensors);
  }

  /** Resumes from a checkpoint. */
  void restore(TrainingState state) {
    TrainingState.Position p = state.position();
    step = p.step();
    examples = p.examples();
    lossSum = p.lossSum();
    epochLossSum = p.epochLossSum();
    epochSteps = p.epochSteps();
    loggedLossSum = p.loggedLossSum();
    loggedStep = p.loggedStep();
    evaluationNanos = Math.round(p.evaluationSeconds() * 1e9);
    started = System.nanoTime() - Math.round(p.seconds() * 1e9);
    epochStarted = System.nanoTime();
    history.addAll(state.history());
    epochs.addAll(state.epochs());
    epochs.stream()
        .filter(stopped -> stopped.epoch() == epoch() + 1)
        .forEach(stopped -> epochStarted -= stopped.duration().toNanos());
  }

  private double trainingSeconds() {
    return seconds() - evaluationNanos / 1e9;
  }

  private double examplesPerSecond() {
    return examples / trainingSeconds();
  }
}
