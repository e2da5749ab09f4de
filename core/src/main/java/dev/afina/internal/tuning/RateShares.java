package dev.afina.internal.tuning;

import dev.afina.internal.model.layers.ParameterSpec;
import dev.afina.training.OptimizerOptions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The share of the learning rate with which each parameter is trained, if it is trained at all. */
public final class RateShares {
  private final LayerDepths depths;
  private final OptimizerOptions options;
  private final int frozen;

  /**
   * @param frozen the greatest depth that is not trained, as {@link LayerDepths} counts; −1 for
   *     none, {@code Integer.MAX_VALUE} for all but the head
   * @throws IllegalArgumentException if more layers are to be frozen than there are
   */
  public RateShares(List<ParameterSpec> parameters, OptimizerOptions options, int frozen) {
    this.depths = new LayerDepths(parameters);
    this.options = options;
    this.frozen = frozen;
    if (frozen != Integer.MAX_VALUE && frozen > depths.layers()) {
      throw new IllegalArgumentException(
          "freeze: layers(%s), but the encoder has %s; all but the head is Freeze.encoder()"
              .formatted(frozen, depths.layers()));
    }
  }

  /** The share for a parameter; empty if it is frozen. */
  public Optional<Double> of(ParameterSpec spec) {
    int depth = depths.of(spec);
    if (depth <= frozen && depth < depths.head()) {
      return Optional.empty();
    }
    OptionalDouble head = options.headLearningRate();
    if (depth == depths.head() && head.isPresent()) {
      return Optional.of(head.getAsDouble() / options.learningRate());
    }
    return Optional.of(Math.pow(options.layerDecay(), depths.head() - depth));
  }
}
