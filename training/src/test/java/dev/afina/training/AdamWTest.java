package dev.afina.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.engine.FusedOps;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.engine.PyTorch;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdamWTest {
  private static final OptimizerOptions OPTIONS = OptimizerOptions.STANDARD.weightDecay(0.1);

  /**
   * Three steps of torch.optim.AdamW with clip_grad_norm_(1.0), two parameter groups and rates .03,
   * .02, .01, in Python. One gradient is as small as 1e-7, where a misplaced epsilon shows.
   */
  private static final float[] TORCH = {
    0.9340818f, -1.9488595f, -0.05963103f, 0.43707624f, 0.19235241f, -0.69234884f
  };

  private static final double[] TORCH_NORMS = {
    5.3888773918151855, 10.205880165100098, 15.144636154174805
  };

  @Test
  void fusedStep_equalsTorch() {
    assertEqualsTorch(FusedOps.instance());
  }

  @Test
  void plainStep_equalsTorch() {
    assertEqualsTorch(Optional.empty());
  }

  private static void assertEqualsTorch(Optional<FusedOps> fused) {
    int before = LiveArrays.count();
    try (NDManager manager = PyTorch.newManager()) {
      NDArray p = manager.create(new float[] {1f, -2f, 3e-4f, 0.5f});
      NDArray q = manager.create(new float[] {0.25f, -0.75f});
      List<Parameter> parameters =
          List.of(new Parameter("p", p, true), new Parameter("q", q, false));
      try (AdamW adamW = new AdamW(parameters, OPTIONS, fused)) {
        for (int t = 0; t < 3; t++) {
          NDArray g =
              manager.create(
                  new float[] {3f * (t + 1), -1e-7f * (t + 1), 0.2f * (t + 1), 4f * (t + 1)});
          NDArray h = manager.create(new float[] {1e-3f, -2f});
          NDArray ofPart = g.mul(0.25f);
          g.subi(ofPart);
          double norm = adamW.sumAndNorm(List.of(List.of(g, ofPart), List.of(h)));
          assertThat(norm).isCloseTo(TORCH_NORMS[t], within(1e-5));
          adamW.step(List.of(g, h), (norm + 1e-6) / 1.0, 0.01 * (3 - t));
        }
      }
      float[] values = p.concat(q).toFloatArray();
      for (int i = 0; i < values.length; i++) {
        // Float rounding of three steps; a wrong epsilon would move values[1] by about 1e-3.
        assertThat(values[i]).isCloseTo(TORCH[i], within(2e-6f));
      }
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }
}
