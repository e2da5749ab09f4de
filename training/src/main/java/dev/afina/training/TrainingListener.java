package dev.afina.training;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /** What is going to happen. Immutable. */
  final class Plan {
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

  /** One update. Immutable. */
  final class Step {
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

  /** One pass over the data. Immutable. */
  final class Epoch {
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

    /** Those of the validation data, in the order to show them; may be empty. Unmodifiable. */
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
