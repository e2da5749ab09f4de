package dev.afina.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.FusedOps;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.engine.TorchRandom;
import dev.afina.internal.engine.Workers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training loop.
 *
 * <p>Its recipe is the Hugging Face Trainer's: epoch e visits the examples in the order of torch's
 * {@code randperm} for seed + e, the last smaller batch is kept, gradients are clipped by their
 * global norm, then AdamW steps at the rate of a linear schedule. With dropout 0 and the same seed
 * the losses are the Trainer's to float rounding.
 *
 * <p>A batch is divided among the {@link Workers}; the gradients of the parts are summed in one
 * order, so the same seed on the same machine gives the same bits.
 *
 * <p>The exit of the JVM waits for the end of the step and asks the training to stop, see {@link
 * NativeUse}.
 *
 * <p>Memory: each update has one scope for leaves and gradients and one within it for each part of
 * a batch; what was computed is freed when the scope ends.
 */
public final class Trainer {
  private static final Logger log = LoggerFactory.getLogger(Trainer.class);

  private final TrainingTask task;
  private final TrainingOptions options;
  private final TrainingListener listener;
  private final List<Parameter> parameters;
  private final int total;
  private final Schedule schedule;

  private final List<TrainingListener.Epoch> epochs = new ArrayList<>();
  private final long started = System.nanoTime();
  private double lossSum;
  private long examplesDone;
  private long evaluationNanos;
  private int done;

  private Trainer(TrainingTask task, TrainingOptions options, TrainingListener listener) {
    this.task = task;
    this.options = options;
    this.listener = listener;
    this.parameters = task.parameters();
    this.total = options.totalSteps(task.size());
    this.schedule = Schedule.linear(options.warmupSteps(total), total);
  }

  /**
   * Trains until all steps are done. The task's parameters then hold the weights to keep: those of
   * the best epoch where {@link TrainingOptions#keepBest} names a metric, else the last ones.
   *
   * @throws TrainingDivergedException when a loss, a gradient or, at the end of an epoch, a weight
   *     is not finite; the parameters then hold the best epoch's weights where {@code keepBest}
   *     names a metric, else those of the last update, which may be what diverged
   * @throws InterruptedIOException when the thread was interrupted (it stays so) or the JVM is
   *     shutting down
   * @throws IOException from the listener
   * @throws IllegalArgumentException when there is nothing to train on, or {@code keepBest} names a
   *     metric that the task does not give
   */
  public static TrainingResult fit(
      TrainingTask task, TrainingOptions options, TrainingListener listener) throws IOException {
    if (task.size() < 1) {
      throw new IllegalArgumentException("training data: expected 1 example or more, got none");
    }
    return new Trainer(task, options, listener).run();
  }

  private TrainingResult run() throws IOException {
    listener.started(
        TrainingListener.Plan.of(
            task.size(),
            total,
            options.stepsPerEpoch(task.size()),
            options.warmupSteps(total),
            parameters.stream().mapToLong(p -> p.array().size()).sum()));
    try (NativeUse use = NativeUse.begin("training");
        AdamW optimizer = new AdamW(parameters, options, FusedOps.instance());
        Best best = new Best()) {
      try {
        for (int epoch = 0; done < total; epoch++) {
          trainEpoch(epoch, optimizer, best);
        }
        best.restore();
      } catch (TrainingDivergedException e) {
        best.restore();
        throw e;
      } catch (InterruptedIOException e) {
        log.warn(e.getMessage());
        throw e;
      }
    }
    TrainingResult result =
        TrainingResult.of(
            done,
            lossSum / done,
            examplesPerSecond(),
            Duration.ofNanos(System.nanoTime() - started),
            epochs);
    listener.finished(result);
    return result;
  }

  private void trainEpoch(int epoch, AdamW optimizer, Best best) throws IOException {
    long begun = System.nanoTime();
    int firstStep = done;
    double lossBefore = lossSum;
    int[] order = TorchRandom.permutation(task.size(), options.seed() + epoch);
    int perUpdate =
        (int) Math.min(order.length, (long) options.batchSize() * options.accumulationSteps());
    for (int from = 0; from < order.length && done < total; from += perUpdate) {
      int to = Math.min(order.length, from + perUpdate);
      int[] examples = Arrays.copyOfRange(order, from, to);
      listener.stepped(update(examples, epoch, to, optimizer, this::check));
    }
    requireFiniteWeights(optimizer);
    Map<String, Double> metrics = evaluate(this::check);
    boolean isBest = best.offer(metrics);
    TrainingListener.Epoch report =
        TrainingListener.Epoch.of(
            epoch + 1,
            done,
            (lossSum - lossBefore) / (done - firstStep),
            metrics,
            Duration.ofNanos(System.nanoTime() - begun),
            isBest);
    epochs.add(report);
    listener.epochEnded(report);
  }

  /** Throws when the training should end now. The thread stays interrupted for its other users. */
  private void check() throws InterruptedIOException {
    boolean interrupted = Thread.currentThread().isInterrupted();
    if (interrupted || NativeUse.isEnding()) {
      throw new InterruptedIOException(
          "training was stopped after step "
              + done
              + " of "
              + total
              + (interrupted ? ": its thread was interrupted" : ": the JVM is shutting down"));
    }
  }

  /** One update: the gradients of all its batches, summed on the leaves, then one step. */
  private TrainingListener.Step update(
      int[] examples, int epoch, int visited, AdamW optimizer, StopCheck stop)
      throws InterruptedIOException {
    double rate = options.learningRate() * schedule.factor(done);
    double loss = 0;
    double norm;
    try (NDManager scope = PyTorch.newManager()) {
      Gradients gradients = new Gradients(parameters, scope);
      int size = Math.min(examples.length, options.batchSize());
      for (int from = 0; from < examples.length; from += size) {
        stop.check();
        int to = Math.min(examples.length, from + size);
        loss += addGradients(Arrays.copyOfRange(examples, from, to), examples.length, gradients);
      }
      requireFinite("the loss", loss, rate);
      List<List<NDArray>> addends = gradients.addends();
      norm = optimizer.sumAndNorm(addends);
      requireFinite("the gradient's norm", norm, rate);
      optimizer.step(addends.stream().map(a -> a.get(0)).toList(), clipDivisor(norm), rate);
    }
    done++;
    lossSum += loss;
    examplesDone += examples.length;
    double speed = examplesPerSecond();
    long secondsLeft = Math.round(trainingSeconds() / done * (total - done));
    return TrainingListener.Step.of(
        done,
        total,
        epoch + (double) visited / task.size(),
        loss,
        rate,
        norm,
        examples.length,
        speed,
        Duration.ofSeconds(secondsLeft));
  }

  /** This batch's share of the update's mean loss. */
  private double addGradients(int[] batch, int examplesOfUpdate, Gradients gradients) {
    List<TrainingTask.Part> parts = task.divide(batch, Workers.count());
    List<Supplier<Double>> work = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      TrainingTask.Part part = parts.get(i);
      Leaves leaves = gradients.ofPart(i);
      work.add(() -> addGradients(part, examplesOfUpdate, leaves, gradients.scope()));
    }
    double loss = Workers.run(work).stream().mapToDouble(l -> l).sum();
    if (Double.isFinite(loss)) {
      gradients.endBatch();
    }
    return loss;
  }

  private static double addGradients(
      TrainingTask.Part part, int examplesOfUpdate, Leaves leaves, NDManager update) {
    try (Autograd.Mode recording = Autograd.on();
        NDManager scope = update.newSubManager()) {
      NDArray weight = Autograd.scalar(scope, 1.0 / examplesOfUpdate);
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
    double max = options.maxGradientNorm();
    return max == 0 ? 1 : Math.max(1, (norm + 1e-6) / max);
  }

  private void requireFinite(String what, double value, double rate) {
    if (!Double.isFinite(value)) {
      throw new TrainingDivergedException(what, value, done + 1, total, rate);
    }
  }

  /**
   * A diverging update shows in the loss one step later, after the epoch would have been saved, so
   * the weights are checked here.
   */
  private void requireFiniteWeights(AdamW optimizer) {
    double norm = optimizer.sumAndNorm(parameters.stream().map(p -> List.of(p.array())).toList());
    if (!Double.isFinite(norm)) {
      throw TrainingDivergedException.ofWeights(
          norm, done, total, options.learningRate() * schedule.factor(done - 1));
    }
  }

  private Map<String, Double> evaluate(StopCheck stop) throws InterruptedIOException {
    long begun = System.nanoTime();
    try (Autograd.Mode off = Autograd.off()) {
      return task.evaluate(stop);
    } finally {
      evaluationNanos += System.nanoTime() - begun;
    }
  }

  private double trainingSeconds() {
    return (System.nanoTime() - started - evaluationNanos) / 1e9;
  }

  private double examplesPerSecond() {
    return examplesDone / trainingSeconds();
  }

  /** The weights of the best epoch so far, copied only when a metric chooses among epochs. */
  private final class Best implements AutoCloseable {
    private final NDManager manager = PyTorch.newManager();
    private final List<NDArray> weights = new ArrayList<>();
    private double value = Double.NaN;

    /** Whether the epoch just evaluated is the one to keep; keeps it if so. */
    boolean offer(Map<String, Double> metrics) {
      if (options.keepBest().isEmpty()) {
        return true;
      }
      String metric = options.keepBest().get();
      Double offered = metrics.get(metric);
      if (offered == null) {
        throw new IllegalArgumentException(
            "keepBest: no metric \"" + metric + "\" among " + metrics.keySet());
      }
      boolean better = metric.endsWith("loss") ? offered < value : offered > value;
      if (better || Double.isNaN(value)) {
        value = offered;
        keep();
        return true;
      }
      return false;
    }

    private void keep() {
      weights.forEach(NDArray::close);
      weights.clear();
      for (Parameter p : parameters) {
        NDArray copy = p.array().duplicate();
        copy.attach(manager);
        weights.add(copy);
      }
    }

    void restore() {
      for (int i = 0; i < weights.size(); i++) {
        PyTorch.memory(parameters.get(i).array()).put(PyTorch.memory(weights.get(i)));
      }
    }

    @Override
    public void close() {
      manager.close();
    }
  }
}
