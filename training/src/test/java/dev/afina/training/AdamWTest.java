package dev.afina.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.FusedOps;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.engine.PyTorch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdamWTest {
  private static final OptimizerOptions OPTIONS = OptimizerOptions.STANDARD.weightDecay(0.1);
  private static final Shape LARGE = new Shape(50_021, 7);

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

  /** A large parameter, of two slices, and a small one; rows of the large fill no vector. */
  private static List<NDArray> arrays(NDManager manager, int seed) {
    return Stream.of(LARGE, new Shape(9))
        .map(
            shape -> {
              float[] values = new float[(int) shape.size()];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.sin(0.7 * i + seed);
              }
              return manager.create(values, shape);
            })
        .toList();
  }

  private static List<Parameter> parameters(List<NDArray> arrays) {
    return List.of(
        new Parameter("p", arrays.get(0), true), new Parameter("q", arrays.get(1), true));
  }

  private static NDArray scalar(NDManager manager, double value) {
    return manager.create((float) value);
  }

  private static List<float[]> values(List<NDArray> arrays) {
    return arrays.stream().map(NDArray::toFloatArray).toList();
  }

  @Test
  void largeParameter_hasSlicesOfWholeVectors() {
    try (NDManager manager = PyTorch.newManager()) {
      List<Slice> slices = Slice.of(parameters(arrays(manager, 1)));
      assertThat(slices).hasSize(3);
      long cut = slices.get(0).to();
      assertThat(cut % 16).isZero();
      assertThat(slices.get(0)).isEqualTo(new Slice(0, 0, cut, 7 * cut, false));
      assertThat(slices.get(0).size()).isBetween(Slice.NUMBERS - 7 * 16L, (long) Slice.NUMBERS);
      assertThat(slices.get(1)).isEqualTo(new Slice(0, cut, 50_021, 7 * (50_021 - cut), false));
      assertThat(slices.get(2)).isEqualTo(new Slice(1, 0, 0, 9, true));
    }
  }

  @DisabledIfSystemProperty(named = "afina.fusedOps", matches = "false")
  @Test
  void slices_stepToTheBitsOfWholeParameters() {
    FusedOps fused = FusedOps.instance().orElseThrow();
    int before = LiveArrays.count();
    try (NDManager manager = PyTorch.newManager()) {
      List<NDArray> sliced = arrays(manager, 1);
      List<NDArray> whole = arrays(manager, 1);
      List<NDArray> averages = whole.stream().map(NDArray::zerosLike).toList();
      List<NDArray> squares = whole.stream().map(NDArray::zerosLike).toList();
      try (AdamW adamW = new AdamW(parameters(sliced), OPTIONS, Optional.of(fused))) {
        for (int t = 1; t <= 2; t++) {
          adamW.step(arrays(manager, 1 + t), 1.7, 0.01);
          fused.adamW(
              whole,
              arrays(manager, 1 + t),
              averages,
              squares,
              scalar(manager, t),
              scalar(manager, 1.7),
              0.01,
              OPTIONS.beta1(),
              OPTIONS.beta2(),
              OPTIONS.weightDecay(),
              OPTIONS.epsilon());
        }
      }
      for (int i = 0; i < whole.size(); i++) {
        assertThat(values(sliced).get(i)).isEqualTo(values(whole).get(i));
        assertThat(values(sliced).get(i)).isNotEqualTo(values(arrays(manager, 1)).get(i));
      }
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  /** The means of each slice come back into their places, and the corrections count on. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void restored_goesOnToTheSameBits_inEachSlice(boolean isFused) {
    Optional<FusedOps> fused = isFused ? FusedOps.instance() : Optional.empty();
    int before = LiveArrays.count();
    try (NDManager manager = PyTorch.newManager()) {
      List<NDArray> whole = arrays(manager, 1);
      List<NDArray> resumed;
      try (AdamW adamW = new AdamW(parameters(whole), OPTIONS, fused)) {
        adamW.step(arrays(manager, 2), 1.7, 0.01);
        adamW.step(arrays(manager, 3), 1.7, 0.01);
        resumed = whole.stream().map(NDArray::duplicate).toList();
        TrainingState state = state(adamW);
        adamW.step(arrays(manager, 4), 1.7, 0.01);
        try (AdamW next = new AdamW(parameters(resumed), OPTIONS, fused)) {
          next.restore(state);
          assertThat(next.steps()).isEqualTo(2);
          next.step(arrays(manager, 4), 1.7, 0.01);
        }
      }
      for (int i = 0; i < whole.size(); i++) {
        assertThat(values(resumed).get(i)).isEqualTo(values(whole).get(i));
      }
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  /** A checkpoint, as if it had been written and read: with memory of its own. */
  private static TrainingState state(AdamW adamW) {
    Map<String, Tensor> views = new TreeMap<>();
    adamW.addTo(views);
    Map<String, Tensor> tensors = new TreeMap<>();
    views.forEach(
        (name, view) -> {
          ByteBuffer bytes = ByteBuffer.allocate(view.bytes().remaining());
          tensors.put(name, new Tensor(view.shape(), bytes.put(view.bytes().duplicate()).flip()));
        });
    return new TrainingState(
        new TrainingState.Position(2, 3, 3, 0, 0, 0, 0, 2, 0, 0, adamW.steps(), 0, 1, 0, 0),
        new TrainingState.Best(0, Double.NaN),
        EarlyStopping.NONE,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        tensors);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anyNumberOfWorkers_givesTheSameBits(boolean isFused) {
    Optional<FusedOps> fused = isFused ? FusedOps.instance() : Optional.empty();
    List<List<float[]>> weights = new ArrayList<>();
    List<List<Double>> norms = new ArrayList<>();
    for (int workers : new int[] {1, 2, 3, 8}) {
      try (NDManager manager = PyTorch.newManager()) {
        List<NDArray> arrays = arrays(manager, 1);
        List<Double> ofSteps = new ArrayList<>();
        Division division = new Division(workers, true);
        int before = LiveArrays.count();
        try (AdamW adamW = new AdamW(parameters(arrays), OPTIONS, fused, division)) {
          for (int t = 1; t <= 2; t++) {
            List<NDArray> first = arrays(manager, 1 + t);
            List<NDArray> second = arrays(manager, 3 + t);
            ofSteps.add(
                adamW.sumAndNorm(
                    List.of(
                        List.of(first.get(0), second.get(0)),
                        List.of(first.get(1), second.get(1)))));
            adamW.step(first, 1.7, 0.01);
          }
        }
        assertThat(LiveArrays.count() - before).as("the gradients").isEqualTo(2 * 2 * 2);
        norms.add(ofSteps);
        weights.add(values(arrays));
      }
    }
    // The root of the sum of squares of sin(x) + sin(x + 2), which is 2 · cos(1) · sin(x + 1).
    double expected = Math.sqrt(2) * Math.cos(1) * Math.sqrt(LARGE.size() + 9.0);
    assertThat(norms.get(0).get(0)).isCloseTo(expected, within(1e-4 * expected));
    assertThat(norms).allMatch(norms.get(0)::equals);
    assertThat(weights)
        .allSatisfy(
            of -> {
              assertThat(of.get(0)).isEqualTo(weights.get(0).get(0));
              assertThat(of.get(1)).isEqualTo(weights.get(0).get(1));
            });
  }
}
