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
 * Watches a training. Called by the training thread, which waits; an exception ends the training
 * and reaches the caller of fit.
 */
public interface TrainingListener {

  /** A listener that does nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * Several listeners as one, such as a progress bar and a {@link TensorBoardListener}. Each is
   * told everything, in their order; an exception of one keeps it from those after it.
   */
  static TrainingListener all(TrainingListener... listeners) {
    return new Listeners(List.of(listeners));
  }

  /** Before the first update. */
  default void started(Plan plan) {}

  /** Before the first update of each epoch, with its number from 1. */
  default void epochStarted(int epoch) {}

  /** After each update. */
  default void stepped(Step step) {}

  /** Every {@link TrainingOptions#loggingSteps()} updates. */
  default void logged(TrainingState.LogEntry entry) {}

  /** After each evaluation of the validation data. */
  default void evaluated(Evaluated evaluation) throws IOException {}

  /** After each checkpoint was written, with the number of updates in it. */
  default void saved(int step) {}

  /** After each epoch and its evaluation, the last one also when it is not a whole one. */
  default void epochEnded(Epoch epoch) throws IOException {}

  /** After the last update, when the weights to keep are in place. */
  default void finished(TrainingResult result) {}

  /** What is going to happen. Immutable. Jackson and Gson write it as its {@link #asMap()}. */
  @JsonAdapter(WrittenAsMap.Adapter.class)
  final class Plan implements WrittenAsMap {
    private record PlanValues(
        int examples, int steps, int stepsPerEpoch, int warmupSteps, long parameters) {}

    private final PlanValues values;

    private Plan(PlanValues values) {
      this.values = values;
    }

    /** One with these values, for tests of a listener. */
    public static Plan of(
        int examples, int steps, int stepsPerEpoch, int warmupSteps, long parameters) {
      return new Plan(new PlanValues(examples, steps, stepsPerEpoch, warmupSteps, parameters));
    }

    /** Training examples. */
    public int examples() {
      return values.examples();
    }

    /** Updates in all. */
    public int steps() {
      return values.steps();
    }

    /** Updates an epoch. */
    public int stepsPerEpoch() {
      return values.stepsPerEpoch();
    }

    /** Updates of the warmup. */
    public int warmupSteps() {
      return values.warmupSteps();
    }

    /** Trained numbers. */
    public long parameters() {
      return values.parameters();
    }

    /** What JSON says of it: the values above by their names. Unmodifiable. */
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
      return "Plan" + values.toString().substring("PlanValues".length());
    }
  }

  /** One update. Immutable. Jackson and Gson write it as its {@link #asMap()}. */
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

    /** One with these values, for tests of a listener. */
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

    /** Its number, from 1. */
    public int step() {
      return values.step();
    }

    /** Updates in all. */
    public int steps() {
      return values.steps();
    }

    /** Epochs done, as a fraction. */
    public double epoch() {
      return values.epoch();
    }

    /** The mean loss of its examples, before the update. */
    public double loss() {
      return values.loss();
    }

    /** The rate it used. */
    public double learningRate() {
      return values.learningRate();
    }

    /** The norm of the gradients before clipping. */
    public double gradientNorm() {
      return values.gradientNorm();
    }

    /** How many examples it had. */
    public int examples() {
      return values.examples();
    }

    /** The mean since training started, evaluations left out. */
    public double examplesPerSecond() {
      return values.examplesPerSecond();
    }

    /** The estimated time left, evaluations left out. */
    public Duration remaining() {
      return values.remaining();
    }

    /**
     * What JSON says of it: the values above by their names, and {@code remainingSeconds}. Numbers
     * that are not finite are left out. Unmodifiable.
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
      return "Step" + values.toString().substring("StepValues".length());
    }
  }

  /**
   * An evaluation of the validation data. Immutable. Jackson and Gson write it as its {@link
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

    /** One with these values, for tests of a listener. */
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

    /** Updates done so far. */
    public int step() {
      return values.step();
    }

    /** Epochs done, as a fraction. */
    public double epoch() {
      return values.epoch();
    }

    /** In the order to show them. Unmodifiable. */
    public Map<String, Double> metrics() {
      return values.metrics();
    }

    /** Of the evaluation. */
    public Duration duration() {
      return values.duration();
    }

    /**
     * Whether these are the weights to keep so far: the best by the metric that was named, the
     * latest where none was.
     */
    public boolean best() {
      return values.best();
    }

    /**
     * What JSON says of it: the values above by their names, and the duration as {@code seconds}.
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
      return "Evaluated" + values.toString().substring("EvaluatedValues".length());
    }
  }

  /** One pass over the data. Immutable. Jackson and Gson write it as its {@link #asMap()}. */
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

    /** One with these values, for tests of a listener. */
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

    /** Its number, from 1. */
    public int epoch() {
      return values.epoch();
    }

    /** Updates done so far. */
    public int step() {
      return values.step();
    }

    /** The mean loss of its updates. */
    public double trainingLoss() {
      return values.trainingLoss();
    }

    /**
     * Those of the validation data at its end, in the order to show them; empty where they were not
     * evaluated then. Unmodifiable.
     */
    public Map<String, Double> metrics() {
      return values.metrics();
    }

    /** Of training and evaluation. */
    public Duration duration() {
      return values.duration();
    }

    /**
     * Whether these are the weights to keep so far: the best by the metric that was named, the
     * latest where none was.
     */
    public boolean best() {
      return values.best();
    }

    /**
     * What JSON says of it: the values above by their names, and the duration as {@code seconds}.
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
      return "Epoch" + values.toString().substring("EpochValues".length());
    }
  }
}
