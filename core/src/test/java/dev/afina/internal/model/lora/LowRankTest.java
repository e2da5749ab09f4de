package dev.afina.internal.model.lora;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class LowRankTest {
  private static FloatBuffer floats(float... values) {
    return FloatBuffer.wrap(values);
  }

  private static float[] merged(LowRank update, double scale, float... weight) {
    float[] merged = new float[weight.length];
    update.merge(scale, floats(weight), floats(merged));
    return merged;
  }

  @Test
  void merge_byHand() {
    LowRank update = new LowRank(1, 2, 2, floats(1, 2), floats(3, 5)); // B·A = 3 6, 5 10
    assertThat(merged(update, 4, 1, 2, 3, 4)).containsExactly(13, 26, 23, 44);
    LowRank two = new LowRank(2, 3, 2, floats(1, 0, 2, 0, 1, -1), floats(1, 2, 3, 4));
    // B·A = 1 2 0, 3 4 2
    assertThat(merged(two, 0.5, 0, 0, 0, 1, 1, 1)).containsExactly(0.5f, 1, 0, 2.5f, 3, 2);
  }

  @Test
  void merge_scalesLinearly_andMayOverwriteTheWeight() {
    LowRank update = new LowRank(1, 2, 2, floats(0.25f, -2), floats(8, 16));
    assertThat(merged(update, 2, 0, 0, 0, 0)).containsExactly(4, -32, 8, -64);
    assertThat(merged(update, 4, 0, 0, 0, 0)).containsExactly(8, -64, 16, -128);
    float[] weight = {1, 1, 1, 1};
    update.merge(2, floats(weight), floats(weight));
    assertThat(weight).containsExactly(5, -31, 9, -63);
  }

  @Test
  void merge_ofZeros_leavesEachBit() {
    float[] weight = {1e-38f, 0.1f, -3.3e7f, Float.MIN_VALUE};
    LowRank update = new LowRank(1, 2, 2, floats(7, -8), floats(0, 0));
    assertThat(merged(update, 3, weight)).containsExactly(weight);
  }

  /** Either term alone would vanish; both together do not. */
  @Test
  void merge_roundsOnce() {
    float tiny = (float) Math.scalb(1.5, -29); // three eighths of what 0.1f can tell apart
    LowRank update = new LowRank(2, 1, 1, floats(1, 1), floats(tiny, tiny));
    assertThat(merged(update, 1, 0.1f)[0]).isEqualTo((float) (0.1f + 2.0 * tiny));
    assertThat(0.1f + tiny + tiny).as("else the test shows nothing").isEqualTo(0.1f);
  }
}
