package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a post-norm encoder layer: attention and a feed-forward network, each followed by a
 * sum and a LayerNorm.
 *
 * @param projections query, key and value as one layer; or the query, then {@linkplain
 *     PackedKernels#packKeyValue key and value}, if queries may be needed for first tokens only
 * @param attentionOutput from H to H
 * @param intermediate from H to F, with its activation
 * @param output from F to H
 * @param norms weight and bias (H) of the LayerNorm after attention, then of that at the end
 */
public record PackedLayer(
    List<PackedLinear> projections,
    PackedLinear attentionOutput,
    PackedLinear intermediate,
    PackedLinear output,
    List<NDArray> norms) {

  /** Whether queries are separate, so that they may be computed for first tokens only. */
  boolean asksApart() {
    return projections.size() == 2;
  }

  /** In the order in which they are needed. */
  List<PackedLinear> linears() {
    List<PackedLinear> all = new ArrayList<>(projections);
    all.addAll(List.of(attentionOutput, intermediate, output));
    return all;
  }
}
