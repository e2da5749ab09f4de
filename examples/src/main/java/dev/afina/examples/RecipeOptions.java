package dev.afina.examples;

import dev.afina.training.TrainingOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The training recipe; its defaults are those of the library. */
final class RecipeOptions {
  private static final TrainingOptions DEFAULTS = TrainingOptions.builder().build();

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
  private double learningRate = DEFAULTS.learningRate();

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Under 1 the share of all updates that warm up, else their number.")
  private double warmup = DEFAULTS.warmup();

  @Option(
      names = "--weight-decay",
      paramLabel = "DECAY",
      description = "Of all weights but biases and norms.")
  private double weightDecay = DEFAULTS.weightDecay();

  @Option(
      names = "--max-gradient-norm",
      paramLabel = "NORM",
      description = "Gradients longer than this are scaled down to it; 0 leaves them.")
  private double maxGradientNorm = DEFAULTS.maxGradientNorm();

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
    TrainingOptions.Builder options =
        TrainingOptions.builder()
            .epochs(epochs)
            .batchSize(batchSize)
            .accumulationSteps(accumulationSteps)
            .learningRate(learningRate)
            .warmup(warmup)
            .weightDecay(weightDecay)
            .maxGradientNorm(maxGradientNorm)
            .seed(seed);
    if (maxSteps != null) {
      options.maxSteps(maxSteps);
    }
    return options.build();
  }
}
