package dev.afina.examples;

import dev.afina.training.BatchOrder;
import dev.afina.training.Schedule;
import dev.afina.training.TrainingOptions;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The training recipe; its defaults are those of the library. */
final class RecipeOptions {
  private static final TrainingOptions DEFAULTS = TrainingOptions.standard();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the data, may be fractional.")
  private double epochs = DEFAULTS.epochs();

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "Updates in all, in place of epochs. Default: none")
  private @Nullable Integer maxSteps;

  @Option(names = "--batch-size", paramLabel = "N", description = "Texts a forward pass.")
  private int batchSize = DEFAULTS.batchSize();

  @Option(
      names = "--accumulation-steps",
      paramLabel = "N",
      description = "Batches an update; K batches of N give what one of K times N gives.")
  private int accumulationSteps = DEFAULTS.accumulationSteps();

  @Option(names = "--learning-rate", paramLabel = "RATE", description = "The peak rate.")
  private double learningRate = DEFAULTS.optimizer().learningRate();

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Under 1 the share of all updates that warm up, else their number.")
  private double warmup = DEFAULTS.warmup();

  @Option(
      names = "--weight-decay",
      paramLabel = "DECAY",
      description = "Of all weights but biases and norms.")
  private double weightDecay = DEFAULTS.optimizer().weightDecay();

  @Option(
      names = "--max-gradient-norm",
      paramLabel = "NORM",
      description = "Gradients longer than this are scaled down to it; 0 leaves them.")
  private double maxGradientNorm = DEFAULTS.optimizer().maxGradientNorm();

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description =
          "How the rate goes on after the warmup, by transformers' names: linear, cosine,"
              + " cosine_with_restarts, cosine_with_min_lr, polynomial, constant, inverse_sqrt,"
              + " warmup_stable_decay, reduce_lr_on_plateau. cosine_with_min_lr ends at 0.1 of the"
              + " rate, warmup_stable_decay decays over the last 0.2 of the updates, and"
              + " cosine_with_restarts has one cycle.")
  private String schedule = "linear";

  @Option(
      names = "--layer-decay",
      paramLabel = "FACTOR",
      description = "Each layer has this times the learning rate of the layer above it.")
  private double layerDecay = DEFAULTS.optimizer().layerDecay();

  @Option(
      names = "--head-learning-rate",
      paramLabel = "RATE",
      description = "The peak rate of the head. Default: that of all")
  private @Nullable Double headLearningRate;

  @Option(names = "--group-by-length", description = "Texts of about equal length come together.")
  private boolean groupByLength;

  @Option(
      names = "--drop-last",
      description = "Leave out the last batch of an epoch where it is not full.")
  private boolean dropLast;

  @Option(
      names = "--time-budget",
      paramLabel = "DURATION",
      description =
          "End after this time with the best weights so far, such as 30m or 2h. Default: none")
  private @Nullable String timeBudget;

  @Option(
      names = "--eval-steps",
      paramLabel = "N",
      description = "Evaluate after every N updates. Default: after each epoch")
  private @Nullable Integer evalSteps;

  @Option(
      names = "--logging-steps",
      paramLabel = "N",
      description = "Updates between two entries of log_history in trainer_state.json.")
  private int loggingSteps = DEFAULTS.loggingSteps();

  @Option(
      names = "--early-stopping",
      paramLabel = "N",
      description = "End after N evaluations in a row without a better --keep-best. Default: never")
  private @Nullable Integer earlyStopping;

  @Option(
      names = "--save-steps",
      paramLabel = "N",
      description = "Write a checkpoint after every N updates. Default: after each epoch")
  private @Nullable Integer saveSteps;

  @Option(
      names = "--save-limit",
      paramLabel = "N",
      description = "How many checkpoints stay, the best beside them. Default: all")
  private @Nullable Integer saveLimit;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the split, the order of the texts, the new head and dropout.")
  private int seed = DEFAULTS.seed();

  int seed() {
    return seed;
  }

  /**
   * These options.
   *
   * @throws IllegalArgumentException for a value outside its range
   */
  TrainingOptions options() {
    TrainingOptions options =
        TrainingOptions.standard()
            .epochs(epochs)
            .batchSize(batchSize)
            .accumulationSteps(accumulationSteps)
            .optimizer(
                o ->
                    o.learningRate(learningRate)
                        .weightDecay(weightDecay)
                        .maxGradientNorm(maxGradientNorm))
            .warmup(warmup)
            .seed(seed);
    options =
        options
            .schedule(schedule())
            .order(groupByLength ? BatchOrder.BY_LENGTH : BatchOrder.RANDOM)
            .dropLast(dropLast)
            .loggingSteps(loggingSteps)
            .optimizer(o -> o.layerDecay(layerDecay));
    options = set(options, maxSteps, (o, n) -> o.maxSteps(n));
    options = set(options, headLearningRate, (o, r) -> o.optimizer(p -> p.headLearningRate(r)));
    options = set(options, timeBudget, (o, t) -> o.timeBudget(duration(t)));
    options = set(options, evalSteps, (o, n) -> o.evaluation(e -> e.everySteps(n)));
    options = set(options, earlyStopping, (o, n) -> o.evaluation(e -> e.patience(n)));
    options = set(options, saveSteps, (o, n) -> o.saving(p -> p.everySteps(n)));
    return set(options, saveLimit, (o, n) -> o.saving(p -> p.limit(n)));
  }

  /**
   * Refuses options that follow evaluations where there are none.
   *
   * @param keepBest the metric that chooses; null for none
   * @param validates whether there are rows to validate on
   * @param needed what is missing then
   */
  void checkEvaluation(@Nullable String keepBest, boolean validates, String needed) {
    List<String> given = following(keepBest);
    if (!validates && !given.isEmpty()) {
      throw new IllegalArgumentException(given.get(0) + " needs " + needed);
    }
    if (keepBest == null) {
      given.remove("--eval-steps " + evalSteps);
      if (!given.isEmpty()) {
        throw new IllegalArgumentException(
            given.get(0) + " needs --keep-best METRIC, the metric that it watches");
      }
    }
  }

  /** Refuses options that follow evaluations, in a cross-validation. */
  void refuseEvaluation(@Nullable String keepBest) {
    List<String> given = following(keepBest);
    if (!given.isEmpty()) {
      throw new IllegalArgumentException(
          "--folds trains to the end and evaluates then, on the fold that it left out: not with "
              + String.join(", ", given));
    }
  }

  private List<String> following(@Nullable String keepBest) {
    List<String> given = new ArrayList<>();
    if (keepBest != null) {
      given.add("--keep-best " + keepBest);
    }
    if (evalSteps != null) {
      given.add("--eval-steps " + evalSteps);
    }
    if (earlyStopping != null) {
      given.add("--early-stopping " + earlyStopping);
    }
    if (schedule.equals("reduce_lr_on_plateau")) {
      given.add("--schedule " + schedule);
    }
    return given;
  }

  /** Whether an option is given that needs a folder of checkpoints. */
  boolean saves() {
    return saveSteps != null || saveLimit != null;
  }

  private static <T> TrainingOptions set(
      TrainingOptions options,
      @Nullable T value,
      BiFunction<TrainingOptions, T, TrainingOptions> set) {
    return value == null ? options : set.apply(options, value);
  }

  private Schedule schedule() {
    return switch (schedule) {
      case "linear" -> Schedule.linear();
      case "cosine" -> Schedule.cosine();
      case "cosine_with_restarts" -> Schedule.cosineWithRestarts(1);
      case "cosine_with_min_lr" -> Schedule.cosineWithMinRate(0.1);
      case "polynomial" -> Schedule.polynomial();
      case "constant", "constant_with_warmup" -> Schedule.constant();
      case "inverse_sqrt" -> Schedule.inverseSquareRoot();
      case "warmup_stable_decay" -> Schedule.warmupStableDecay(0.2);
      case "reduce_lr_on_plateau" -> Schedule.reduceOnPlateau();
      default ->
          throw new IllegalArgumentException(
              "--schedule: \"" + schedule + "\": unknown; --help lists the names");
    };
  }

  private static Duration duration(String text) {
    try {
      return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "--time-budget: expected a time such as 90s, 30m or 1h30m, got \"" + text + "\"", e);
    }
  }
}
