package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.PackedKernels;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The activations of feed-forward layers, by their names in config.json: all that transformers
 * opens but those with weights of their own.
 */
public enum Activation {
  /** x · Φ(x), exactly. */
  GELU(x -> x.getNDArrayInternal().gelu(), "gelu", "gelu_python"),
  /**
   * The approximation of GELU by tanh: 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))). transformers has
   * it five times; they differ in rounding only.
   */
  GELU_TANH(
      Activation::geluTanh,
      "gelu_new",
      "gelu_pytorch_tanh",
      "gelu_python_tanh",
      "gelu_fast",
      "gelu_accurate"),
  /** GELU, at most 10. */
  GELU_10(x -> x.getNDArrayInternal().gelu().minimum(scalar(x, 10)), "gelu_10"),
  /** x · σ(1.702·x). */
  QUICK_GELU(x -> x.mul(sigmoid(x.mul(scalar(x, 1.702)))), "quick_gelu"),
  /** max(0, x). */
  RELU(x -> x.getNDArrayInternal().relu(), "relu"),
  /** max(0, x)². */
  RELU_SQUARED(
      x -> {
        NDArray relu = x.getNDArrayInternal().relu();
        return relu.mul(relu);
      },
      "relu2"),
  /** min(max(0, x), 6). */
  RELU_6(Activation::relu6, "relu6"),
  /** x where it is over 0, else 0.01·x. */
  LEAKY_RELU(x -> x.getNDArrayInternal().leakyRelu(0.01f), "leaky_relu"),
  /** x · σ(x). */
  SILU(x -> x.mul(sigmoid(x)), "silu", "swish"),
  /** x · min(max(0, x + 3), 6) / 6. */
  HARD_SWISH(x -> x.mul(relu6(x.add(scalar(x, 3)))).div(scalar(x, 6)), "hardswish"),
  /** x · tanh(ln(1 + eˣ)). */
  MISH(x -> x.mul(x.getNDArrayInternal().softPlus().tanh()), "mish"),
  /** √ln(1 + eˣ). */
  SQRT_SOFTPLUS(x -> x.getNDArrayInternal().softPlus().sqrt(), "sqrtsoftplus"),
  /** The hyperbolic tangent. */
  TANH(NDArray::tanh, "tanh"),
  /** 1 / (1 + e⁻ˣ). */
  SIGMOID(Activation::sigmoid, "sigmoid"),
  /** The normal distribution of mean √½ and deviation √(1/4π), to six digits: Φ((x − μ) / σ). */
  LAPLACE(Activation::laplace, "laplace"),
  /** x itself. */
  LINEAR(x -> x, "linear");

  /** Those of transformers that are not here, and why. */
  private static final List<String> WITH_WEIGHTS = List.of("prelu", "xielu");

  @SuppressWarnings("ImmutableEnumChecker") // they hold no state
  private final UnaryOperator<NDArray> function;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
  private final List<String> names;

  Activation(UnaryOperator<NDArray> function, String... names) {
    this.function = function;
    this.names = List.of(names);
  }

  /** The activation of every element of {@code x}, in x's manager. */
  public NDArray apply(NDArray x) {
    return function.apply(x);
  }

  /** The same among the kernels. */
  PackedKernels.Activation packed() {
    return PackedKernels.Activation.valueOf(name());
  }

  /** The activation of a name in transformers. */
  public static Optional<Activation> named(String name) {
    return Arrays.stream(values()).filter(a -> a.names.contains(name)).findFirst();
  }

  /** Whether transformers has an activation of this name that has weights of its own. */
  public static boolean hasWeights(String name) {
    return WITH_WEIGHTS.contains(name);
  }

  /** The names in transformers of all that are here. */
  public static List<String> allNames() {
    return Arrays.stream(values()).flatMap(a -> a.names.stream()).toList();
  }

  private static NDArray geluTanh(NDArray x) {
    NDArray cubic = x.mul(x).mul(x).mul(scalar(x, 0.044715));
    NDArray inner = x.add(cubic).mul(scalar(x, Math.sqrt(2 / Math.PI)));
    NDArray half = x.mul(scalar(x, 0.5));
    return half.add(half.mul(inner.tanh()));
  }

  private static NDArray relu6(NDArray x) {
    return x.getNDArrayInternal().relu().minimum(scalar(x, 6));
  }

  private static NDArray laplace(NDArray x) {
    NDArray standard = x.sub(scalar(x, 0.707107)).div(scalar(x, 0.282095 * Math.sqrt(2)));
    return standard.erf().add(scalar(x, 1)).mul(scalar(x, 0.5));
  }

  private static NDArray sigmoid(NDArray x) {
    return ai.djl.nn.Activation.sigmoid(x);
  }

  private static NDArray scalar(NDArray x, double value) {
    return Autograd.scalar(x.getManager(), value);
  }
}
