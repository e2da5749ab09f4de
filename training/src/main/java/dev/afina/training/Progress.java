package dev.afina.training;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Where a training is, what it has seen and how fast: the figures behind all that it reports. */
final class Progress {
  private final int examplesOfPass;
  private final int workers;
  private final int steps;
  private final int stepsPerEpoch;
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
  }

  /** Updates done. */
  int step() {
    return step;
  }

  /** Updates in all. */
  int steps() {
    return steps;
  }

  int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** Examples that an epoch visits. */
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

  /** How many updates of that epoch are done. */
  int stepOfEpoch() {
    return step % stepsPerEpoch;
  }

  /** Epochs done, as a fraction. */
  double fraction() {
    return (double) step / stepsPerEpoch;
  }

  /** The rate of the last update. */
  double learningRate() {
    return learningRate;
  }

  /** Of training and evaluation so far. */
  double seconds() {
    return (System.nanoTime() - started) / 1e9;
  }

  /** The same without what was before the checkpoint that it goes on from. */
  Duration runTime() {
    return Duration.ofNanos(System.nanoTime() - runStarted);
  }

  void evaluationTook(long nanos) {
    evaluationNanos += nanos;
  }

  /** Takes note of an update. */
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

  /** The mean loss since the last entry, in transformers' names. */
  TrainingState.LogEntry log() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", loggedLossSum / (step - loggedStep));
    values.put("grad_norm", norm);
    values.put("learning_rate", learningRate);
    loggedLossSum = 0;
    loggedStep = step;
    return note(values);
  }

  /** Takes note of an evaluation that began at {@code begun}. */
  TrainingListener.Evaluated evaluated(Map<String, Double> metrics, long begun, boolean kept) {
    Map<String, Double> values = new LinkedHashMap<>();
    metrics.forEach((name, value) -> values.put("eval_" + name, value));
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
   * Takes note of the end of the epoch of the last update. An epoch that was stopped, and then
   * resumed from a checkpoint, is one entry: the later takes the earlier's place.
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
   * A checkpoint.
   *
   * @param more adds further tensors
   */
  TrainingState state(
      TrainingState.Best best,
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
        List.copyOf(history),
        List.copyOf(epochs),
        rateState,
        randomState,
        tensors);
  }

  /** Goes on from a checkpoint. */
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
