package dev.afina.internal.engine;

import static dev.afina.internal.engine.TorchScriptModule.listOf;
import static dev.afina.internal.engine.TorchScriptModule.require;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Linear layers for training whose backward pass has two stages: the gradient of the input is
 * computed in the ordinary backward pass, the gradients of weight and bias afterwards ({@link
 * #addGradients}), from the rows of all parts of a batch.
 *
 * <p>So parts that run concurrently need no weight gradients of their own, each as large as the
 * weight, to be summed later. On 2 cores the gradients of a MiniLM's weights take 34 ms this way
 * and 41 the other for 2 parts of 127 tokens, 47 and 51 for 2 of 200.
 *
 * <p>Thread safe.
 */
public final class DeferredLinear {
  // The gradient by "rows", which are the bias for each row of x, is that of the result.
  private static final String FLOAT32 =
      """
      def linear(self: __torch__.Ops, x: Tensor, weight: Tensor, rows: Tensor) -> Tensor:
        return torch.addmm(rows, x, torch.t(weight), beta=1, alpha=1)
      def add_product(self: __torch__.Ops, sum: Tensor, y: Tensor, x: Tensor, fresh: bool) -> int:
        beta = 1
        if fresh:
          beta = 0
        _0 = torch.addmm_(sum, torch.t(y), x, beta=beta, alpha=1)
        return 0
      """;

  // Type 15 is bfloat16, 6 float32. What autocast does, sum by sum.
  private static final String BFLOAT16 =
      """
      def linear(self: __torch__.Ops, x: Tensor, weight: Tensor, rows: Tensor) -> Tensor:
        x16 = torch.to(x, 15, False, False, None)
        weight16 = torch.to(weight, 15, False, False, None)
        rows16 = torch.to(rows, 15, False, False, None)
        return torch.to(torch.addmm(rows16, x16, torch.t(weight16), beta=1, alpha=1), 6, False, False, None)
      def add_product(self: __torch__.Ops, sum: Tensor, y: Tensor, x: Tensor, fresh: bool) -> int:
        y16 = torch.to(y, 15, False, False, None)
        x16 = torch.to(x, 15, False, False, None)
        product = torch.mm(torch.t(y16), x16)
        if fresh:
          _0 = torch.copy_(sum, product, False)
        else:
          _1 = torch.add_(sum, product, alpha=1)
        return 0
      """;

  private static final String SUMS =
      """
      def add_gradients(self: __torch__.Ops, of_weight: Tensor, of_biases: List[Tensor], ys: List[Tensor], xs: List[Tensor], fresh: bool) -> int:
        for i in range(torch.len(ys)):
          _0 = (self).add_product(of_weight, ys[i], xs[i], fresh and i == 0, )
          if len(of_biases) > 0:
            rows = torch.sum(ys[i], [0], False, dtype=None)
            if fresh and i == 0:
              _1 = torch.copy_(of_biases[0], rows, False)
            else:
              _2 = torch.add_(of_biases[0], rows, alpha=1)
        return 0
      """;

  private static final Optional<DeferredLinear> IN_FLOAT32 = open("float32", FLOAT32, 1e-5);
  private static final Optional<DeferredLinear> IN_BFLOAT16 = open("bfloat16", BFLOAT16, 0.03);

  private final TorchScriptModule module;
  private final TorchScriptModule.Recorded linear;

  private DeferredLinear(TorchScriptModule module, double tolerance) {
    this.module = module;
    this.linear = module.recorded("linear");
    selfTest(tolerance);
  }

  private static Optional<DeferredLinear> open(String format, String functions, double tolerance) {
    return TorchScriptModule.open(
        "linear layers for training in " + format,
        functions + SUMS,
        module -> new DeferredLinear(module, tolerance));
  }

  /**
   * Layers in float32; empty if this build of PyTorch does not support them, or {@code
   * -Dafina.fusedOps=false} is set.
   */
  public static Optional<DeferredLinear> float32() {
    return IN_FLOAT32;
  }

  /**
   * Layers in mixed precision, like PyTorch's autocast: inputs and weights are rounded to bfloat16,
   * products are accumulated in float32, and results and gradients are rounded to bfloat16 and
   * returned as float32.
   *
   * @return empty if this build of PyTorch does not support them, or {@code -Dafina.fusedOps=false}
   *     is set
   */
  public static Optional<DeferredLinear> bfloat16() {
    return IN_BFLOAT16;
  }

  /**
   * One use of a layer: its input, and a leaf of the graph whose gradient is that of its result.
   * Closed once the layer's gradients are computed.
   */
  public record Use(NDArray input, NDArray result) implements AutoCloseable {
    @Override
    public void close() {
      input.close();
      result.close();
    }
  }

  /**
   * Computes x · weightᵀ + bias. If the thread records, it is recorded for x but not for weight and
   * bias.
   *
   * @param x (R, in)
   * @param weight (out, in)
   * @param bias (out), or null for none
   * @param owner the owner of the arrays kept for {@link #addGradients}
   * @param uses receives them
   * @return (R, out), in x's manager
   */
  public NDArray apply(
      NDArray x, NDArray weight, @Nullable NDArray bias, NDManager owner, Consumer<Use> uses) {
    NDArray input = x.stopGradient();
    input.attach(owner);
    Shape shape = new Shape(x.getShape().get(0), weight.getShape().get(0));
    try (NDArray rows = bias == null ? owner.zeros(shape) : bias.broadcast(shape)) {
      NDArray result = Autograd.leaf(rows, owner);
      uses.accept(new Use(input, result));
      return linear.call(x, weight, result);
    }
  }

  /**
   * Adds the gradients of weight and bias from some uses, after the backward passes of all of them.
   *
   * @param uses at least one
   * @param ofWeight the gradient of the weight (out, in), modified in place
   * @param ofBias the gradient of the bias (out), modified in place, or null for none
   * @param fresh whether the two are to be overwritten rather than added to
   */
  public void addGradients(
      List<Use> uses, NDArray ofWeight, @Nullable NDArray ofBias, boolean fresh) {
    List<NDArray> gradients = uses.stream().map(use -> Autograd.gradient(use.result)).toList();
    try (Autograd.Mode off = Autograd.off();
        IValue weight = IValue.from((PtNDArray) ofWeight);
        IValue biases = listOf(ofBias == null ? List.of() : List.of(ofBias));
        IValue results = listOf(gradients);
        IValue inputs = listOf(uses.stream().map(Use::input).toList());
        IValue overwrite = IValue.from(fresh)) {
      module.call("add_gradients", weight, biases, results, inputs, overwrite).close();
    } finally {
      gradients.forEach(NDArray::close);
    }
  }

  /**
   * Two uses of a layer, of odd sizes and random numbers: results and gradients are those of plain
   * operators.
   *
   * @param tolerance as a share of the greatest value
   */
  private void selfTest(double tolerance) {
    int in = 77;
    int out = 51;
    try (NDManager manager = PyTorch.newManager();
        Autograd.Mode on = Autograd.on()) {
      NDArray weight = RandomArrays.uniform(manager, new Shape(out, in), 1, 1);
      NDArray bias = RandomArrays.uniform(manager, new Shape(out), 1, 2);
      NDArray x = RandomArrays.uniform(manager, new Shape(43, in), 1, 3);
      NDArray factors = RandomArrays.uniform(manager, new Shape(43, out), 1, 4);

      NDArray input = Autograd.leaf(x, manager);
      List<Use> uses = new ArrayList<>();
      NDArray y = apply(input, weight, bias, manager, uses::add);
      NDArray z = apply(input, weight, bias, manager, uses::add);
      Autograd.backward(y.mul(factors).add(z.mul(z)).sum());
      NDArray ofWeight = manager.full(new Shape(out, in), Float.NaN);
      NDArray ofBias = manager.full(new Shape(out), Float.NaN);
      addGradients(uses.subList(0, 1), ofWeight, ofBias, true);
      addGradients(uses.subList(1, 2), ofWeight, ofBias, false);

      NDArray plainInput = Autograd.leaf(x, manager);
      NDArray plainWeight = Autograd.leaf(weight, manager);
      NDArray plainBias = Autograd.leaf(bias, manager);
      NDArray plain = plainInput.matMul(plainWeight.transpose()).add(plainBias);
      Autograd.backward(plain.mul(factors).add(plain.mul(plain)).sum());

      require(equal(y, plain, tolerance), "linear");
      require(equal(Autograd.gradient(input), Autograd.gradient(plainInput), tolerance), "input");
      require(equal(ofWeight, Autograd.gradient(plainWeight), tolerance), "weight");
      require(equal(ofBias, Autograd.gradient(plainBias), tolerance), "bias");
    }
  }

  private static boolean equal(NDArray actual, NDArray expected, double tolerance) {
    try (Autograd.Mode off = Autograd.off()) {
      float difference = actual.sub(expected).abs().max().getFloat();
      return difference <= tolerance * expected.abs().max().getFloat(); // and not NaN
    }
  }
}
