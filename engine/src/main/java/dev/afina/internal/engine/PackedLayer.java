package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a layer that adds and normalises after attention and after its feed-forward network.
 *
 * @param projections query, key and value as one layer; or the query, then {@linkplain
 *     PackedKernels#packKeyValue key and value}, where queries may be asked for first tokens only
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

  /** Whether queries may be asked for first tokens only. */
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
