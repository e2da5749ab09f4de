package dev.afina.training;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.internal.json.Members;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Receives the events of a training. All methods are called on the training thread, which waits for
 * them; an exception ends the training and is thrown by {@code fit}. Every method does nothing by
 * default.
 */
public interface TrainingListener {
  // What the methods receive are classes around a private record, and not records: so more values
  // can be added without breaking callers.

  /** A listener that does nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * Combines several listeners into one, such as a progress bar and a {@link TensorBoardListener}.
   * Each receives every event, in the given order; if one throws, those after it do not receive the
   * event.
   */
  static TrainingListener all(TrainingListener... listeners) {
    return new Listeners(List.of(listeners));
  }

  /** Called before the first update. */
  default void started(Plan plan) {}

  /**
   * Called before the first update of each epoch.
   *
   * @param epoch its number, from 1
   */
  default void epochStarted(int epoch) {}

  /** Called after each update. */
  default void stepped(Step step) {}

  /** Called every {@link TrainingOptions#loggingSteps()} updates. */
  default void logged(TrainingState.LogEntry entry) {}

  /** Called after each evaluation of the validation data. */
  default void evaluated(Evaluated evaluation) throws IOException {}

  /**
   * Called after each checkpoint.
   *
   * @param step the number of updates before it
   */
  default void saved(int step) {}

  /** Called after each epoch and its evaluation, including a last epoch that is not complete. */
  default void epochEnded(Epoch epoch) throws IOException {}

  /** Called at the end, when the weights to keep are in place. */
  default void finished(TrainingResult result) {}

  /**
   * The size of the training that is about to start. Immutable. Jackson and Gson serialize it as
   * {@link #asMap()}.
   */
  @JsonAdapter(WrittenAsMap.Adapter.class)
  final class Plan implements WrittenAsMap {
    private record PlanValues(
        int examples, int steps, int stepsPerEpoch, int warmupSteps, long parameters) {}

    private final PlanValues values;

    private Plan(PlanValues values) {
      this.values = values;
    }

    /** Creates an instance, for tests of a listener. */
    public static Plan of(
        int examples, int steps, int stepsPerEpoch, int warmupSteps, long parameters) {
      return new Plan(new PlanValues(examples, steps, stepsPerEpoch, warmupSteps, parameters));
    }

    /** The number of training examples. */
    public int examples() {
      return values.examples();
    }

    /** The total number of updates. */
    public int steps() {
      return values.steps();
    }

    /** The number of updates per epoch. */
    public int stepsPerEpoch() {
      return values.stepsPerEpoch();
    }

    /** The number of warmup updates. */
    public int warmupSteps() {
      return values.warmupSteps();
    }

    /** The number of trained parameters, counted as single numbers. */
    public long parameters() {
      return values.parameters();
    }

    /** The JSON form: the values above by their names. Unmodifiable. */
    @Override
    public Map<String, Object> asMap() {
      return new Members()
          .with("examples", examples())
          .with("steps", steps())
          .with("stepsPerEpoch", stepsPerEpoch())
          .with("warmupSteps", warmupSteps())
          .with("parameters", parameters())
          .asMap();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Plan that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
      return values.hashCode();
    }

    @Override
    public String toString() {
      return WrittenAsMap.text(this, values);
    }
  }

  /** One update. Immutable. Jackson and Gson serialize it as {@link #asMap()}. */
  @JsonAdapter(WrittenAsMap.Adapter.class)
  final class Step implements WrittenAsMap {
    private record StepValues(
        int step,
        int steps,
        double epoch,
        double loss,
        double learningRate,
        double gradientNorm,
        int examples,
        double examplesPerSecond,
        Duration remaining) {}

    private final StepValues values;

    private Step(StepValues values) {
      this.values = values;
    }

    /** Creates an instance, for tests of a listener. */
    public static Step of(
        int step,
        int steps,
        double epoch,
        double loss,
        double learningRate,
        double gradientNorm,
        int examples,
        double examplesPerSecond,
        Duration remaining) {
      return new Step(
          new StepValues(
              step,
              steps,
              epoch,
              loss,
              learningRate,
              gradientNorm,
              examples,
              examplesPerSecond,
              remaining));
    }

    /** The number, from 1. */
    public int step() {
      return values.step();
    }

    /** The total number of updates. */
    public int steps() {
      return values.steps();
    }

    /** The number of epochs done so far, as a fraction. */
    public double epoch() {
      return values.epoch();
    }

    /** The mean loss of the examples of this update, before it was applied. */
    public double loss() {
      return values.loss();
    }

    /** The learning rate of this update. */
    public double learningRate() {
      return values.learningRate();
    }

    /** The global norm of the gradients, before clipping. */
    public double gradientNorm() {
      return values.gradientNorm();
    }

    /** The number of examples of this update. */
    public int examples() {
      return values.examples();
    }

    /** The mean throughput since the training started, not counting evaluations. */
    public double examplesPerSecond() {
      return values.examplesPerSecond();
    }

    /** The estimated time left, not counting evaluations. */
    public Duration remaining() {
      return values.remaining();
    }

    /**
     * The JSON form: the values above by their names, with {@code remainingSeconds} for the time
     * left. Numbers that are not finite are left out. Unmodifiable.
     */
    @Override
    public Map<String, Object> asMap() {
      return new Members()
          .with("step", step())
          .with("steps", steps())
          .with("epoch", epoch())
          .with("loss", loss())
          .with("learningRate", learningRate())
          .with("gradientNorm", gradientNorm())
          .with("examples", examples())
          .with("examplesPerSecond", examplesPerSecond())
          .with("remainingSeconds", WrittenAsMap.seconds(remaining()))
          .asMap();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Step that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
      return values.hashCode();
    }

    @Override
    public String toString() {
      return WrittenAsMap.text(this, values);
    }
  }

  /**
   * An evaluation of the validation data. Immutable. Jackson and Gson serialize it as {@link
   * #asMap()}.
   */
  @JsonAdapter(WrittenAsMap.Adapter.class)
  final class Evaluated implements WrittenAsMap {
    private record EvaluatedValues(
        int step, double epoch, Map<String, Double> metrics, Duration duration, boolean best) {}

    private final EvaluatedValues values;

    private Evaluated(EvaluatedValues values) {
      this.values = values;
    }

    /** Creates an instance, for tests of a listener. */
    public static Evaluated of(
        int step, double epoch, Map<String, Double> metrics, Duration duration, boolean best) {
      return new Evaluated(
          new EvaluatedValues(
              step,
              epoch,
              Collections.unmodifiableMap(new LinkedHashMap<>(metrics)),
              duration,
              best));
    }

    /** The number of updates done so far. */
    public int step() {
      return values.step();
    }

    /** The number of epochs done so far, as a fraction. */
    public double epoch() {
      return values.epoch();
    }

    /** The metrics by name, in display order. Unmodifiable. */
    public Map<String, Double> metrics() {
      return values.metrics();
    }

    /** The duration of the evaluation. */
    public Duration duration() {
      return values.duration();
    }

    /**
     * Whether these are the weights to keep so far: the best by the {@code keepBest} metric, or the
     * latest if there is none.
     */
    public boolean best() {
      return values.best();
    }

    /**
     * The JSON form: the values above by their names, with {@code seconds} for the duration.
     * Numbers that are not finite are left out. Unmodifiable.
     */
    @Override
    public Map<String, Object> asMap() {
      return new Members()
          .with("step", step())
          .with("epoch", epoch())
          .with("seconds", WrittenAsMap.seconds(duration()))
          .with("best", best())
          .with("metrics", metrics())
          .asMap();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Evaluated that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
      return values.hashCode();
    }

    @Override
    public String toString() {
      return WrittenAsMap.text(this, values);
    }
  }

  /** One pass over the data. Immutable. Jackson and Gson serialize it as {@link #asMap()}. */
  @JsonAdapter(WrittenAsMap.Adapter.class)
  final class Epoch implements WrittenAsMap {
    private record EpochValues(
        int epoch,
        int step,
        double trainingLoss,
        Map<String, Double> metrics,
        Duration duration,
        boolean best) {}

    private final EpochValues values;

    private Epoch(EpochValues values) {
      this.values = values;
    }

    /** Creates an instance, for tests of a listener. */
    public static Epoch of(
        int epoch,
        int step,
        double trainingLoss,
        Map<String, Double> metrics,
        Duration duration,
        boolean best) {
      return new Epoch(
          new EpochValues(
              epoch,
              step,
              trainingLoss,
              Collections.unmodifiableMap(new LinkedHashMap<>(metrics)),
              duration,
              best));
    }

    /** The number, from 1. */
    public int epoch() {
      return values.epoch();
    }

    /** The number of updates done so far. */
    public int step() {
      return values.step();
    }

    /** The mean loss of the updates of this epoch. */
    public double trainingLoss() {
      return values.trainingLoss();
    }

    /**
     * The metrics of the validation data at the end of the epoch, by name in display order; empty
     * if there was no evaluation then. Unmodifiable.
     */
    public Map<String, Double> metrics() {
      return values.metrics();
    }

    /** The duration of the epoch, evaluations included. */
    public Duration duration() {
      return values.duration();
    }

    /**
     * Whether these are the weights to keep so far: the best by the {@code keepBest} metric, or the
     * latest if there is none.
     */
    public boolean best() {
      return values.best();
    }

    /**
     * The JSON form: the values above by their names, with {@code seconds} for the duration.
     * Numbers that are not finite are left out. Unmodifiable.
     */
    @Override
    public Map<String, Object> asMap() {
      return new Members()
          .with("epoch", epoch())
          .with("step", step())
          .with("trainingLoss", trainingLoss())
          .with("seconds", WrittenAsMap.seconds(duration()))
          .with("best", best())
          .with("metrics", metrics())
          .asMap();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Epoch that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
      return values.hashCode();
    }

    @Override
    public String toString() {
      return WrittenAsMap.text(this, values);
    }
  }
}
