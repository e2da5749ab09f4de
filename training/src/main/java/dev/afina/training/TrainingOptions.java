package dev.afina.training;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How to train. The defaults are those of transformers' {@code TrainingArguments} (version 5), so a
 * run without options is the run that the Python Trainer makes without options.
 *
 * <p>Immutable. It knows which options were set and which are left at their default, so that two
 * can be {@linkplain Builder#set put together} and nothing that was set gets lost.
 */
public final class TrainingOptions {

  /**
   * An option.
   *
   * @param defaultValue null for none
   * @param range what it may be
   * @param expected the range in words
   */
  private record Option<T>(
      String name, Class<T> type, @Nullable T defaultValue, Predicate<T> range, String expected) {

    static Option<Double> number(
        String name, double defaultValue, Predicate<Double> range, String expected) {
      return new Option<>(name, Double.class, defaultValue, range, expected);
    }

    static Option<Integer> count(String name, @Nullable Integer defaultValue) {
      return new Option<>(name, Integer.class, defaultValue, n -> n > 0, "1 or more");
    }
  }

  private static final Option<Double> EPOCHS =
      Option.number("epochs", 3, n -> n > 0 && Double.isFinite(n), "a number over 0");
  private static final Option<Integer> MAX_STEPS = Option.count("maxSteps", null);
  private static final Option<Integer> BATCH_SIZE = Option.count("batchSize", 8);
  private static final Option<Integer> ACCUMULATION_STEPS = Option.count("accumulationSteps", 1);
  private static final Option<Double> LEARNING_RATE =
      Option.number(
          "learningRate",
          5e-5,
          n -> n >= 0 && Double.isFinite(n),
          "0 or more, usually 1e-5 to 1e-4");
  private static final Option<Double> WARMUP =
      Option.number(
          "warmup",
          0,
          n -> n >= 0 && Double.isFinite(n) && (n < 1 || n == Math.rint(n)),
          "a share in [0, 1) or a whole number of steps");
  private static final Option<Double> WEIGHT_DECAY = share("weightDecay", 0);
  private static final Option<Double> BETA1 = share("beta1", 0.9);
  private static final Option<Double> BETA2 = share("beta2", 0.999);
  private static final Option<Double> EPSILON =
      Option.number("epsilon", 1e-8, n -> n > 0 && Double.isFinite(n), "a number over 0");
  private static final Option<Double> MAX_GRADIENT_NORM =
      Option.number("maxGradientNorm", 1, n -> n >= 0, "0 (off) or more");
  private static final Option<Integer> SEED =
      new Option<>("seed", Integer.class, 42, n -> true, "a whole number");
  private static final Option<String> KEEP_BEST =
      new Option<>("keepBest", String.class, null, n -> !n.isBlank(), "the name of a metric");

  private static final List<Option<?>> ALL =
      List.of(
          EPOCHS,
          MAX_STEPS,
          BATCH_SIZE,
          ACCUMULATION_STEPS,
          LEARNING_RATE,
          WARMUP,
          WEIGHT_DECAY,
          BETA1,
          BETA2,
          EPSILON,
          MAX_GRADIENT_NORM,
          SEED,
          KEEP_BEST);

  /** Those that were set, by name. */
  private final Map<String, Object> values;

  private TrainingOptions(Map<String, Object> values) {
    this.values = Map.copyOf(values);
  }

  private static Option<Double> share(String name, double defaultValue) {
    return Option.number(name, defaultValue, n -> n >= 0 && n < 1, "[0, 1)");
  }

  /** The defaults, to be changed one by one. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these options. */
  public Builder toBuilder() {
    return new Builder().set(this);
  }

  /** Passes over the data, may be fractional; default 3. */
  public double epochs() {
    return required(EPOCHS);
  }

  /** Updates in all, instead of {@link #epochs}; default none. */
  public OptionalInt maxSteps() {
    Integer steps = value(MAX_STEPS);
    return steps == null ? OptionalInt.empty() : OptionalInt.of(steps);
  }

  /** Examples a forward pass; default 8. */
  public int batchSize() {
    return required(BATCH_SIZE);
  }

  /**
   * Batches an update; default 1. An update of k batches of n equals one update of a batch of k·n,
   * up to float rounding and dropout.
   */
  public int accumulationSteps() {
    return required(ACCUMULATION_STEPS);
  }

  /** The peak learning rate, 0 or more; default 5e-5. */
  public double learningRate() {
    return required(LEARNING_RATE);
  }

  /** Under 1 the share of all updates that warm up, else their number; default 0. */
  public double warmup() {
    return required(WARMUP);
  }

  /**
   * Decoupled decay of everything but biases and norms, in [0, 1); default 0 (0.01 is the usual
   * choice).
   */
  public double weightDecay() {
    return required(WEIGHT_DECAY);
  }

  /** Decay of AdamW's mean of gradients, in [0, 1); default 0.9. */
  public double beta1() {
    return required(BETA1);
  }

  /** Decay of AdamW's mean of squared gradients, in [0, 1); default 0.999. */
  public double beta2() {
    return required(BETA2);
  }

  /** AdamW's addend to the denominator, over 0; default 1e-8. */
  public double epsilon() {
    return required(EPSILON);
  }

  /** Gradients longer than this are scaled down to it; 0 leaves them; default 1. */
  public double maxGradientNorm() {
    return required(MAX_GRADIENT_NORM);
  }

  /** The seed of the order of examples, the new head and dropout; default 42. */
  public int seed() {
    return required(SEED);
  }

  /**
   * The metric of the validation data by which the best epoch is kept, for example {@code
   * "macro_f1"} or {@code "loss"}; default none, which keeps the last epoch. A name that ends in
   * {@code loss} is better when smaller, any other when greater.
   */
  public Optional<String> keepBest() {
    return Optional.ofNullable(value(KEEP_BEST));
  }

  /** Whether both set the same options to the same values. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TrainingOptions options && values.equals(options.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** All options in their order, for example {@code TrainingOptions[epochs=3.0, …]}. */
  @Override
  public String toString() {
    return ALL.stream()
        .map(option -> option.name + "=" + Objects.requireNonNullElse(value(option), "none"))
        .collect(Collectors.joining(", ", "TrainingOptions[", "]"));
  }

  private <T> @Nullable T value(Option<T> option) {
    Object set = values.get(option.name);
    return set == null ? option.defaultValue : option.type.cast(set);
  }

  private <T> T required(Option<T> option) {
    return Objects.requireNonNull(value(option));
  }

  /** Updates a full pass over {@code examples} takes. */
  int stepsPerEpoch(int examples) {
    return ceilDivide(ceilDivide(examples, batchSize()), accumulationSteps());
  }

  /** Updates of the whole training. */
  int totalSteps(int examples) {
    return maxSteps().orElseGet(() -> (int) Math.ceil(epochs() * stepsPerEpoch(examples)));
  }

  /** Updates that warm up, of {@code totalSteps}. */
  int warmupSteps(int totalSteps) {
    return (int) (warmup() < 1 ? Math.ceil(warmup() * totalSteps) : warmup());
  }

  private static int ceilDivide(int a, int b) {
    return a / b + (a % b == 0 ? 0 : 1); // a + b - 1 could overflow
  }

  /**
   * Collects options; not thread safe. Each method sets what the method of {@link TrainingOptions}
   * with its name describes, and throws {@link IllegalArgumentException} for a value outside its
   * range.
   */
  public static final class Builder {
    private final Map<String, Object> values = new HashMap<>();

    private Builder() {}

    /** {@link TrainingOptions#epochs}. */
    public Builder epochs(double value) {
      return set(EPOCHS, value);
    }

    /** {@link TrainingOptions#maxSteps}. */
    public Builder maxSteps(int value) {
      return set(MAX_STEPS, value);
    }

    /** {@link TrainingOptions#batchSize}. */
    public Builder batchSize(int value) {
      return set(BATCH_SIZE, value);
    }

    /** {@link TrainingOptions#accumulationSteps}. */
    public Builder accumulationSteps(int value) {
      return set(ACCUMULATION_STEPS, value);
    }

    /** {@link TrainingOptions#learningRate}. */
    public Builder learningRate(double value) {
      return set(LEARNING_RATE, value);
    }

    /** {@link TrainingOptions#warmup}. */
    public Builder warmup(double value) {
      return set(WARMUP, value);
    }

    /** {@link TrainingOptions#weightDecay}. */
    public Builder weightDecay(double value) {
      return set(WEIGHT_DECAY, value);
    }

    /** {@link TrainingOptions#beta1} and {@link TrainingOptions#beta2}. */
    public Builder betas(double first, double second) {
      return set(BETA1, first).set(BETA2, second);
    }

    /** {@link TrainingOptions#epsilon}. */
    public Builder epsilon(double value) {
      return set(EPSILON, value);
    }

    /** {@link TrainingOptions#maxGradientNorm}. */
    public Builder maxGradientNorm(double value) {
      return set(MAX_GRADIENT_NORM, value);
    }

    /** {@link TrainingOptions#seed}. */
    public Builder seed(int value) {
      return set(SEED, value);
    }

    /** {@link TrainingOptions#keepBest}. */
    public Builder keepBest(String metric) {
      return set(KEEP_BEST, Objects.requireNonNull(metric, "keepBest"));
    }

    /** Every option that {@code options} sets; those that it leaves at their default stay here. */
    public Builder set(TrainingOptions options) {
      values.putAll(options.values);
      return this;
    }

    /** The options. */
    public TrainingOptions build() {
      return new TrainingOptions(values);
    }

    private <T> Builder set(Option<T> option, T value) {
      if (!option.range.test(value)) {
        throw new IllegalArgumentException(
            option.name + ": expected " + option.expected + ", got " + value);
      }
      values.put(option.name, value);
      return this;
    }
  }
}
