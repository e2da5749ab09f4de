package dev.afina;

import dev.afina.internal.model.layers.ParameterSpec;
import dev.afina.training.OptimizerOptions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** With which share of the learning rate each parameter is trained, if at all. */
final class RateShares {
  private final Depths depths;
  private final OptimizerOptions options;
  private final Freeze freeze;

  /**
   * @throws IllegalArgumentException when more layers are to be frozen than there are, or a rate of
   *     its own for the head is a share of 0
   */
  RateShares(List<ParameterSpec> parameters, OptimizerOptions options, Freeze freeze) {
    this.depths = new Depths(parameters);
    this.options = options;
    this.freeze = freeze;
    freeze.requireLayers(depths.layers());
    if (options.headLearningRate().isPresent() && options.learningRate() == 0) {
      throw new IllegalArgumentException(
          "headLearningRate %s needs a learningRate over 0; to train the head alone, freeze the"
                  .formatted(options.headLearningRate().getAsDouble())
              + " encoder and set learningRate");
    }
  }

  /** Empty for what is frozen. */
  Optional<Double> of(ParameterSpec spec) {
    int depth = depths.of(spec);
    if (freeze.covers(depth, depths.head())) {
      return Optional.empty();
    }
    OptionalDouble head = options.headLearningRate();
    if (depth == depths.head() && head.isPresent()) {
      return Optional.of(head.getAsDouble() / options.learningRate());
    }
    return Optional.of(Math.pow(options.layerDecay(), depths.head() - depth));
  }
}
