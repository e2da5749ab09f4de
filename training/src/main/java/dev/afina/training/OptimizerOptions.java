package dev.afina.training;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The options of the AdamW optimizer. The defaults are those of transformers' {@code
 * TrainingArguments}. Immutable: each method that sets a value returns new options.
 */
public final class OptimizerOptions {
  private static final Option<Double> LEARNING_RATE =
      Option.number("learningRate", 5e-5, n -> n >= 0, "0 or more, usually 1e-5 to 1e-4");
  private static final Option<Double> HEAD_LEARNING_RATE =
      Option.number("headLearningRate", null, n -> n >= 0, "0 or more");
  private static final Option<Double> LAYER_DECAY =
      Option.number("layerDecay", 1.0, n -> n > 0 && n <= 1, "(0, 1], usually 0.8 to 0.95");
  private static final Option<Double> WEIGHT_DECAY = Option.share("weightDecay", 0);
  private static final Option<Double> BETA1 = Option.share("beta1", 0.9);
  private static final Option<Double> BETA2 = Option.share("beta2", 0.999);
  private static final Option<Double> EPSILON =
      Option.number("epsilon", 1e-8, n -> n > 0, "a number over 0");
  private static final Option<Double> MAX_GRADIENT_NORM =
      Option.of("maxGradientNorm", Double.class, 1.0, n -> n >= 0, "0 (off) or more");

  /** Every option at its default. */
  static final OptimizerOptions STANDARD =
      new OptimizerOptions(
          Settings.of(
              LEARNING_RATE,
              HEAD_LEARNING_RATE,
              LAYER_DECAY,
              WEIGHT_DECAY,
              BETA1,
              BETA2,
              EPSILON,
              MAX_GRADIENT_NORM));

  private final Settings settings;

  private OptimizerOptions(Settings settings) {
    this.settings = settings;
  }

  /** The peak learning rate, 0 or more. Default: 5e-5. */
  public double learningRate() {
    return settings.required(LEARNING_RATE);
  }

  /** Sets {@link #learningRate()}. */
  public OptimizerOptions learningRate(double value) {
    return new OptimizerOptions(settings.with(LEARNING_RATE, value));
  }

  /** The peak learning rate of the head, 0 or more. Default: {@link #learningRate()}. */
  public OptionalDouble headLearningRate() {
    Double rate = settings.value(HEAD_LEARNING_RATE);
    return rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate);
  }

  /** Sets {@link #headLearningRate()}. */
  public OptimizerOptions headLearningRate(double value) {
    return new OptimizerOptions(settings.with(HEAD_LEARNING_RATE, value));
  }

  /**
   * The factor, in (0, 1], by which the learning rate decreases from each layer to the one below
   * (Howard and Ruder 2018, arXiv 1801.06146): the head has the full rate, the last layer the rate
   * times this factor, and so on down to the embeddings. Default: 1, which gives all layers the
   * same rate.
   */
  public double layerDecay() {
    return settings.required(LAYER_DECAY);
  }

  /** Sets {@link #layerDecay()}. */
  public OptimizerOptions layerDecay(double value) {
    return new OptimizerOptions(settings.with(LAYER_DECAY, value));
  }

  /**
   * The decoupled weight decay of everything except biases and norms, in [0, 1). Default: 0; 0.01
   * is usual.
   */
  public double weightDecay() {
    return settings.required(WEIGHT_DECAY);
  }

  /** Sets {@link #weightDecay()}. */
  public OptimizerOptions weightDecay(double value) {
    return new OptimizerOptions(settings.with(WEIGHT_DECAY, value));
  }

  /** The decay rate of the running mean of the gradients, in [0, 1). Default: 0.9. */
  public double beta1() {
    return settings.required(BETA1);
  }

  /** Sets {@link #beta1()}. */
  public OptimizerOptions beta1(double value) {
    return new OptimizerOptions(settings.with(BETA1, value));
  }

  /** The decay rate of the running mean of the squared gradients, in [0, 1). Default: 0.999. */
  public double beta2() {
    return settings.required(BETA2);
  }

  /** Sets {@link #beta2()}. */
  public OptimizerOptions beta2(double value) {
    return new OptimizerOptions(settings.with(BETA2, value));
  }

  /** The term added to the denominator, over 0. Default: 1e-8. */
  public double epsilon() {
    return settings.required(EPSILON);
  }

  /** Sets {@link #epsilon()}. */
  public OptimizerOptions epsilon(double value) {
    return new OptimizerOptions(settings.with(EPSILON, value));
  }

  /**
   * The maximum global norm of the gradients; longer ones are scaled down to it. 0 turns clipping
   * off. Default: 1.
   */
  public double maxGradientNorm() {
    return settings.required(MAX_GRADIENT_NORM);
  }

  /** Sets {@link #maxGradientNorm()}. */
  public OptimizerOptions maxGradientNorm(double value) {
    return new OptimizerOptions(settings.with(MAX_GRADIENT_NORM, value));
  }

  /** Rejects a rate of the head that is a multiple of none. */
  void check() {
    if (headLearningRate().isPresent() && learningRate() == 0) {
      throw new IllegalArgumentException(
          "headLearningRate %s needs a learningRate over 0; to train the head alone, freeze the"
                  .formatted(headLearningRate().getAsDouble())
              + " encoder and set learningRate");
    }
  }

  OptimizerOptions and(OptimizerOptions others) {
    return new OptimizerOptions(settings.and(others.settings));
  }

  Map<String, String> affectingWeights() {
    return settings.affectingWeights();
  }

  List<OptionValue> all() {
    return settings.all();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OptimizerOptions that && settings.equals(that.settings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(settings);
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}
