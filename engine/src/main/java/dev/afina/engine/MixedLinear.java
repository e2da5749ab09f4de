package dev.afina.engine;

import static dev.afina.engine.TorchScriptModule.require;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;

/**
 * Linear layers for training in mixed precision: input, weight and bias are rounded to bfloat16,
 * products add up in float32, the result is float32 again, and so are the gradients. It is what
 * PyTorch's autocast does to a linear layer. Thread safe.
 */
public final class MixedLinear {
  private static final String FUNCTIONS =
      """
      def linear(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        x16 = torch.to(x, 15, False, False, None)
        weight16 = torch.to(weight, 15, False, False, None)
        bias16 = torch.to(bias, 15, False, False, None)
        return torch.to(torch.linear(x16, weight16, bias16), 6, False, False, None)
      """;

  private static final Optional<MixedLinear> INSTANCE =
      TorchScriptModule.open("bfloat16 layers", FUNCTIONS, MixedLinear::new);

  private final TorchScriptModule.Recorded linear;

  private MixedLinear(TorchScriptModule module) {
    this.linear = module.recorded("linear");
    selfTest();
  }

  /** Empty where this build of PyTorch cannot, or {@code -Dafina.fusedOps=false} was given. */
  public static Optional<MixedLinear> instance() {
    return INSTANCE;
  }

  /** x · weightᵀ + bias: (R, in) to (R, out), recorded where the thread records. */
  public NDArray apply(NDArray x, NDArray weight, NDArray bias) {
    return linear.call(x, weight, bias);
  }

  private void selfTest() {
    try (NDManager manager = PyTorch.newManager();
        Autograd.Mode on = Autograd.on()) {
      NDArray weight = Autograd.leaf(manager.create(new float[][] {{1, 2}}), manager);
      NDArray y =
          apply(manager.create(new float[][] {{3, 4}}), weight, manager.create(new float[] {0.5f}));
      Autograd.backward(y.sum());
      float[] gradient = Autograd.gradient(weight).toFloatArray();
      require(y.toFloatArray()[0] == 11.5f && gradient[0] == 3 && gradient[1] == 4, "bfloat16");
    }
  }
}
