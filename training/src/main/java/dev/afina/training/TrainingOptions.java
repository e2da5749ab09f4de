package dev.afina.training;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How to train. The defaults are those of transformers' {@code TrainingArguments} (version 5), so a
 * run without options is the run that the Python Trainer makes without options.
 *
 * @param epochs passes over the data, may be fractional; default 3
 * @param maxSteps updates in all, instead of {@code epochs}; default none
 * @param batchSize examples a forward pass; default 8
 * @param accumulationSteps batches an update; default 1. An update of k batches of n equals one
 *     update of a batch of k·n, up to float rounding and dropout
 * @param learningRate the peak rate; default 5e-5
 * @param warmup under 1 the share of all updates that warm up, else their number; default 0
 * @param weightDecay decoupled decay of everything but biases and norms; default 0 (0.01 is the
 *     usual choice)
 * @param beta1 decay of AdamW's mean of gradients; default 0.9
 * @param beta2 decay of AdamW's mean of squared gradients; default 0.999
 * @param epsilon AdamW's addend to the denominator; default 1e-8
 * @param maxGradientNorm gradients longer than this are scaled down to it; 0 leaves them; default 1
 * @param seed of the order of examples, the new head and dropout; default 42
 * @param keepBest the metric of the validation data by which the best epoch is kept, for example
 *     {@code "macro_f1"} or {@code "loss"}; default none, which keeps the last epoch. A name that
 *     ends in {@code loss} is better when smaller, any other when greater
 */
public record TrainingOptions(
    double epochs,
    OptionalInt maxSteps,
    int batchSize,
    int accumulationSteps,
    double learningRate,
    double warmup,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon,
    double maxGradientNorm,
    int seed,
    Optional<String> keepBest) {

  public TrainingOptions {
    require(epochs > 0 && Double.isFinite(epochs), "epochs", "a number over 0", epochs);
    require(
        maxSteps.isEmpty() || maxSteps.getAsInt() > 0, "maxSteps", "1 or more", maxSteps.orElse(0));
    require(batchSize > 0, "batchSize", "1 or more", batchSize);
    require(accumulationSteps > 0, "accumulationSteps", "1 or more", accumulationSteps);
    require(
        learningRate >= 0 && Double.isFinite(learningRate),
        "learningRate",
        "0 or more, usually 1e-5 to 1e-4",
        learningRate);
    require(
        warmup >= 0 && Double.isFinite(warmup) && (warmup < 1 || warmup == Math.rint(warmup)),
        "warmup",
        "a share in [0, 1) or a whole number of steps",
        warmup);
    require(weightDecay >= 0 && weightDecay < 1, "weightDecay", "[0, 1)", weightDecay);
    require(beta1 >= 0 && beta1 < 1, "beta1", "[0, 1)", beta1);
    require(beta2 >= 0 && beta2 < 1, "beta2", "[0, 1)", beta2);
    require(epsilon > 0, "epsilon", "a number over 0", epsilon);
    require(maxGradientNorm >= 0, "maxGradientNorm", "0 (off) or more", maxGradientNorm);
  }

  /** The defaults, to be changed one by one. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these options. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.epochs = epochs;
    b.maxSteps = maxSteps;
    b.batchSize = batchSize;
    b.accumulationSteps = accumulationSteps;
    b.learningRate = learningRate;
    b.warmup = warmup;
    b.weightDecay = weightDecay;
    b.beta1 = beta1;
    b.beta2 = beta2;
    b.epsilon = epsilon;
    b.maxGradientNorm = maxGradientNorm;
    b.seed = seed;
    b.keepBest = keepBest;
    return b;
  }

  /** Updates a full pass over {@code examples} takes. */
  int stepsPerEpoch(int examples) {
    return ceilDivide(ceilDivide(examples, batchSize), accumulationSteps);
  }

  /** Updates of the whole training. */
  int totalSteps(int examples) {
    return maxSteps.orElseGet(() -> (int) Math.ceil(epochs * stepsPerEpoch(examples)));
  }

  /** Updates that warm up, of {@code totalSteps}. */
  int warmupSteps(int totalSteps) {
    return (int) (warmup < 1 ? Math.ceil(warmup * totalSteps) : warmup);
  }

  private static int ceilDivide(int a, int b) {
    return a / b + (a % b == 0 ? 0 : 1); // a + b - 1 could overflow
  }

  private static void require(boolean holds, String name, String expected, Object got) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": expected " + expected + ", got " + got);
    }
  }

  /** Collects options; not thread safe. Each method is documented at the component it sets. */
  public static final class Builder {
    private double epochs = 3;
    private OptionalInt maxSteps = OptionalInt.empty();
    private int batchSize = 8;
    private int accumulationSteps = 1;
    private double learningRate = 5e-5;
    private double warmup;
    private double weightDecay;
    private double beta1 = 0.9;
    private double beta2 = 0.999;
    private double epsilon = 1e-8;
    private double maxGradientNorm = 1;
    private int seed = 42;
    private Optional<String> keepBest = Optional.empty();

    private Builder() {}

    /** {@link TrainingOptions#epochs}. */
    public Builder epochs(double value) {
      epochs = value;
      return this;
    }

    /** {@link TrainingOptions#maxSteps}. */
    public Builder maxSteps(int value) {
      maxSteps = OptionalInt.of(value);
      return this;
    }

    /** {@link TrainingOptions#batchSize}. */
    public Builder batchSize(int value) {
      batchSize = value;
      return this;
    }

    /** {@link TrainingOptions#accumulationSteps}. */
    public Builder accumulationSteps(int value) {
      accumulationSteps = value;
      return this;
    }

    /** {@link TrainingOptions#learningRate}. */
    public Builder learningRate(double value) {
      learningRate = value;
      return this;
    }

    /** {@link TrainingOptions#warmup}. */
    public Builder warmup(double value) {
      warmup = value;
      return this;
    }

    /** {@link TrainingOptions#weightDecay}. */
    public Builder weightDecay(double value) {
      weightDecay = value;
      return this;
    }

    /** {@link TrainingOptions#beta1} and {@link TrainingOptions#beta2}. */
    public Builder betas(double first, double second) {
      beta1 = first;
      beta2 = second;
      return this;
    }

    /** {@link TrainingOptions#epsilon}. */
    public Builder epsilon(double value) {
      epsilon = value;
      return this;
    }

    /** {@link TrainingOptions#maxGradientNorm}. */
    public Builder maxGradientNorm(double value) {
      maxGradientNorm = value;
      return this;
    }

    /** {@link TrainingOptions#seed}. */
    public Builder seed(int value) {
      seed = value;
      return this;
    }

    /** {@link TrainingOptions#keepBest}. */
    public Builder keepBest(String metric) {
      keepBest = Optional.of(metric);
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException for a value outside its range
     */
    public TrainingOptions build() {
      return new TrainingOptions(
          epochs,
          maxSteps,
          batchSize,
          accumulationSteps,
          learningRate,
          warmup,
          weightDecay,
          beta1,
          beta2,
          epsilon,
          maxGradientNorm,
          seed,
          keepBest);
    }
  }
}
