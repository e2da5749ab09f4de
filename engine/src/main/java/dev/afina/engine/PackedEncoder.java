package dev.afina.engine;

import static dev.afina.engine.TorchScriptModule.listOf;
import static dev.afina.engine.TorchScriptModule.require;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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

  /** The numbers in which linear layers are computed. */
  public enum Format {
    /** float32 by oneDNN. */
    FLOAT32("Tensor", Kernels.FLOAT32, 1e-5),
    /** Inputs, weights and results rounded to bfloat16, sums in float32, by oneDNN. */
    BFLOAT16("Tensor", Kernels.BFLOAT16, 0.05),
    /**
     * 8 bits by FBGEMM: weights with one scale a row, inputs with one scale for all tokens of the
     * batch at hand.
     */
    INT8("__torch__.torch.classes.quantized.LinearPackedParamsBase", Kernels.INT8, 0.1);

    private final String functions;
    private final double tolerance;

    @SuppressWarnings("ImmutableEnumChecker") // set on first use
    private Optional<TorchScriptModule> module = Optional.empty();

    @SuppressWarnings("ImmutableEnumChecker")
    private boolean opened;

    Format(String weightType, String kernels, double tolerance) {
      this.functions = (kernels + Kernels.STACK).replace("WEIGHT", weightType);
      this.tolerance = tolerance;
    }

    /** The kernels; empty where PyTorch lacks them or {@code -Dafina.fusedOps=false} was given. */
    private synchronized Optional<TorchScriptModule> module() {
      if (!opened) {
        opened = true;
        module =
            TorchScriptModule.open(
                "packed encoders in " + name(),
                functions,
                m -> {
                  selfTest(m, tolerance);
                  return m;
                });
      }
      return module;
    }
  }

  /** The activations between the two layers of a feed-forward network. */
  public enum Activation {
    GELU,
    GELU_TANH,
    RELU,
    SILU
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
      List<Layer> layers,
      int heads,
      Activation activation,
      double epsilon) {
    this.module = module;
    try (NDManager scope = PyTorch.newManager()) {
      List<IValue> packed = new ArrayList<>();
      List<NDArray> biasArrays = new ArrayList<>();
      List<NDArray> normArrays = new ArrayList<>();
      for (int l = 0; l < layers.size(); l++) {
        Layer layer = layers.get(l);
        List<Linear> linears = new ArrayList<>();
        if (l == layers.size() - 1) { // queries of the first tokens only
          linears.add(layer.query);
          linears.add(together(scope, layer.key, layer.value));
        } else {
          linears.add(together(scope, layer.query, layer.key, layer.value));
        }
        linears.addAll(List.of(layer.attentionOutput, layer.intermediate, layer.output));
        for (Linear linear : linears) {
          packed.add(pack(linear));
          biasArrays.add(linear.bias);
        }
        normArrays.addAll(List.of(layer.attentionNorm.weight, layer.attentionNorm.bias));
        normArrays.addAll(List.of(layer.outputNorm.weight, layer.outputNorm.bias));
      }
      this.weights = own(IValue.listFrom(packed.toArray(IValue[]::new)));
      packed.forEach(IValue::close); // the list holds them
      this.biases = own(listOf(biasArrays));
      this.norms = own(listOf(normArrays));
    }
    this.heads = own(IValue.from((long) heads));
    this.activation = own(IValue.from(activation.name()));
    this.epsilon = own(IValue.from(epsilon));
  }

  /**
   * Packs layers as they are now.
   *
   * @param layers at least one
   * @param heads of the attention
   * @param epsilon of the LayerNorms
   * @return empty where PyTorch lacks the kernels or {@code -Dafina.fusedOps=false} was given
   */
  public static Optional<PackedEncoder> of(
      Format format, List<Layer> layers, int heads, Activation activation, double epsilon) {
    return format.module().map(m -> new PackedEncoder(m, layers, heads, activation, epsilon));
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

  private IValue pack(Linear linear) {
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

  /**
   * One layer of one head and size 2, all weights zero but the biases: its result is the LayerNorm
   * of the input plus the last bias, whatever attention finds.
   */
  private static void selfTest(TorchScriptModule module, double tolerance) {
    try (NDManager manager = PyTorch.newManager()) {
      NDArray zeros = manager.zeros(new Shape(2, 2));
      Linear nothing = new Linear(zeros, manager.zeros(new Shape(2)));
      Norm norm = new Norm(manager.ones(new Shape(2)), manager.create(new float[] {0, 10}));
      Layer layer = new Layer(nothing, nothing, nothing, nothing, norm, nothing, nothing, norm);
      try (PackedEncoder encoder =
          new PackedEncoder(module, List.of(layer), 1, Activation.GELU, 1e-12)) {
        NDArray x = manager.create(new float[][] {{1, 3}, {5, 5}, {8, -2}});
        NDArray first = manager.create(new long[] {0, 2});
        float[] y = encoder.apply(x, new long[] {1, 1}, new long[] {2, 1}, first).toFloatArray();
        // (1, 3) → (-1, 1) + (0, 10) → (-1, 1) + (0, 10); (8, -2) → (1, 9) → (-1, 11).
        float[] expected = {-1, 11, -1, 11};
        require(y.length == expected.length, "stack");
        for (int i = 0; i < y.length; i++) {
          require(Math.abs(y[i] - expected[i]) <= tolerance, "stack, got " + Arrays.toString(y));
        }
      }
    }
  }

  /** TorchScript, in the dialect that a saved module holds. */
  private static final class Kernels {
    static final String FLOAT32 =
        """
        def pack(self: __torch__.Ops, weight: Tensor, bias: Tensor) -> Tensor:
          return ops.mkldnn._reorder_linear_weight(weight, None)
        def linear(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor, then: str) -> Tensor:
          return ops.mkldnn._linear_pointwise(x, weight, bias, then, annotate(List[Optional[number]], []), "none")
        """;

    static final String BFLOAT16 =
        """
        def pack(self: __torch__.Ops, weight: Tensor, bias: Tensor) -> Tensor:
          return ops.mkldnn._reorder_linear_weight(torch.to(weight, 15, False, False, None), None)
        def linear(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor, then: str) -> Tensor:
          x16 = torch.to(x, 15, False, False, None)
          bias16 = torch.to(bias, 15, False, False, None)
          y = ops.mkldnn._linear_pointwise(x16, weight, bias16, then, annotate(List[Optional[number]], []), "none")
          return torch.to(y, 6, False, False, None)
        """;

    // The scale of a row maps its greatest weight to 127; dtype 12 is qint8, 4 int64.
    static final String INT8 =
        """
        def pack(self: __torch__.Ops, weight: Tensor, bias: Tensor) -> WEIGHT:
          greatest = torch.amax(torch.abs(weight), [1], False)
          scales = torch.div(torch.clamp(greatest, 1e-30, None), 127.)
          zeros = torch.zeros_like(scales, dtype=4, layout=None, device=None, pin_memory=None, memory_format=None)
          return ops.quantized.linear_prepack(torch.quantize_per_channel(weight, scales, zeros, 0, 12), bias)
        def linear(self: __torch__.Ops, x: Tensor, weight: WEIGHT, bias: Tensor, then: str) -> Tensor:
          y = ops.quantized.linear_dynamic(x, weight, False)
          if then == "gelu":
            y = torch.gelu(y, approximate="none")
          return y
        """;

    static final String STACK =
        """
        def intermediate(self: __torch__.Ops, x: Tensor, weight: WEIGHT, bias: Tensor, activation: str) -> Tensor:
          if activation == "GELU":
            y = (self).linear(x, weight, bias, "gelu", )
          else:
            y = (self).linear(x, weight, bias, "none", )
            if activation == "GELU_TANH":
              y = torch.gelu(y, approximate="tanh")
            elif activation == "RELU":
              y = torch.relu(y)
            else:
              y = torch.silu(y)
          return y
        def attention(self: __torch__.Ops, q: Tensor, kv: Tensor, texts: List[int], lengths: List[int], rows: int, heads: int) -> Tensor:
          hidden = torch.size(q, 1)
          size = hidden // heads
          contexts = annotate(List[Tensor], [])
          from_q = 0
          from_kv = 0
          for g in range(len(texts)):
            n = texts[g]
            s = lengths[g]
            m = s
            if rows == 1:
              m = 1
            qg = torch.transpose(torch.view(torch.narrow(q, 0, from_q, n * m), [n, m, heads, size]), 1, 2)
            kvg = torch.view(torch.narrow(kv, 0, from_kv, n * s), [n, s, 2, heads, size])
            kg = torch.transpose(torch.select(kvg, 2, 0), 1, 2)
            vg = torch.transpose(torch.select(kvg, 2, 1), 1, 2)
            context = torch.scaled_dot_product_attention(qg, kg, vg, None, 0., False, scale=None, enable_gqa=False)
            _0 = torch.append(contexts, torch.reshape(torch.transpose(context, 1, 2), [n * m, hidden]))
            from_q = from_q + n * m
            from_kv = from_kv + n * s
          y = contexts[0]
          if len(contexts) > 1:
            y = torch.cat(contexts, 0)
          return y
        def stack(self: __torch__.Ops, x: Tensor, texts: List[int], lengths: List[int], first: Tensor, weights: List[WEIGHT], biases: List[Tensor], norms: List[Tensor], heads: int, activation: str, epsilon: float) -> Tensor:
          hidden = torch.size(x, 1)
          layers = len(norms) // 4
          y = x
          w = 0
          for l in range(layers):
            n = l * 4
            if l == layers - 1:
              rows = 1
              input = torch.index_select(y, 0, first)
              q = (self).linear(input, weights[w], biases[w], "none", )
              w = w + 1
              kv = (self).linear(y, weights[w], biases[w], "none", )
            else:
              rows = 0
              input = y
              qkv = (self).linear(y, weights[w], biases[w], "none", )
              q = torch.narrow(qkv, 1, 0, hidden)
              kv = torch.narrow(qkv, 1, hidden, 2 * hidden)
            context = (self).attention(q, kv, texts, lengths, rows, heads, )
            projected = (self).linear(context, weights[w + 1], biases[w + 1], "none", )
            attended = torch.layer_norm(torch.add_(projected, input, alpha=1), [hidden], norms[n], norms[n + 1], epsilon, False)
            expanded = (self).intermediate(attended, weights[w + 2], biases[w + 2], activation, )
            output = (self).linear(expanded, weights[w + 3], biases[w + 3], "none", )
            y = torch.layer_norm(torch.add_(output, attended, alpha=1), [hidden], norms[n + 2], norms[n + 3], epsilon, False)
            w = w + 4
          return y
        """;
  }
}
