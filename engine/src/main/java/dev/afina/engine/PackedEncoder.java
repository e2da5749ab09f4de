package dev.afina.engine;

import static dev.afina.engine.TorchScriptModule.listOf;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The layers of an encoder of BERT's kin, for prediction only: in one call of native code, with
 * weights in the layout that the kernels read fastest.
 *
 * <p>What it saves: MKL copies a weight into another layout at each product, oneDNN does so once
 * (1.1 times as fast on one core, at 130 tokens as at 1,000); query, key and value are one product;
 * GELU is part of its product; attention is PyTorch's fused kernel; and an operation costs less
 * than when it is called from Java.
 *
 * <p>Owns copies of the weights until closed. Any number of threads may apply it.
 */
public final class PackedEncoder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PackedEncoder.class);

  /** The numbers in which linear layers are computed. */
  public enum Format {
    /** float32 by oneDNN. */
    FLOAT32("Tensor", 64, 1e-4),
    /** Inputs, weights and results rounded to bfloat16, sums in float32, by oneDNN. */
    BFLOAT16("Tensor", 64, 0.05),
    /**
     * 8 bits by FBGEMM: weights with one scale a row, inputs with one scale for all tokens of the
     * batch at hand. Inputs have 7 bits on processors without VNNI instructions, whose sums of 8
     * bits overflow.
     */
    INT8("__torch__.torch.classes.quantized.LinearPackedParamsBase", 1, 0.15);

    private final String weightType;
    private final int block;
    private final double tolerance;

    @SuppressWarnings("ImmutableEnumChecker") // set on first use
    private Optional<PackedCheck> checked = Optional.empty();

    @SuppressWarnings("ImmutableEnumChecker")
    private boolean opened;

    /**
     * @param block weights get rows of zeros until they are a multiple of it: on some processors
     *     (seen on AMD Zen 5) oneDNN 3.7.1 computes the outputs beyond the last whole block of 64
     *     wrongly
     * @param tolerance how far a product may be from the plain one, as a share of the output's
     *     greatest value; measured differences are a quarter of it or less
     */
    Format(String weightType, int block, double tolerance) {
      this.weightType = weightType;
      this.block = block;
      this.tolerance = tolerance;
    }

    /** The kernels; empty where PyTorch lacks them or {@code -Dafina.fusedOps=false} was given. */
    private synchronized Optional<PackedCheck> checked() {
      if (!opened) {
        opened = true;
        checked =
            TorchScriptModule.openFirst(
                "packed encoders in " + name(),
                functions(),
                module -> {
                  PackedCheck.selfTest(this, module);
                  return new PackedCheck(this, module);
                });
      }
      return checked;
    }

    /** The fastest first. */
    private List<String> functions() {
      List<String> linears =
          switch (this) {
            case FLOAT32 -> List.of(PackedKernels.FLOAT32);
            case BFLOAT16 -> List.of(PackedKernels.BFLOAT16, PackedKernels.UNPACKED_BFLOAT16);
            case INT8 ->
                List.of(
                    PackedKernels.INT8.replace(
                        "REDUCED", PackedCheck.overflows() ? "True" : "False"));
          };
      return linears.stream()
          .map(linear -> (linear + PackedKernels.STACK).replace("WEIGHT", weightType))
          .toList();
    }

    double tolerance() {
      return tolerance;
    }
  }

  /** The activations between the two layers of a feed-forward network. */
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

  /** A linear layer: weight (out, in) and bias (out). */
  public record Linear(NDArray weight, NDArray bias) {}

  /** A LayerNorm: weight and bias (H). */
  public record Norm(NDArray weight, NDArray bias) {}

  /** One layer: attention, then a feed-forward network, each added to its input and normalised. */
  public record Layer(
      Linear query,
      Linear key,
      Linear value,
      Linear attentionOutput,
      Norm attentionNorm,
      Linear intermediate,
      Linear output,
      Norm outputNorm) {}

  private final TorchScriptModule module;
  private final List<IValue> owned = new ArrayList<>();
  private final IValue weights;
  private final IValue biases;
  private final IValue norms;
  private final IValue heads;
  private final IValue activation;
  private final IValue epsilon;

  private PackedEncoder(
      TorchScriptModule module,
      List<IValue> weights,
      List<NDArray> biases,
      List<NDArray> norms,
      int heads,
      Activation activation,
      double epsilon) {
    this.module = module;
    this.weights = own(IValue.listFrom(weights.toArray(IValue[]::new)));
    this.biases = own(listOf(biases));
    this.norms = own(listOf(norms));
    this.heads = own(IValue.from((long) heads));
    this.activation = own(IValue.from(activation.name()));
    this.epsilon = own(IValue.from(epsilon));
  }

  /**
   * Packs layers as they are now, and compares products of each shape with plain ones.
   *
   * @param layers at least one
   * @param heads of the attention
   * @param epsilon of the LayerNorms
   * @return empty where PyTorch lacks the kernels, where they compute wrongly on this machine (one
   *     line of the log says which) or {@code -Dafina.fusedOps=false} was given
   */
  public static Optional<PackedEncoder> of(
      Format format, List<Layer> layers, int heads, Activation activation, double epsilon) {
    return format.checked().flatMap(check -> of(format, check, layers, heads, activation, epsilon));
  }

  /** The same with kernels of the caller's. */
  // The natives report failure by many exception types; any of them means "not here".
  @SuppressWarnings("PMD.AvoidCatchingGenericException")
  static Optional<PackedEncoder> of(
      Format format,
      PackedCheck check,
      List<Layer> layers,
      int heads,
      Activation activation,
      double epsilon) {
    try {
      return Optional.of(
          pack(format, check.module(), layers, heads, activation, epsilon, Optional.of(check)));
    } catch (RuntimeException e) {
      log.warn(
          "packed layers in {} are not usable here: {}; the plain path serves, slower",
          format,
          TorchScriptModule.reason(e));
      return Optional.empty();
    }
  }

  /**
   * Packs layers.
   *
   * @param check compares products while the layers are packed
   * @throws RuntimeException where a product differs from the plain one, or a kernel fails
   */
  static PackedEncoder pack(
      Format format,
      TorchScriptModule module,
      List<Layer> layers,
      int heads,
      Activation activation,
      double epsilon,
      Optional<PackedCheck> check) {
    List<IValue> weights = new ArrayList<>();
    try (NDManager scope = PyTorch.newManager()) {
      List<NDArray> biases = new ArrayList<>();
      List<NDArray> norms = new ArrayList<>();
      for (int l = 0; l < layers.size(); l++) {
        Layer layer = layers.get(l);
        for (Product product : products(layer, l == layers.size() - 1, scope)) {
          Linear padded = product.padded(format.block, scope);
          IValue weight = pack(module, padded);
          weights.add(weight);
          biases.add(padded.bias);
          boolean activated = product.activated && activation == Activation.GELU;
          check.ifPresent(c -> c.linear(padded, weight, activated));
        }
        norms.addAll(List.of(layer.attentionNorm.weight, layer.attentionNorm.bias));
        norms.addAll(List.of(layer.outputNorm.weight, layer.outputNorm.bias));
      }
      long hidden = layers.get(0).attentionOutput.weight.getShape().get(0);
      check.ifPresent(c -> c.attention(heads, hidden));
      return new PackedEncoder(module, weights, biases, norms, heads, activation, epsilon);
    } finally {
      weights.forEach(IValue::close); // the encoder's list holds them
    }
  }

  /** The products of a layer, in the order in which they are needed. */
  private static List<Product> products(Layer layer, boolean last, NDManager scope) {
    List<Product> products = new ArrayList<>();
    if (last) { // queries of the first tokens only
      products.add(new Product(layer.query, false, false));
      products.add(new Product(together(scope, layer.key, layer.value), false, false));
    } else {
      products.add(new Product(together(scope, layer.query, layer.key, layer.value), false, false));
    }
    products.add(new Product(layer.attentionOutput, false, false));
    products.add(new Product(layer.intermediate, true, false));
    products.add(new Product(layer.output, false, true));
    return products;
  }

  /**
   * A linear layer that is one product.
   *
   * @param activated whether the activation follows
   * @param afterPadded whether its input keeps what padding makes in the layer before
   */
  private record Product(Linear linear, boolean activated, boolean afterPadded) {

    /**
     * The layer with rows of zeros up to a multiple of {@code block}. The outputs that these make
     * are cut off, but for those of the intermediate layer: whatever the activation makes of them,
     * the next layer has columns of zeros for them.
     */
    Linear padded(int block, NDManager scope) {
      NDArray weight =
          afterPadded ? PackedEncoder.padded(linear.weight, 1, block, scope) : linear.weight;
      return new Linear(
          PackedEncoder.padded(weight, 0, block, scope),
          PackedEncoder.padded(linear.bias, 0, block, scope));
    }
  }

  private static NDArray padded(NDArray array, int axis, int block, NDManager scope) {
    long missing = Math.floorMod(-array.getShape().get(axis), (long) block);
    if (missing == 0) {
      return array;
    }
    long[] shape = array.getShape().getShape().clone();
    shape[axis] = missing;
    NDArray padded = NDArrays.concat(new NDList(array, scope.zeros(new Shape(shape))), axis);
    padded.attach(scope);
    return padded;
  }

  /**
   * Runs all layers, the last one for the first token of each text only.
   *
   * @param x (T, H): groups of texts of equal length
   * @param texts of each group
   * @param lengths of the texts of each group, in tokens
   * @param firstTokens (B): each text's first row
   * @return (B, H), in x's manager
   */
  public NDArray apply(NDArray x, long[] texts, long[] lengths, NDArray firstTokens) {
    try (IValue input = IValue.from((PtNDArray) x);
        IValue counts = IValue.listFrom(texts);
        IValue sizes = IValue.listFrom(lengths);
        IValue first = IValue.from((PtNDArray) firstTokens);
        IValue result =
            module.call(
                "stack",
                input,
                counts,
                sizes,
                first,
                weights,
                biases,
                norms,
                heads,
                activation,
                epsilon)) {
      return result.toTensor((PtNDManager) x.getManager());
    }
  }

  @Override
  public void close() {
    NativeUse.free(() -> owned.forEach(IValue::close));
  }

  private IValue own(IValue value) {
    owned.add(value);
    return value;
  }

  private static IValue pack(TorchScriptModule module, Linear linear) {
    try (IValue weight = IValue.from((PtNDArray) linear.weight);
        IValue bias = IValue.from((PtNDArray) linear.bias)) {
      return module.call("pack", weight, bias);
    }
  }

  private static Linear together(NDManager scope, Linear... linears) {
    NDList weights = new NDList();
    NDList biases = new NDList();
    for (Linear linear : linears) {
      weights.add(linear.weight);
      biases.add(linear.bias);
    }
    NDArray weight = NDArrays.concat(weights);
    NDArray bias = NDArrays.concat(biases);
    weight.attach(scope);
    bias.attach(scope);
    return new Linear(weight, bias);
  }
}
