package dev.afina.training;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The options of a training. The defaults are those of transformers' {@code TrainingArguments}
 * (version 5), so a run without options equals a run of the Python Trainer without options.
 *
 * <pre>{@code
 * TrainingOptions.standard()
 *     .epochs(2)
 *     .optimizer(o -> o.learningRate(2e-5).weightDecay(0.01))
 *     .schedule(Schedule.cosine())
 *     .warmup(0.1)
 *     .evaluation(e -> e.everySteps(50).keepBest("macro_f1").patience(3));
 * }</pre>
 *
 * <p>Immutable: each method that sets a value returns new options. The options record which values
 * were set explicitly, so that two sets of options can be {@linkplain #and combined} without losing
 * any. A method that sets a value throws an {@link IllegalArgumentException} if the value is out of
 * range.
 */
public final class TrainingOptions {
  private static final Option<Double> EPOCHS =
      Option.number("epochs", 3.0, n -> n > 0, "a number over 0");
  private static final Option<Integer> MAX_STEPS = Option.count("maxSteps", null);
  private static final Option<Duration> TIME_BUDGET =
      Option.of(
              "timeBudget",
              Duration.class,
              null,
              d -> !d.isZero() && !d.isNegative(),
              "a time over 0")
          .withoutEffectOnWeights();
  private static final Option<Integer> BATCH_SIZE = Option.count("batchSize", 8);
  private static final Option<Integer> ACCUMULATION_STEPS = Option.count("accumulationSteps", 1);
  private static final Option<BatchOrder> ORDER =
      Option.of("order", BatchOrder.class, BatchOrder.RANDOM, n -> true, "an order");
  private static final Option<Boolean> DROP_LAST = Option.flag("dropLast");
  private static final Option<Schedule> SCHEDULE =
      Option.of("schedule", Schedule.class, Schedule.linear(), n -> true, "a schedule");
  private static final Option<Double> WARMUP =
      Option.number(
          "warmup",
          0.0,
          n -> n >= 0 && (n < 1 || n == Math.rint(n)),
          "a share in [0, 1) or a whole number of steps");
  private static final Option<Integer> LOGGING_STEPS =
      Option.count("loggingSteps", 500).withoutEffectOnWeights();
  private static final Option<Integer> SEED =
      Option.of("seed", Integer.class, 42, n -> true, "a whole number");

  private static final Option<Integer> WORKERS =
      Option.of("workers", Integer.class, null, n -> n >= 1 && n <= 1024, "1 to 1024")
          .withoutEffectOnWeights(); // but for the last bits, of which a resume warns

  private static final TrainingOptions STANDARD =
      new TrainingOptions(
          Settings.of(
              EPOCHS,
              MAX_STEPS,
              TIME_BUDGET,
              BATCH_SIZE,
              ACCUMULATION_STEPS,
              ORDER,
              DROP_LAST,
              SCHEDULE,
              WARMUP,
              LOGGING_STEPS,
              SEED,
              WORKERS),
          OptimizerOptions.STANDARD,
          EvaluationOptions.STANDARD,
          SavingOptions.STANDARD);

  private final Settings settings;
  private final OptimizerOptions optimizer;
  private final EvaluationOptions evaluation;
  private final SavingOptions saving;

  private TrainingOptions(
      Settings settings,
      OptimizerOptions optimizer,
      EvaluationOptions evaluation,
      SavingOptions saving) {
    this.settings = settings;
    this.optimizer = optimizer;
    this.evaluation = evaluation;
    this.saving = saving;
  }

  /** Every option at its default. */
  public static TrainingOptions standard() {
    return STANDARD;
  }

  private TrainingOptions with(Settings changed) {
    return new TrainingOptions(changed, optimizer, evaluation, saving);
  }

  /** The number of passes over the data, over 0; may be fractional. Default: 3. */
  public double epochs() {
    return settings.required(EPOCHS);
  }

  /** Sets {@link #epochs()}. */
  public TrainingOptions epochs(double value) {
    return with(settings.with(EPOCHS, value));
  }

  /** The total number of updates, 1 or more, which overrides {@link #epochs()}. Default: none. */
  public OptionalInt maxSteps() {
    Integer steps = settings.value(MAX_STEPS);
    return steps == null ? OptionalInt.empty() : OptionalInt.of(steps);
  }

  /** Sets {@link #maxSteps()}. */
  public TrainingOptions maxSteps(int value) {
    return with(settings.with(MAX_STEPS, value));
  }

  /**
   * The time limit of the training, over zero. The update during which it passes is the last one. A
   * training that resumes from a checkpoint starts the time anew. The learning rate schedule still
   * follows {@link #epochs()} or {@link #maxSteps()}. Default: none.
   */
  public Optional<Duration> timeBudget() {
    return Optional.ofNullable(settings.value(TIME_BUDGET));
  }

  /** Sets {@link #timeBudget()}. */
  public TrainingOptions timeBudget(Duration value) {
    return with(settings.with(TIME_BUDGET, value));
  }

  /** The number of examples per forward pass, 1 or more. Default: 8. */
  public int batchSize() {
    return settings.required(BATCH_SIZE);
  }

  /** Sets {@link #batchSize()}. */
  public TrainingOptions batchSize(int value) {
    return with(settings.with(BATCH_SIZE, value));
  }

  /**
   * The number of batches per update, 1 or more. Default: 1. An update of k batches of n examples
   * equals an update of one batch of k·n, up to float rounding and dropout, even if the last batch
   * is smaller or classes are weighted.
   */
  public int accumulationSteps() {
    return settings.required(ACCUMULATION_STEPS);
  }

  /** Sets {@link #accumulationSteps()}. */
  public TrainingOptions accumulationSteps(int value) {
    return with(settings.with(ACCUMULATION_STEPS, value));
  }

  /** The order in which an epoch visits the examples. Default: {@link BatchOrder#RANDOM}. */
  public BatchOrder order() {
    return settings.required(ORDER);
  }

  /** Sets {@link #order()}. */
  public TrainingOptions order(BatchOrder value) {
    return with(settings.with(ORDER, value));
  }

  /** Whether an epoch drops its last batch if it is not full. Default: false. */
  public boolean dropLast() {
    return settings.required(DROP_LAST);
  }

  /** Sets {@link #dropLast()}. */
  public TrainingOptions dropLast(boolean value) {
    return with(settings.with(DROP_LAST, value));
  }

  /** The learning rate schedule after the warmup. Default: {@link Schedule#linear()}. */
  public Schedule schedule() {
    return settings.required(SCHEDULE);
  }

  /** Sets {@link #schedule()}. */
  public TrainingOptions schedule(Schedule value) {
    return with(settings.with(SCHEDULE, value));
  }

  /**
   * The length of the warmup, 0 or more: a share of all updates if less than 1, otherwise a whole
   * number of updates. Default: 0.
   */
  public double warmup() {
    return settings.required(WARMUP);
  }

  /** Sets {@link #warmup()}. */
  public TrainingOptions warmup(double value) {
    return with(settings.with(WARMUP, value));
  }

  /**
   * The number of updates between two entries of {@link TrainingListener#logged} and of
   * transformers' log_history, 1 or more. Default: 500.
   */
  public int loggingSteps() {
    return settings.required(LOGGING_STEPS);
  }

  /** Sets {@link #loggingSteps()}. */
  public TrainingOptions loggingSteps(int value) {
    return with(settings.with(LOGGING_STEPS, value));
  }

  /** The seed of the order of examples, the new head and dropout. Default: 42. */
  public int seed() {
    return settings.required(SEED);
  }

  /** Sets {@link #seed()}. */
  public TrainingOptions seed(int value) {
    return with(settings.with(SEED, value));
  }

  /**
   * The maximum number of parts into which a batch is divided, each computed on one core, 1 to
   * 1,024. Default: none, which means one part per core. The last bits of the weights depend on it;
   * the same number gives bit-identical weights on processors of the same kind with another number
   * of cores.
   */
  public OptionalInt workers() {
    Integer workers = settings.value(WORKERS);
    return workers == null ? OptionalInt.empty() : OptionalInt.of(workers);
  }

  /** Sets {@link #workers()}. */
  public TrainingOptions workers(int value) {
    return with(settings.with(WORKERS, value));
  }

  /** The options of the optimizer: learning rates, weight decay, gradient clipping. */
  public OptimizerOptions optimizer() {
    return optimizer;
  }

  /** Changes {@link #optimizer()}. */
  public TrainingOptions optimizer(UnaryOperator<OptimizerOptions> change) {
    return new TrainingOptions(settings, change.apply(optimizer), evaluation, saving);
  }

  /** The options of evaluation: when to evaluate, which weights to keep, when to stop early. */
  public EvaluationOptions evaluation() {
    return evaluation;
  }

  /** Changes {@link #evaluation()}. */
  public TrainingOptions evaluation(UnaryOperator<EvaluationOptions> change) {
    return new TrainingOptions(settings, optimizer, change.apply(evaluation), saving);
  }

  /** The options of checkpoints: when to write them and how many to keep. */
  public SavingOptions saving() {
    return saving;
  }

  /** Changes {@link #saving()}. */
  public TrainingOptions saving(UnaryOperator<SavingOptions> change) {
    return new TrainingOptions(settings, optimizer, evaluation, change.apply(saving));
  }

  /**
   * Combines two sets of options: every option that {@code others} sets replaces the one of these.
   */
  public TrainingOptions and(TrainingOptions others) {
    return new TrainingOptions(
        settings.and(others.settings),
        optimizer.and(others.optimizer),
        evaluation.and(others.evaluation),
        saving.and(others.saving));
  }

  /**
   * The options that affect the trained weights, as text by name. A training resumes only from a
   * checkpoint with the same. Unmodifiable.
   */
  public Map<String, String> affectingWeights() {
    Map<String, String> all = new LinkedHashMap<>(settings.affectingWeights());
    all.putAll(optimizer.affectingWeights());
    all.putAll(evaluation.affectingWeights());
    return Collections.unmodifiableMap(all);
  }

  /** All options as text, with whether each was set explicitly, for reports. Unmodifiable. */
  public List<OptionValue> all() {
    return Stream.of(settings.all(), optimizer.all(), evaluation.all(), saving.all())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Checks that the options do not contradict each other.
   *
   * @param validation whether there is data to evaluate on
   * @throws IllegalArgumentException naming both options and their values
   */
  public void check(boolean validation) {
    List<String> needing = new ArrayList<>();
    evaluation.keepBest().ifPresent(m -> needing.add("keepBest(\"" + m + "\")"));
    evaluation.everySteps().ifPresent(n -> needing.add("evaluateEvery(" + n + ")"));
    evaluation.patience().ifPresent(n -> needing.add("earlyStopping(" + n + ")"));
    if (schedule().followsEvaluations()) {
      needing.add("schedule(" + schedule() + ")");
    }
    if (!validation && !needing.isEmpty()) {
      throw new IllegalArgumentException(
          needing.get(0) + " needs validation data; call validation(...)");
    }
    if (evaluation.keepBest().isEmpty()) {
      evaluation
          .patience()
          .ifPresent(
              n -> {
                throw new IllegalArgumentException(
                    "earlyStopping("
                        + n
                        + "), or patience("
                        + n
                        + ") of the evaluation options, needs keepBest(...), the metric that it"
                        + " watches");
              });
      if (schedule().followsEvaluations()) {
        throw new IllegalArgumentException(
            "schedule(" + schedule() + ") needs keepBest(...), the metric that it watches");
      }
    }
    evaluation.check();
    optimizer.check();
    checkSaving();
    schedule().check(warmup(), optimizer.learningRate());
  }

  /**
   * Checks that something is left to train on.
   *
   * @param examples the number of examples, 1 or more
   * @throws IllegalArgumentException if {@link #dropLast()} leaves none of them
   */
  public void checkSize(int examples) {
    if (batchesPerEpoch(examples) < 1) {
      throw new IllegalArgumentException(
          "dropLast: leaves nothing of %s examples in batches of %s"
              .formatted(examples, batchSize()));
    }
  }

  /** The Hugging Face Trainer's rule: the best checkpoint can only be one that was evaluated. */
  private void checkSaving() {
    int save = saving.everySteps().orElse(0);
    int evaluate = evaluation.everySteps().orElse(0);
    if (evaluation.keepBest().isPresent() && save > 0 && evaluate > 0 && save % evaluate != 0) {
      throw new IllegalArgumentException(
          "saveEvery(%s) is no multiple of evaluateEvery(%s), which keepBest(\"%s\") needs"
              .formatted(save, evaluate, evaluation.keepBest().orElseThrow()));
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TrainingOptions that
        && settings.equals(that.settings)
        && optimizer.equals(that.optimizer)
        && evaluation.equals(that.evaluation)
        && saving.equals(that.saving);
  }

  @Override
  public int hashCode() {
    return Objects.hash(settings, optimizer, evaluation, saving);
  }

  /** All options by group. */
  @Override
  public String toString() {
    return "TrainingOptions%s, optimizer%s, evaluation%s, saving%s"
        .formatted(settings, optimizer, evaluation, saving);
  }

  /** The number of batches of a full pass over {@code examples}. */
  int batchesPerEpoch(int examples) {
    return dropLast() ? examples / batchSize() : ceilDivide(examples, batchSize());
  }

  /** The number of updates of a full pass over {@code examples}. */
  int stepsPerEpoch(int examples) {
    return Math.max(1, ceilDivide(batchesPerEpoch(examples), accumulationSteps()));
  }

  /** The number of updates of the whole training. */
  int totalSteps(int examples) {
    return maxSteps().orElseGet(() -> (int) Math.ceil(epochs() * stepsPerEpoch(examples)));
  }

  /** The number of warmup updates, of {@code totalSteps}. */
  int warmupSteps(int totalSteps) {
    return (int) (warmup() < 1 ? Math.ceil(warmup() * totalSteps) : warmup());
  }

  private static int ceilDivide(int a, int b) {
    return a / b + (a % b == 0 ? 0 : 1); // a + b - 1 could overflow
  }
}
