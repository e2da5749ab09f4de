package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import dev.afina.internal.engine.PackedKernels.Arguments;
import java.util.List;
import java.util.stream.Stream;

/**
 * A stack of layers as a single call of native code, with the same results as their parts one by
 * one. A call of native code costs as much as a product of few tokens.
 *
 * <p>Holds the weights of the parts until closed. Thread safe.
 */
public final class PackedStack implements AutoCloseable {
  private final PackedKernels kernels;
  private final long hidden;
  private final boolean mayAskFirst;
  private final IValue weights;
  private final IValue biases;
  private final IValue norms;
  private final IValue plain;
  private final IValue wide;
  private final IValue activation;
  private final IValue epsilon;

  /**
   * Puts layers together.
   *
   * @param hidden H
   * @param layers at least one, of equal sizes and activation; the last one alone may have its
   *     query apart
   * @param epsilon of all norms
   */
  public PackedStack(long hidden, List<PackedLayer> layers, double epsilon) {
    for (PackedLayer layer : layers.subList(0, layers.size() - 1)) {
      if (layer.asksApart()) {
        throw new IllegalArgumentException(
            "layers: expected first tokens to be asked for by the last one only");
      }
    }
    PackedLayer last = layers.get(layers.size() - 1);
    this.mayAskFirst = last.asksApart();
    PackedLinear intermediate = layers.get(0).intermediate();
    List<PackedLinear> linears = layers.stream().flatMap(l -> l.linears().stream()).toList();
    this.kernels = intermediate.kernels();
    this.hidden = hidden;
    this.weights = list(linears.stream().map(PackedLinear::weight));
    this.biases = list(linears.stream().map(PackedLinear::bias));
    this.norms =
        TorchScriptModule.listOf(layers.stream().flatMap(l -> l.norms().stream()).toList());
    this.plain =
        mayAskFirst
            ? list(Stream.of(last.projections().get(1).plain()))
            : TorchScriptModule.listOf(List.of());
    this.wide = intermediate.outputs();
    this.activation = intermediate.activation();
    this.epsilon = IValue.from(epsilon);
  }

  private static IValue list(Stream<IValue> values) {
    return IValue.listFrom(values.toArray(IValue[]::new));
  }

  /**
   * Applies all layers.
   *
   * @param x (T, H)
   * @param call which tokens the last layer is asked for; biases are those of all tokens
   * @return (T, H), or (B, H) of first tokens, in x's manager
   * @throws IllegalArgumentException for first tokens of a last layer whose query is not apart
   */
  public NDArray apply(NDArray x, AttentionCall call) {
    kernels.check().attention(call, hidden);
    return uncheckedApply(x, call);
  }

  NDArray uncheckedApply(NDArray x, AttentionCall call) {
    try (Arguments in = new Arguments().array(x)) {
      return kernels.call("post_norm_stack", x, with(in, call));
    }
  }

  /** Adds what the layers need beside their input. */
  Arguments with(Arguments in, AttentionCall call) {
    if (call.firstOnly() && !mayAskFirst) {
      throw new IllegalArgumentException("call: is for first tokens, expected all");
    }
    in.borrowed(weights)
        .borrowed(biases)
        .borrowed(norms)
        .borrowed(plain)
        .borrowed(wide)
        .borrowed(activation)
        .borrowed(epsilon)
        .number(call.rows());
    return PackedLinear.options(in, hidden, call);
  }

  PackedKernels kernels() {
    return kernels;
  }

  long hidden() {
    return hidden;
  }

  @Override
  public void close() {
    NativeUse.free(
        () -> {
          weights.close();
          biases.close();
          norms.close();
          plain.close();
          epsilon.close();
        });
  }
}
