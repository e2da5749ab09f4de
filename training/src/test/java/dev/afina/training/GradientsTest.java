package dev.afina.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.DeferredLinear;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.engine.PyTorch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two linear layers, the first one used twice. */
class GradientsTest {
  private static final int IN = 3;
  private static final int ROWS = 5;

  private final NDManager manager = PyTorch.newManager();

  private final List<Parameter> parameters =
      List.of(
          parameter("a.weight", new Shape(IN, IN)),
          parameter("a.bias", new Shape(IN)),
          parameter("b.weight", new Shape(2, IN)),
          parameter("b.bias", new Shape(2)),
          parameter("unused", new Shape(4)),
          parameter("other.bias", new Shape(IN)));

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void deferredLayers_overPartsAndBatches_getWhatAutogradGives() {
    assertThat(DeferredLinear.float32()).isPresent();
    int before = LiveArrays.count();
    List<float[]> plain = gradients(Optional.empty(), 2, 3);
    List<float[]> deferred = gradients(DeferredLinear.float32(), 2, 3);

    for (int i = 0; i < parameters.size(); i++) {
      assertThat(plain.get(i)).as("a test that can fail").isNotEmpty();
      // The same products, added up in another order.
      assertThat(deferred.get(i))
          .as(parameters.get(i).name())
          .containsExactly(plain.get(i), within(1e-5f));
    }
    assertThat(deferred.get(0)).isNotEqualTo(new float[IN * IN]);
    assertThat(deferred.get(4)).containsExactly(0, 0, 0, 0);
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  @Test
  void deferredLayersInBfloat16_areRoundedAndCloseToIt() {
    List<float[]> exact = gradients(Optional.empty(), 2, 1);
    List<float[]> rounded = gradients(DeferredLinear.bfloat16(), 2, 1);

    assertThat(DeferredLinear.bfloat16()).isPresent();
    for (int i = 0; i < 4; i++) {
      // 8 bits of precision, through three layers; gradients here are of the size of 1.
      assertThat(rounded.get(i)).containsExactly(exact.get(i), within(0.15f));
    }
    assertThat(rounded.get(0)).isNotEqualTo(exact.get(0));
  }

  @Test
  void parameterUsedBothWays_getsBoth() {
    try (NDManager scope = PyTorch.newManager();
        Autograd.Mode on = Autograd.on()) {
      Gradients gradients = new Gradients(parameters, scope);
      ShardParameters leaves = gradients.ofShard(0);
      NDArray x = scope.create(new float[][] {{1, 2, 3}});
      NDArray y = leaves.linear(DeferredLinear.float32().orElseThrow(), x, "b.weight", "b.bias");
      Autograd.backward(y.sum().add(leaves.array("b.weight").sum()));
      gradients.endBatch();

      List<NDArray> addends = gradients.addends().get(2);
      assertThat(addends).hasSize(2);
      assertThat(addends.get(0).toFloatArray()).containsExactly(1, 2, 3, 1, 2, 3);
      assertThat(addends.get(1).toFloatArray()).containsExactly(1, 1, 1, 1, 1, 1);
    }
  }

  @Test
  void endedBatch_leavesNothingButTheGradients() {
    try (NDManager scope = PyTorch.newManager()) {
      Gradients gradients = new Gradients(parameters, scope);
      backward(gradients.ofShard(0), DeferredLinear.float32(), scope, 1);
      int before = LiveArrays.count();
      gradients.endBatch();
      int after = LiveArrays.count();
      // 3 uses with 2 arrays each go, the gradients of 2 weights and 2 biases come.
      assertThat(after).isEqualTo(before - 3 * 2 + 4);
      backward(gradients.ofShard(0), DeferredLinear.float32(), scope, 2);
      gradients.endBatch();
      assertThat(LiveArrays.count()).isEqualTo(after);
    }
  }

  /** The thread that makes an array gives it memory that its backward passes have freed. */
  @Test
  void gradientsOfLinearLayers_areMadeByWorkers() {
    List<String> makers = new CopyOnWriteArrayList<>();
    try (NDManager scope = PyTorch.newManager()) {
      Gradients gradients =
          new Gradients(
              parameters,
              scope,
              Division.ofAllWorkers(),
              shape -> {
                makers.add(Thread.currentThread().getName());
                return scope.create(shape);
              });
      backward(gradients.ofShard(0), DeferredLinear.float32(), scope, 1);
      gradients.endBatch();
    }
    assertThat(makers).hasSize(4).allMatch(name -> name.startsWith("afina-worker-"));
  }

  @Test
  void weightWithTwoBiases_isRefused() {
    try (NDManager scope = PyTorch.newManager();
        Autograd.Mode on = Autograd.on()) {
      Gradients gradients = new Gradients(parameters, scope);
      ShardParameters leaves = gradients.ofShard(0);
      DeferredLinear kind = DeferredLinear.float32().orElseThrow();
      NDArray x = scope.create(new float[][] {{1, 2, 3}});
      NDArray y = leaves.linear(kind, x, "a.weight", "a.bias");
      NDArray z = leaves.linear(kind, x, "a.weight", "other.bias");
      Autograd.backward(y.add(z).sum());
      assertThatThrownBy(gradients::endBatch)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(
              "parameter \"a.weight\" is used by two linear layers that differ");
    }
  }

  @Test
  void unknownName_isRefused() {
    try (NDManager scope = PyTorch.newManager()) {
      ShardParameters leaves = new Gradients(parameters, scope).ofShard(0);
      assertThatThrownBy(() -> leaves.array("c"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no parameter \"c\"");
    }
  }

  /** The sums of all addends, in the order of the parameters. */
  private List<float[]> gradients(Optional<DeferredLinear> kind, int parts, int batches) {
    try (NDManager scope = PyTorch.newManager()) {
      Gradients gradients = new Gradients(parameters, scope);
      for (int b = 0; b < batches; b++) {
        for (int p = 0; p < parts; p++) {
          backward(gradients.ofShard(p), kind, scope, b * parts + p);
        }
        gradients.endBatch();
      }
      List<float[]> sums = new ArrayList<>();
      for (List<NDArray> addends : gradients.addends()) {
        float[] sum = new float[(int) addends.get(0).size()];
        for (NDArray addend : addends) {
          float[] values = addend.toFloatArray();
          IntStream.range(0, sum.length).forEach(i -> sum[i] += values[i]);
        }
        sums.add(sum);
      }
      return sums;
    }
  }

  private static void backward(
      ShardParameters leaves, Optional<DeferredLinear> kind, NDManager update, int input) {
    try (Autograd.Mode on = Autograd.on();
        NDManager scope = update.newSubManager()) {
      float[] values = new float[ROWS * IN];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) Math.sin(i + 7 * input);
      }
      NDArray x = scope.create(values, new Shape(ROWS, IN));
      NDArray hidden = linear(leaves, kind, "a", linear(leaves, kind, "a", x).tanh()).tanh();
      NDArray y = linear(leaves, kind, "b", hidden);
      Autograd.backward(y.square().sum());
    }
  }

  private static NDArray linear(
      ShardParameters leaves, Optional<DeferredLinear> kind, String name, NDArray x) {
    if (kind.isPresent()) {
      return leaves.linear(kind.get(), x, name + ".weight", name + ".bias");
    }
    return x.getNDArrayInternal()
        .linear(x, leaves.array(name + ".weight"), leaves.array(name + ".bias"))
        .singletonOrThrow();
  }

  private Parameter parameter(String name, Shape shape) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.cos(i + name.length()) / 2;
    }
    return new Parameter(name, manager.create(values, shape), true);
  }
}
