package dev.afina.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class EngineTest {

  @Test
  void start_leavesNoSystemPropertyOfDjlBehind() {
    PyTorch.newManager().close();
    assertThat(System.getProperty("OPT_OUT_TRACKING")).isNull();
    assertThat(System.getProperty("ai.djl.offline")).isNull();
    assertThat(System.getProperty("ai.djl.util.cuda.fork")).isNull();
    assertThat(System.getProperty("PYTORCH_LIBRARY_PATH")).isNull();
    assertThat(System.getProperty("jna.tmpdir")).isNull();
  }

  @Test
  void fusedOps_passTheirSelfTestHere() {
    assertThat(FusedOps.instance()).isPresent();
  }

  @Test
  void deferredLinear_passesItsSelfTestHere() {
    assertThat(DeferredLinear.float32()).isPresent();
    assertThat(DeferredLinear.bfloat16()).isPresent();
  }

  @Test
  void backward_ofASquare_isTwiceTheValue() {
    try (NDManager manager = PyTorch.newManager();
        Autograd.Mode recording = Autograd.on()) {
      NDArray weight = manager.create(new float[] {3f, -2f});
      NDArray leaf = Autograd.leaf(weight, manager);
      Autograd.backward(leaf.mul(leaf).sum());
      assertThat(Autograd.gradient(leaf).toFloatArray()).containsExactly(6f, -4f);
    }
  }

  @Test
  void backward_twice_addsUp() {
    try (NDManager manager = PyTorch.newManager();
        Autograd.Mode recording = Autograd.on()) {
      NDArray leaf = Autograd.leaf(manager.create(new float[] {3f}), manager);
      Autograd.backward(leaf.mul(leaf).sum());
      Autograd.backward(leaf.mul(leaf).sum());
      assertThat(Autograd.gradient(leaf).toFloatArray()).containsExactly(12f);
    }
  }

  @Test
  void scalar_survivesItsClosing_untilTheBackwardPass() {
    try (NDManager manager = PyTorch.newManager();
        Autograd.Mode recording = Autograd.on()) {
      NDArray leaf = Autograd.leaf(manager.create(new float[] {1f}), manager);
      NDArray scaled = leaf;
      for (int i = 0; i < 100; i++) {
        try (NDArray two = Autograd.scalar(manager, i % 2 == 0 ? 2 : 0.5)) {
          scaled = scaled.mul(two);
        }
      }
      System.gc();
      Autograd.backward(scaled.sum());
      assertThat(Autograd.gradient(leaf).toFloatArray()).containsExactly(1f);
    }
  }

  @Test
  void indexes_surviveTheirClosing_untilTheBackwardPass() {
    try (NDManager manager = PyTorch.newManager();
        Autograd.Mode recording = Autograd.on()) {
      NDArray table = Autograd.leaf(manager.ones(new Shape(1000, 2)), manager);
      NDArray sum = manager.zeros(new Shape(1));
      for (int i = 0; i < 1000; i++) {
        try (NDArray rows = Autograd.indexes(manager, i, i, 0)) {
          NDArray found =
              rows.getNDArrayInternal()
                  .embedding(rows, table, SparseFormat.DENSE)
                  .singletonOrThrow();
          sum = sum.add(found.sum());
        }
      }
      // Frees the memory of Java's arrays that nobody holds, and writes over it.
      for (int i = 0; i < 5; i++) {
        System.gc();
        for (int k = 0; k < 1000; k++) {
          ByteBuffer.allocateDirect(24).putLong(0, 77).putLong(8, 77).putLong(16, 77);
        }
      }
      Autograd.backward(sum);
      float[] gradient = Autograd.gradient(table).toFloatArray();
      assertThat(gradient[0]).isEqualTo(1002);
      assertThat(Arrays.copyOfRange(gradient, 2, gradient.length)).containsOnly(2f);
    }
  }

  @Test
  void leaf_sharesStorage_andLeavesTheParameterWithoutGradient() {
    try (NDManager manager = PyTorch.newManager();
        NDManager step = manager.newSubManager()) {
      NDArray weight = manager.create(new float[] {1f});
      NDArray leaf = Autograd.leaf(weight, step);
      weight.addi(1f);
      assertThat(leaf.toFloatArray()).containsExactly(2f);
      assertThat(weight.hasGradient()).isFalse();
      assertThat(leaf.getManager()).isSameAs(step);
    }
  }

  @Test
  void backward_withoutLeaf_saysSo() {
    try (NDManager manager = PyTorch.newManager();
        Autograd.Mode recording = Autograd.on()) {
      assertThatThrownBy(() -> Autograd.backward(manager.create(1f)))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("does not require grad");
      assertThatThrownBy(() -> Autograd.backward(manager.create(new float[] {1f, 2f})))
          .hasMessageContaining("expected a scalar");
    }
  }

  @Test
  void mode_isLocalToTheThread_andRestored() throws InterruptedException {
    AtomicBoolean inside = new AtomicBoolean(true);
    AtomicBoolean after = new AtomicBoolean(false);
    try (Autograd.Mode here = Autograd.on()) {
      Thread other =
          new Thread(
              () -> {
                try (Autograd.Mode off = Autograd.off()) {
                  inside.set(JniUtils.isGradMode());
                }
                after.set(JniUtils.isGradMode());
              });
      other.start();
      other.join();
      assertThat(JniUtils.isGradMode()).isTrue();
    }
    assertThat(inside).isFalse();
    assertThat(after).isTrue();
  }

  /** torch.manual_seed(42); torch.randperm(10) in Python. */
  @Test
  void permutation_equalsTorch() {
    assertThat(TorchRandom.permutation(10, 42)).containsExactly(2, 6, 1, 8, 4, 5, 0, 9, 3, 7);
  }

  @Test
  void permutation_dependsOnTheSeedAlone() {
    int[] first = TorchRandom.permutation(100, 7);
    TorchRandom.permutation(5, 1);
    assertThat(TorchRandom.permutation(100, 7)).containsExactly(first);
  }

  /** torch.manual_seed(42); torch.empty(2, 2).normal_(0, 0.02) in Python. */
  @Test
  void normals_equalTorch() {
    try (NDManager manager = PyTorch.newManager()) {
      NDArray drawn =
          TorchRandom.normals(manager, List.of(TorchRandom.Normal.of(new Shape(2, 2), 0.02)), 42)
              .get(0);
      float[] expected = NORMALS;
      for (int i = 0; i < expected.length; i++) {
        assertThat(drawn.toFloatArray()[i]).isCloseTo(expected[i], within(1e-9f));
      }
    }
  }

  private static final float[] NORMALS = {
    0.0067338073f, 0.0025761882f, 0.0046892473f, 0.0046066605f
  };
}
