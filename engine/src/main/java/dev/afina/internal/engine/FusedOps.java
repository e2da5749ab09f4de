package dev.afina.internal.engine;

import static dev.afina.internal.engine.TorchScriptModule.listOf;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** PyTorch's fused kernels for the optimizer, which need few passes over memory. */
public final class FusedOps {
  private static final String FUNCTIONS =
      """
      def sum_and_norms(self: __torch__.Ops, addends: List[Tensor], counts: List[int]) -> Tensor:
        norms = annotate(List[Tensor], [])
        at = 0
        for i in range(torch.len(counts)):
          array = addends[at]
          for j in range(counts[i] - 1):
            _0 = torch.add_(array, addends[at + j + 1], alpha=1)
          at = at + counts[i]
          _1 = torch.append(norms, torch.linalg_vector_norm(array, 2, None, False, dtype=None))
        return torch.stack(norms, 0)
      def adamw(self: __torch__.Ops,
          parameters: List[Tensor],
          gradients: List[Tensor],
          averages: List[Tensor],
          squares: List[Tensor],
          steps: List[Tensor],
          gradient_divisor: Tensor,
          rate: float,
          beta1: float,
          beta2: float,
          weight_decay: float,
          epsilon: float) -> int:
        none = annotate(List[Tensor], [])
        ops.aten._fused_adamw_(parameters, gradients, averages, squares, none, steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=epsilon, amsgrad=False, maximize=False, grad_scale=gradient_divisor, found_inf=None)
        return 0
      """;

  private static final Optional<FusedOps> INSTANCE =
      TorchScriptModule.open("PyTorch's fused optimizer kernels", FUNCTIONS, FusedOps::new);

  private final TorchScriptModule module;

  private FusedOps(TorchScriptModule module) {
    this.module = module;
    FusedOpsCheck.run(this);
  }

  /**
   * The kernels; empty if this build of PyTorch does not run them correctly, or {@code
   * -Dafina.fusedOps=false} is set.
   */
  public static Optional<FusedOps> instance() {
    return INSTANCE;
  }

  /**
   * Sums arrays of equal shapes, in place in the first of each.
   *
   * @param addends the addends of each sum, one or more
   * @return the Euclidean norm of each sum
   */
  public double[] sumAndNorms(List<List<NDArray>> addends) {
    try (IValue all = listOf(addends.stream().flatMap(List::stream).toList());
        IValue counts = IValue.listFrom(addends.stream().mapToLong(List::size).toArray());
        IValue result = module.call("sum_and_norms", all, counts);
        NDManager manager = PyTorch.newManager()) {
      float[] norms = result.toTensor((PtNDManager) manager).toFloatArray();
      return IntStream.range(0, norms.length).mapToDouble(i -> norms[i]).toArray();
    }
  }

  /**
   * One step of AdamW in place, on arrays of equal shapes at equal positions. The gradients are
   * divided by {@code gradientDivisor} first and hold the quotient afterwards.
   *
   * @param step a float32 scalar array with the number of this step, from 1
   * @param gradientDivisor a float32 scalar array
   */
  public void adamW(
      List<NDArray> parameters,
      List<NDArray> gradients,
      List<NDArray> averages,
      List<NDArray> squares,
      NDArray step,
      NDArray gradientDivisor,
      double rate,
      double beta1,
      double beta2,
      double weightDecay,
      double epsilon) {
    List<NDArray> steps = new ArrayList<>();
    parameters.forEach(p -> steps.add(step));
    try (IValue p = listOf(parameters);
        IValue g = listOf(gradients);
        IValue m = listOf(averages);
        IValue v = listOf(squares);
        IValue t = listOf(steps);
        IValue divisor = IValue.from((PtNDArray) gradientDivisor);
        IValue lr = IValue.from(rate);
        IValue b1 = IValue.from(beta1);
        IValue b2 = IValue.from(beta2);
        IValue decay = IValue.from(weightDecay);
        IValue eps = IValue.from(epsilon)) {
      module.call("adamw", p, g, m, v, t, divisor, lr, b1, b2, decay, eps).close();
    }
  }
}
