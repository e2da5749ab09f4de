package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import dev.afina.internal.engine.PackedKernels.Activation;
import dev.afina.internal.engine.PackedKernels.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer in the layout of the kernels, with the operations that can follow it in the same
 * call of native code. Owns a copy of the weights until closed. Thread safe. Results belong to the
 * manager of the first array argument.
 */
public final class PackedLinear implements AutoCloseable {
  private final PackedKernels kernels;
  private final IValue weight;
  private final IValue bias;
  private final IValue outputs;
  private final IValue activation;
  private final @Nullable IValue plain;

  private PackedLinear(
      PackedKernels kernels,
      IValue weight,
      IValue bias,
      long outputs,
      Activation activation,
      @Nullable IValue plain) {
    this.kernels = kernels;
    this.weight = weight;
    this.bias = bias;
    this.outputs = IValue.from(outputs);
    this.activation = IValue.from(activation.name());
    this.plain = plain;
  }

  /**
   * See {@link PackedKernels#pack}.
   *
   * @param keepsPlain whether it is asked for key and value, of which a plain copy is kept, too
   */
  static PackedLinear of(
      PackedKernels kernels,
      NDArray weight,
      NDArray bias,
      Activation activation,
      boolean checked,
      boolean keepsPlain) {
    kernels.format().requireInRange(weight);
    try (NDManager scope = PyTorch.newManager()) {
      NDArray wide = padded(weight, kernels.format().block(), scope);
      NDArray wideBias = padded(bias, kernels.format().block(), scope);
      IValue packed = kernels.packed(wide, wideBias);
      try {
        if (checked) {
          kernels.check().linear(wide, wideBias, packed, activation == Activation.GELU);
        }
        // Its own copy: without padding it would be the model's array, which training changes.
        IValue own = wideBias == bias ? copy(bias, scope) : IValue.from((PtNDArray) wideBias);
        IValue plain = keepsPlain ? copy(weight, scope) : null;
        return new PackedLinear(kernels, packed, own, weight.getShape().get(0), activation, plain);
      } catch (RuntimeException e) {
        packed.close();
        throw e;
      }
    }
  }

  /**
   * Applies the layer and the activation it was packed with.
   *
   * @param x (R, in)
   * @return (R, out)
   */
  public NDArray apply(NDArray x) {
    try (Arguments in =
        new Arguments()
            .array(x)
            .borrowed(weight)
            .borrowed(bias)
            .borrowed(outputs)
            .borrowed(activation)) {
      return kernels.call("apply", x, in);
    }
  }

  /**
   * Applies the layer and multiplies the two halves of its outputs, the first one activated
   * (Shazeer 2020, arXiv 2002.05202). The layer must be packed with {@link Activation#LINEAR}.
   *
   * @param x (R, in)
   * @param first of the first half
   * @return (R, out / 2)
   */
  public NDArray gated(NDArray x, Activation first) {
    try (Arguments in =
        new Arguments()
            .array(x)
            .borrowed(weight)
            .borrowed(bias)
            .borrowed(outputs)
            .text(first.name())) {
      return kernels.call("gated", x, in);
    }
  }

  /**
   * Applies the layer, adds {@code residual}, and applies a LayerNorm to the sum.
   *
   * @param x (R, in)
   * @param residual (R, out)
   * @param normWeight (out)
   * @param normBias (out)
   * @return (R, out)
   */
  public NDArray addNorm(
      NDArray x, NDArray residual, NDArray normWeight, NDArray normBias, double epsilon) {
    try (Arguments in =
        new Arguments()
            .array(x)
            .borrowed(weight)
            .borrowed(bias)
            .array(residual)
            .array(normWeight)
            .array(normBias)
            .number(epsilon)) {
      return kernels.call("add_norm", x, in);
    }
  }

  /**
   * Computes attention of all tokens, if this layer computes query, key and value.
   *
   * @param x (T, in)
   * @param hidden H; the layer has 3 · H outputs
   * @return (T, H)
   */
  public NDArray selfAttention(NDArray x, long hidden, AttentionCall call) {
    kernels.check().attention(call, hidden);
    return uncheckedSelfAttention(x, hidden, call);
  }

  NDArray uncheckedSelfAttention(NDArray x, long hidden, AttentionCall call) {
    if (call.firstOnly()) {
      throw new IllegalArgumentException("call: is for first tokens, expected all");
    }
    try (Arguments in = new Arguments().array(x).borrowed(weight).borrowed(bias)) {
      return kernels.call("self_attention", x, options(in, hidden, call));
    }
  }

  /**
   * Computes attention of all tokens, or of the first token of each text, if this layer computes
   * their queries.
   *
   * @param input (R, in): the rows of {@code x} that the call is for
   * @param keyValue gives key and value, see {@link PackedKernels#packKeyValue}
   * @param x (T, in)
   * @param hidden H; this layer has H outputs, {@code keyValue} 2 · H
   * @return (R, H)
   */
  public NDArray queryAttention(
      NDArray input, PackedLinear keyValue, NDArray x, long hidden, AttentionCall call) {
    kernels.check().attention(call, hidden);
    return uncheckedQueryAttention(input, keyValue, x, hidden, call);
  }

  NDArray uncheckedQueryAttention(
      NDArray input, PackedLinear keyValue, NDArray x, long hidden, AttentionCall call) {
    try (Arguments in =
        new Arguments()
            .array(input)
            .borrowed(weight)
            .borrowed(bias)
            .array(x)
            .borrowed(keyValue.weight)
            .borrowed(keyValue.bias)
            .borrowed(keyValue.plain())
            .number(call.rows())) {
      return kernels.call("query_attention", input, options(in, hidden, call));
    }
  }

  /** The weight in the layout of the kernels; stays this layer's. */
  IValue weight() {
    return weight;
  }

  /** The bias, as long as the weight is wide; stays this layer's. */
  IValue bias() {
    return bias;
  }

  /** The outputs; stays this layer's. */
  IValue outputs() {
    return outputs;
  }

  /** The activation's name; stays this layer's. */
  IValue activation() {
    return activation;
  }

  /**
   * The weight (2 · H, H) of key and value as it was; stays this layer's.
   *
   * @throws IllegalStateException for another layer
   */
  IValue plain() {
    if (plain == null) {
      throw new IllegalStateException("a layer was packed for other than key and value");
    }
    return plain;
  }

  PackedKernels kernels() {
    return kernels;
  }

  static Arguments options(Arguments in, long hidden, AttentionCall call) {
    return in.number(hidden)
        .numbers(call.texts())
        .numbers(call.lengths())
        .number(call.heads())
        .number(call.scale())
        .arrays(call.biases())
        .arrays(call.rotary())
        .flag(call.byProducts());
  }

  private static IValue copy(NDArray array, NDManager scope) {
    NDArray copy = array.duplicate();
    copy.attach(scope);
    return IValue.from((PtNDArray) copy);
  }

  /** The array with zeros behind it up to a multiple of {@code block}; itself where it is one. */
  private static NDArray padded(NDArray array, int block, NDManager scope) {
    long missing = Math.floorMod(-array.getShape().get(0), (long) block);
    if (missing == 0) {
      return array;
    }
    long[] shape = array.getShape().getShape().clone();
    shape[0] = missing;
    NDArray padded = NDArrays.concat(new NDList(array, scope.zeros(new Shape(shape))), 0);
    padded.attach(scope);
    return padded;
  }

  @Override
  public void close() {
    NativeUse.free(
        () -> {
          weight.close();
          bias.close();
          outputs.close();
          activation.close();
          if (plain != null) {
            plain.close();
          }
        });
  }
}
