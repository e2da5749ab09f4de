package dev.afina.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.FusedOps;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.engine.PyTorch;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training loop.
 *
 * <p>The recipe is that of the Hugging Face Trainer: epoch e visits the examples in the order of
 * torch's {@code randperm} for seed + e, a smaller last batch is kept, gradients are clipped by
 * their global norm, and AdamW takes a step at the rate of the schedule. Each update is followed,
 * if due, by a log entry, an evaluation, the end of the epoch and a checkpoint. With dropout 0 and
 * the same seed, the losses equal those of the Hugging Face Trainer up to float rounding.
 *
 * <p>A batch is divided among worker threads, and the gradients of the parts are summed in a fixed
 * order. So on one machine the same seed gives bit-identical weights, even if the training is
 * interrupted and resumes from a checkpoint.
 *
 * <p>When the JVM shuts down, it waits for the current batch, and the training ends with an
 * exception; see {@link NativeUse}.
 *
 * <p>Memory: each update has one scope for leaves and gradients and, nested in it, one for each
 * part of a batch. Everything computed is freed at the end of its scope.
 */
public final class Trainer {
  private static final Logger log = LoggerFactory.getLogger(Trainer.class);
  private static final int METRICS_IN_LOG = 4;

  private final TrainingTask task;
  private final TrainingOptions options;
  private final TrainingListener listener;
  private final TrainingControl control;
  private final Checkpoints checkpoints;
  private final Agreement group;
  private final List<Parameter> parameters;
  private final int[] lengths;
  private final Division division;
  private final Progress progress;
  private final LearningRate rate;
  private final EarlyStopping earlyStopping;
  private TrainingResult.@Nullable End end;

  private Trainer(
      TrainingTask task,
      TrainingOptions options,
      TrainingListener listener,
      TrainingControl control,
      Checkpoints checkpoints,
      TrainingGroup group) {
    this.task = task;
    this.options = options;
    this.listener = listener;
    this.control = control;
    this.checkpoints = checkpoints;
    this.group = new Agreement(group);
    this.parameters = task.parameters();
    this.lengths = task.lengths();
    this.division = Division.of(options.workers());
    this.progress = new Progress(options, task.size());
    this.rate =
        options
            .schedule()
            .start(
                new Schedule.Run(
                    options.warmupSteps(progress.steps()),
                    progress.steps(),
                    options.optimizer().learningRate(),
                    options.evaluation().greaterIsBetter()));
    this.earlyStopping = new EarlyStopping(options.evaluation());
  }

  /**
   * Trains until all steps are done or the training ends early. The task's parameters then contain
   * the weights to keep: the best ones if {@link EvaluationOptions#keepBest} names a metric,
   * otherwise the last ones.
   *
   * @param control through which listeners and other threads request a stop, an evaluation or a
   *     checkpoint
   * @param checkpoints the checkpoint to resume from, and where to write new ones; ranks other than
   *     0 only read
   * @param group the processes that train together, each with the same task and options; a request
   *     to the control of one applies to all
   * @throws TrainingDivergedException if the loss or the gradients of an update are not finite or,
   *     at an evaluation, the end of an epoch or a checkpoint, the weights are not. The parameters
   *     then contain the best weights if {@code keepBest} names a metric, otherwise those of the
   *     last update, which may be the ones that diverged
   * @throws InterruptedIOException if the thread is interrupted (its interrupt flag stays set) or
   *     the JVM is shutting down
   * @throws IOException from the listener or the checkpoints, or if a rank of the group is gone
   * @throws IllegalStateException if the ranks do not start from the same state
   * @throws IllegalArgumentException if there is nothing to train on, or {@code keepBest} names a
   *     metric that the task does not compute
   */
  public static TrainingResult fit(
      TrainingTask task,
      TrainingOptions options,
      TrainingListener listener,
      TrainingControl control,
      Checkpoints checkpoints,
      TrainingGroup group)
      throws IOException {
    if (task.size() < 1) {
      throw new IllegalArgumentException("training data: expected 1 example or more, got none");
    }
    options.checkSize(task.size());
    return new Trainer(task, options, listener, control, checkpoints, group).run();
  }

  /**
   * Trains in a single process; see {@link #fit(TrainingTask, TrainingOptions, TrainingListener,
   * TrainingControl, Checkpoints, TrainingGroup)}.
   */
  public static TrainingResult fit(
      TrainingTask task,
      TrainingOptions options,
      TrainingListener listener,
      TrainingControl control,
      Checkpoints checkpoints)
      throws IOException {
    return fit(task, options, listener, control, checkpoints, TrainingGroup.ALONE);
  }

  /**
   * Trains in a single process, without a control and without checkpoints; see {@link
   * #fit(TrainingTask, TrainingOptions, TrainingListener, TrainingControl, Checkpoints,
   * TrainingGroup)}.
   */
  public static TrainingResult fit(
      TrainingTask task, TrainingOptions options, TrainingListener listener) throws IOException {
    return fit(task, options, listener, new TrainingControl(), Checkpoints.NONE);
  }

  private TrainingResult run() throws IOException {
    listener.started(
        TrainingListener.Plan.of(
            task.size(),
            progress.steps(),
            progress.stepsPerEpoch(),
            options.warmupSteps(progress.steps()),
            parameters.stream().mapToLong(p -> p.array().size()).sum()));
    try (NativeUse use = NativeUse.begin("training");
        AdamW optimizer =
            new AdamW(parameters, options.optimizer(), FusedOps.instance(), division);
        BestWeights best = new BestWeights(parameters, options.evaluation())) {
      try {
        checkpoints.newest().ifPresent(state -> restore(state, optimizer, best));
        group.requireSame("training", this::beginning);
        while (!progress.complete() && end == null) {
          trainEpoch(optimizer, best);
        }
        best.restore();
        task.synchronize();
      } catch (TrainingDivergedException e) {
        best.restore();
        throw e;
      } catch (InterruptedIOException e) {
        log.warn(e.getMessage());
        throw e;
      }
      TrainingResult result =
          progress.result(
              best.best(),
              end == null ? TrainingResult.End.COMPLETE : end,
              task.truncation(),
              checkpoints.uploadProblem());
      listener.finished(result);
      return result;
    }
  }

  private void restore(TrainingState state, AdamW optimizer, BestWeights best) {
    progress.restore(state);
    optimizer.restore(state);
    best.restore(state);
    rate.restore(state.rateState());
    earlyStopping.restore(state.position().worseInARow(), counted(state));
    if (earlyStopping.isOver() && !progress.complete()) {
      end = TrainingResult.End.NO_IMPROVEMENT; // the checkpoint was its last act
    }
    task.restoreRandomState(state.randomState());
    log.info("the training goes on after step {} of {}", progress.step(), progress.steps());
    if (state.position().workers() != division.parts()) {
      boolean random = group.isAlone() && !state.randomState().isEmpty();
      log.warn(
          "the checkpoint is of a training on {} threads, here are {}: the weights will differ by"
              + " {} from those of an uninterrupted training",
          state.position().workers(),
          division.parts(),
          random ? "what dropout drops, which each thread draws," : "float rounding");
    }
  }

  /**
   * The best of the evaluations that count for the patience. Checkpoints of earlier versions only
   * tell the best of all.
   */
  private TrainingState.Best counted(TrainingState state) {
    TrainingState.Best told = state.counted();
    if (told != null) {
      return told;
    }
    Optional<String> metric = options.evaluation().keepBest();
    boolean judged =
        metric.isPresent()
            && state.history().stream()
                .anyMatch(entry -> entry.values().containsKey(Progress.EVALUATED + metric.get()));
    return judged
        ? new TrainingState.Best(progress.step(), state.best().value())
        : EarlyStopping.NONE;
  }

  /** Describes the state that all ranks of a group must share before the first update. */
  private String beginning() {
    CRC32C weights = new CRC32C();
    parameters.forEach(p -> weights.update(PyTorch.bytes(p.array())));
    return "step %s of %s, %s examples, %s parameters of checksum %s, options %s"
        .formatted(
            progress.step(),
            progress.steps(),
            task.size(),
            parameters.size(),
            Long.toHexString(weights.getValue()),
            options.affectingWeights());
  }

  /** Runs the updates of an epoch, from the current position in it. */
  private void trainEpoch(AdamW optimizer, BestWeights best) throws IOException {
    int epoch = progress.epoch();
    listener.epochStarted(epoch + 1);
    int perUpdate =
        (int) Math.min(task.size(), (long) options.batchSize() * options.accumulationSteps());
    int[] order = options.order().of(lengths, perUpdate, options.seed() + epoch);
    int used = Math.min(order.length, progress.examplesPerEpoch());
    boolean ends = false;
    while (!ends) {
      int from = progress.stepOfEpoch() * perUpdate;
      int to = Math.min(used, from + perUpdate);
      update(Arrays.copyOfRange(order, from, to), optimizer, this::checkGoingOn);
      end = endAsked();
      ends = to == used || progress.complete() || end != null;
      afterUpdate(ends, optimizer, best);
      ends |= end != null;
    }
  }

  /**
   * Makes one update: sums the gradients of all its batches on the leaves, then takes one optimizer
   * step.
   */
  private void update(int[] examples, AdamW optimizer, StopCheck stop) throws IOException {
    task.updateBegins(progress.step());
    double peak = options.optimizer().learningRate();
    double learningRate = peak * rate.factor(progress.step());
    double weight = task.weight(examples);
    double loss = 0;
    double norm;
    try (NDManager scope = PyTorch.newManager()) {
      Gradients gradients = new Gradients(parameters, scope, division);
      int size = Math.min(examples.length, options.batchSize());
      for (int from = 0; from < examples.length; from += size) {
        stop.check();
        int to = Math.min(examples.length, from + size);
        int[] batch = group.share(Arrays.copyOfRange(examples, from, to), lengths);
        loss += batch.length == 0 ? 0 : addGradients(batch, weight, gradients);
      }
      loss = group.sum(loss);
      requireFinite("the loss", loss, learningRate);
      List<List<NDArray>> addends = gradients.addends();
      norm = group.sumAndNorm(addends, optimizer);
      requireFinite("the gradient's norm", norm, learningRate);
      optimizer.step(addends.stream().map(a -> a.get(0)).toList(), clipDivisor(norm), learningRate);
    }
    listener.stepped(progress.stepped(examples.length, loss, learningRate, norm));
  }

  /** Adds the gradients of a batch and returns its share of the mean loss of the update. */
  private double addGradients(int[] batch, double weightOfUpdate, Gradients gradients) {
    List<TrainingTask.Shard> parts = task.divide(batch, division.parts());
    List<Supplier<Double>> work = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      TrainingTask.Shard part = parts.get(i);
      ShardParameters leaves = gradients.ofShard(i);
      work.add(() -> addGradients(part, weightOfUpdate, leaves, gradients.scope()));
    }
    double loss = division.run(work).stream().mapToDouble(l -> l).sum();
    if (Double.isFinite(loss)) {
      gradients.endBatch();
    }
    return loss;
  }

  private static double addGradients(
      TrainingTask.Shard part, double weightOfUpdate, ShardParameters leaves, NDManager update) {
    try (Autograd.Mode recording = Autograd.on();
        NDManager scope = update.newSubManager()) {
      NDArray weight = Autograd.scalar(scope, 1.0 / weightOfUpdate);
      NDArray share = part.loss(leaves, scope).mul(weight);
      double value = share.toFloatArray()[0];
      if (Double.isFinite(value)) {
        Autograd.backward(share);
      }
      return value;
    }
  }

  /** torch's clip_grad_norm_ multiplies by max / (norm + 1e-6), but never enlarges. */
  private double clipDivisor(double norm) {
    double max = options.optimizer().maxGradientNorm();
    return max == 0 ? 1 : Math.max(1, (norm + 1e-6) / max);
  }

  private void requireFinite(String what, double value, double learningRate) {
    if (!Double.isFinite(value)) {
      throw new TrainingDivergedException(
          what, value, progress.step() + 1, progress.steps(), learningRate);
    }
  }

  private TrainingResult.@Nullable End endAsked() throws IOException {
    boolean goesOn = !progress.complete(); // what comes during the last update ends nothing
    if (group.any(goesOn && control.isStopped())) {
      return TrainingResult.End.STOPPED;
    }
    boolean late =
        goesOn
            && options.timeBudget().filter(b -> progress.runTime().compareTo(b) >= 0).isPresent();
    return group.any(late) ? TrainingResult.End.TIME_BUDGET : null;
  }

  /** Does what is due after an update: log entry, evaluation, end of the epoch, checkpoint. */
  private void afterUpdate(boolean epochEnds, AdamW optimizer, BestWeights best)
      throws IOException {
    if (progress.step() % options.loggingSteps() == 0) {
      listener.logged(progress.log());
    }
    Evaluation evaluation = Evaluation.NONE;
    boolean isWanted =
        group.any(control.takeEvaluate())
            || progress.complete()
            || isDue(options.evaluation().everySteps(), progress.stepOfEpoch() == 0);
    if (isWanted || end != null) {
      evaluation = evaluate(optimizer, best, isWanted);
    }
    if (epochEnds || end != null) { // the evaluation may have ended it
      bringUpToDate(optimizer);
      boolean kept = options.evaluation().keepBest().isEmpty() || evaluation.best();
      TrainingListener.Epoch ended = progress.endEpoch(evaluation.metrics(), kept);
      log.info("{}", inOneLine(ended));
      listener.epochEnded(ended);
    }
    if (group.any(control.takeSave())
        || progress.complete() // as the Trainer, whatever the steps between
        || end != null
        || isDue(options.saving().everySteps(), epochEnds)) {
      save(optimizer, best);
    }
  }

  /**
   * Whether something is due that happens every so many steps or, without a number, at the end of
   * each epoch.
   */
  private boolean isDue(OptionalInt everySteps, boolean epochEnds) {
    return everySteps.isEmpty() ? epochEnds : progress.step() % everySteps.getAsInt() == 0;
  }

  /** The metrics of an evaluation, and whether its weights are the ones to keep so far. */
  private record Evaluation(Map<String, Double> metrics, boolean best) {
    static final Evaluation NONE = new Evaluation(Map.of(), false);
  }

  /**
   * Evaluates the current weights.
   *
   * @param isWanted false if it is only because the training is stopped: a training that goes on
   *     from there makes no evaluation here
   */
  private Evaluation evaluate(AdamW optimizer, BestWeights best, boolean isWanted)
      throws IOException {
    bringUpToDate(optimizer);
    long begun = System.nanoTime();
    Map<String, Double> metrics = metrics(this::checkGoingOn);
    if (metrics.isEmpty() && options.evaluation().keepBest().isEmpty()) {
      return Evaluation.NONE; // there is nothing to evaluate on
    }
    boolean kept = options.evaluation().keepBest().isEmpty() || judge(metrics, best, isWanted);
    listener.evaluated(progress.evaluated(metrics, begun, kept));
    if (group.any(control.isStopped()) && end == null && !progress.complete()) {
      end = TrainingResult.End.STOPPED;
    }
    return new Evaluation(metrics, kept);
  }

  private Map<String, Double> metrics(StopCheck stop) throws IOException {
    long begun = System.nanoTime();
    try (Autograd.Mode off = Autograd.off()) {
      return task.evaluate(stop);
    } finally {
      progress.evaluationTook(System.nanoTime() - begun);
    }
  }

  /**
   * Returns whether the weights are the ones to keep so far. Ends the training when the patience is
   * exhausted.
   *
   * @param counts for the patience and the learning rate
   */
  private boolean judge(Map<String, Double> metrics, BestWeights best, boolean counts) {
    String metric = options.evaluation().keepBest().orElseThrow();
    Double value = metrics.get(metric);
    if (value == null) {
      throw new IllegalArgumentException(
          "keepBest: no metric \"" + metric + "\" among " + metrics.keySet());
    }
    if (counts) {
      rate.evaluated(value);
      boolean enough = earlyStopping.offer(progress.step(), value);
      if (enough && end == null && !progress.complete()) {
        end = TrainingResult.End.NO_IMPROVEMENT;
      }
    }
    return best.offer(progress.step(), value);
  }

  /** The training loss and the first few metrics. */
  private String inOneLine(TrainingListener.Epoch epoch) {
    String metrics =
        epoch.metrics().entrySet().stream()
            .limit(METRICS_IN_LOG)
            .map(m -> String.format(Locale.ROOT, ", %s %.4f", m.getKey(), m.getValue()))
            .collect(Collectors.joining());
    return String.format(
        Locale.ROOT,
        "epoch %d ended at step %d of %d: training loss %.4f%s; %.1f s",
        epoch.epoch(),
        epoch.step(),
        progress.steps(),
        epoch.trainingLoss(),
        metrics.isEmpty() ? "" : "; evaluated:" + metrics.substring(1),
        epoch.duration().toMillis() / 1000.0);
  }

  private void save(AdamW optimizer, BestWeights best) throws IOException {
    if (checkpoints != Checkpoints.NONE) {
      bringUpToDate(optimizer);
      if (group.isWriter()) {
        checkpoints.save(state(optimizer, best));
      }
      listener.saved(progress.step());
    }
  }

  private TrainingState state(AdamW optimizer, BestWeights best) {
    return progress.state(
        best.best(),
        earlyStopping.best(),
        optimizer,
        earlyStopping.worse(),
        rate.state(),
        task.randomState(),
        tensors -> best.addTo(tensors, progress.step()));
  }

  private void bringUpToDate(AdamW optimizer) {
    requireFiniteWeights(optimizer);
    task.synchronize();
  }

  /**
   * A diverging update shows in the loss one step later, after the weights would have been saved,
   * so they are checked here.
   */
  private void requireFiniteWeights(AdamW optimizer) {
    double norm = optimizer.sumAndNorm(parameters.stream().map(p -> List.of(p.array())).toList());
    if (!Double.isFinite(norm)) {
      throw TrainingDivergedException.ofWeights(
          norm, progress.step(), progress.steps(), progress.learningRate());
    }
  }

  /** Throws if the training should end now. Does not clear the thread's interrupt flag. */
  private void checkGoingOn() throws InterruptedIOException {
    boolean interrupted = Thread.currentThread().isInterrupted();
    if (interrupted || NativeUse.isEnding()) {
      throw new InterruptedIOException(
          "training was stopped after step "
              + progress.step()
              + " of "
              + progress.steps()
              + (interrupted ? ": its thread was interrupted" : ": the JVM is shutting down"));
    }
  }
}
