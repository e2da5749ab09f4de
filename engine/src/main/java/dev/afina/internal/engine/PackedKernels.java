package dev.afina.internal.engine;

import static dev.afina.internal.engine.TorchScriptModule.listOf;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of an encoder's layers for prediction, each as one call of native code with weights in
 * the layout that the kernels read fastest.
 *
 * <p>This saves time in several ways. MKL copies a weight into another layout at each product;
 * oneDNN does so once (1.1 times as fast on one core, for 130 as for 1,000 tokens). Query, key and
 * value are one product. GELU is part of its product. Attention is PyTorch's fused kernel. And an
 * operation costs less than when it is called from Java.
 *
 * <p>Nothing is recorded by autograd. Thread safe. Results belong to the manager of the first array
 * argument.
 */
public final class PackedKernels {
  private final PackedFormat format;
  private final TorchScriptModule module;
  private final PackedCheck check;

  PackedKernels(PackedFormat format, TorchScriptModule module) {
    this.format = format;
    this.module = module;
    this.check = new PackedCheck(this);
  }

  /** The activations that may follow a linear layer. */
  public enum Activation {
    GELU,
    GELU_TANH,
    GELU_10,
    QUICK_GELU,
    RELU,
    RELU_SQUARED,
    RELU_6,
    LEAKY_RELU,
    SILU,
    HARD_SWISH,
    MISH,
    SQRT_SOFTPLUS,
    TANH,
    SIGMOID,
    LAPLACE,
    LINEAR
  }

  /**
   * Packs a copy of a linear layer, and compares a product of its shape with a plain one.
   *
   * @param weight (out, in)
   * @param bias (out)
   * @param activation the activation that follows it
   * @return a copy, to be closed
   * @throws IllegalStateException if the kernel computes products of this shape wrongly on this
   *     machine, or the format cannot represent a weight
   */
  public PackedLinear pack(NDArray weight, NDArray bias, Activation activation) {
    return pack(weight, bias, activation, true);
  }

  PackedLinear pack(NDArray weight, NDArray bias, Activation activation, boolean checked) {
    return PackedLinear.of(this, weight, bias, activation, checked, false);
  }

  /**
   * Packs key and value of a layer whose queries may be needed for first tokens only. A plain copy
   * is kept as well, because one query per text takes less arithmetic without computing keys and
   * values.
   *
   * @param weight (2 · H, H): the key's rows, then the value's
   * @param bias (2 · H)
   * @return a copy, to be closed
   * @throws IllegalStateException as {@link #pack}
   */
  public PackedLinear packKeyValue(NDArray weight, NDArray bias) {
    return packKeyValue(weight, bias, true);
  }

  PackedLinear packKeyValue(NDArray weight, NDArray bias, boolean checked) {
    return PackedLinear.of(this, weight, bias, Activation.LINEAR, checked, true);
  }

  /**
   * Computes the context of each query row.
   *
   * @param query (R, H)
   * @param key (T, H)
   * @param value (T, H)
   * @return (R, H)
   */
  public NDArray attention(NDArray query, NDArray key, NDArray value, AttentionCall call) {
    check.attention(call, query.getShape().get(1));
    return uncheckedAttention(query, key, value, call);
  }

  NDArray uncheckedAttention(NDArray query, NDArray key, NDArray value, AttentionCall call) {
    try (Arguments in =
        new Arguments()
            .array(query)
            .array(key)
            .array(value)
            .numbers(call.texts())
            .numbers(call.lengths())
            .number(call.rows())
            .number(call.heads())
            .number(call.scale())
            .arrays(call.biases())
            .arrays(call.rotary())
            .flag(call.byProducts())) {
      return call("attention", query, in);
    }
  }

  /**
   * Adds rows of some tables and normalizes the sum.
   *
   * @param tables (rows, H) each, at least one
   * @param ids T numbers for each table, in range
   * @param weight (H), of the LayerNorm
   * @param bias (H)
   * @return (T, H), in {@code manager}
   */
  public NDArray embeddings(
      List<NDArray> tables,
      List<long[]> ids,
      NDArray weight,
      NDArray bias,
      double epsilon,
      NDManager manager) {
    try (Arguments in =
        new Arguments()
            .arrays(tables)
            .numbers(joined(ids))
            .array(weight)
            .array(bias)
            .number(epsilon)) {
      return call("embeddings", manager, in);
    }
  }

  /** Concatenates the ids of all tables. */
  static long[] joined(List<long[]> ids) {
    int tokens = ids.get(0).length;
    long[] all = new long[ids.size() * tokens];
    for (int i = 0; i < ids.size(); i++) {
      System.arraycopy(ids.get(i), 0, all, i * tokens, tokens);
    }
    return all;
  }

  /**
   * Whether a {@link PackedNetwork} is computed correctly on this machine. It is compared with
   * plain operators on the first call; a warning is logged if it is wrong.
   */
  public boolean isNetworkRight() {
    return check.isNetworkRight();
  }

  /**
   * Whether all parts of a network are computed correctly on this machine when they are called one
   * by one.
   */
  public boolean arePartsRight() {
    return check.arePartsRight();
  }

  public PackedFormat format() {
    return format;
  }

  PackedCheck check() {
    return check;
  }

  /** Calls a function; the result is in the manager of {@code like}. */
  NDArray call(String function, NDArray like, Arguments in) {
    return call(function, like.getManager(), in);
  }

  /** Calls a function; the result is in {@code manager}. */
  NDArray call(String function, NDManager manager, Arguments in) {
    try (IValue result = module.call(function, in.values())) {
      return result.toTensor((PtNDManager) manager);
    }
  }

  /** The same for a function that is called once or twice. */
  NDArray callSeldom(String function, NDArray like, Arguments in) {
    try (IValue result = module.callSeldom(function, in.values())) {
      return result.toTensor((PtNDManager) like.getManager());
    }
  }

  /** A weight in the layout of the kernels, to be closed. */
  IValue packed(NDArray weight, NDArray bias) {
    try (Arguments in = new Arguments().array(weight).array(bias)) {
      return module.call("pack", in.values());
    }
  }

  /** The arguments of one call. Those that are not borrowed are freed with it. */
  static final class Arguments implements AutoCloseable {
    private final List<IValue> all = new ArrayList<>();
    private final List<IValue> owned = new ArrayList<>();

    Arguments array(NDArray array) {
      return own(IValue.from((PtNDArray) array));
    }

    Arguments arrays(List<NDArray> arrays) {
      return own(listOf(arrays));
    }

    Arguments numbers(long... numbers) {
      return own(IValue.listFrom(numbers));
    }

    Arguments number(long number) {
      return own(IValue.from(number));
    }

    Arguments number(double number) {
      return own(IValue.from(number));
    }

    Arguments flag(boolean flag) {
      return own(IValue.from(flag));
    }

    Arguments text(String text) {
      return own(IValue.from(text));
    }

    Arguments borrowed(IValue value) {
      all.add(value);
      return this;
    }

    private Arguments own(IValue value) {
      all.add(value);
      owned.add(value);
      return this;
    }

    IValue[] values() {
      return all.toArray(IValue[]::new);
    }

    @Override
    public void close() {
      owned.forEach(IValue::close);
    }
  }
}
