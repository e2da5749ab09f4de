package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import dev.afina.internal.engine.PackedKernels.Arguments;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A layer that adds and normalises after attention and after its feed-forward network, in one call
 * of native code: what its parts compute one after the other. It saves three calls of native code a
 * layer.
 *
 * <p>Keeps the parts' weights until closed. Any number of threads may apply it.
 */
public final class PackedLayer implements AutoCloseable {
  private final PackedKernels kernels;
  private final long hidden;
  private final IValue weights;
  private final IValue biases;
  private final IValue norms;
  private final IValue wide;
  private final IValue activation;
  private final IValue epsilon;

  /**
   * Puts parts together.
   *
   * @param hidden H
   * @param projections query, key and value as one layer; or the query, then key and value as one,
   *     where queries are asked for first tokens only
   * @param attentionOutput from H to H
   * @param intermediate from H to F, with its activation
   * @param output from F to H
   * @param norms weight and bias (H) of the LayerNorm after attention, then of that at the end
   * @param epsilon of both
   */
  public PackedLayer(
      long hidden,
      List<PackedLinear> projections,
      PackedLinear attentionOutput,
      PackedLinear intermediate,
      PackedLinear output,
      List<NDArray> norms,
      double epsilon) {
    this.kernels = output.kernels();
    this.hidden = hidden;
    List<PackedLinear> all = new ArrayList<>(projections);
    all.addAll(List.of(attentionOutput, intermediate, output));
    this.weights = list(all.stream().map(PackedLinear::weight));
    this.biases = list(all.stream().map(PackedLinear::bias));
    this.norms = TorchScriptModule.listOf(norms);
    this.wide = intermediate.outputs();
    this.activation = intermediate.activation();
    this.epsilon = IValue.from(epsilon);
  }

  private static IValue list(Stream<IValue> values) {
    return IValue.listFrom(values.toArray(IValue[]::new));
  }

  /**
   * The layer's result.
   *
   * @param input (R, H): the rows of {@code x} that are asked for
   * @param x (T, H)
   * @return (R, H), in the input's manager
   */
  public NDArray apply(NDArray input, NDArray x, AttentionCall call) {
    kernels.check().attention(call.heads(), hidden);
    return uncheckedApply(input, x, call);
  }

  NDArray uncheckedApply(NDArray input, NDArray x, AttentionCall call) {
    try (Arguments in =
        new Arguments()
            .array(input)
            .array(x)
            .borrowed(weights)
            .borrowed(biases)
            .borrowed(norms)
            .borrowed(wide)
            .borrowed(activation)
            .borrowed(epsilon)) {
      return kernels.call("post_norm_layer", input, PackedLinear.options(in, hidden, call));
    }
  }

  @Override
  public void close() {
    NativeUse.free(
        () -> {
          weights.close();
          biases.close();
          norms.close();
          epsilon.close();
        });
  }
}
