package dev.afina.internal.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // threads that spin
class VectorNetworkTest {

  /** Floats with sums of 77 products and logits of about 1: 2e-6 at most was seen. */
  private static final Offset<Double> CLOSE = Offset.offset(1e-5);

  private static final long NEVER = System.nanoTime() + Long.MAX_VALUE / 2;

  private final Sample sample = new Sample(3, Activation.GELU, Activation.TANH);

  /** Of all heights of tiles, and in a buffer of a longer text. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void logitsAreThoseOfPlainLoops(int threads) {
    VectorNetwork network = sample.network();
    for (int tokens : new int[] {23, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 33}) {
      assertLogits(network, sample, sample.ids(tokens), threads);
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void knowsTheActivations(Activation activation) {
    Sample other = new Sample(2, activation, activation);
    assertLogits(other.network(), other, other.ids(9), 2);
  }

  @Test
  void aSingleLayerIsTheLastOne() {
    Sample other = new Sample(1, Activation.GELU, Activation.TANH);
    assertLogits(other.network(), other, other.ids(7), 2);
  }

  @Test
  void severalCallersDoNotDisturbEachOther() {
    VectorNetwork network = sample.network();
    double[][] expected = new double[20][];
    IntStream.range(1, 20).forEach(n -> expected[n] = sample.expected(sample.ids(n)));
    IntStream.range(0, 2_000)
        .parallel()
        .forEach(
            i -> {
              int tokens = 1 + i % 19;
              assertClose(network.logits(sample.ids(tokens), 2, NEVER), expected[tokens]);
            });
  }

  @Test
  void aDeadlineEndsIt() {
    VectorNetwork network = sample.network();
    assertThat(network.logits(sample.ids(9), 2, System.nanoTime() - 1)).isEmpty();
    assertLogits(network, sample, sample.ids(9), 2);
  }

  @Test
  void aRowOutsideATableIsAnErrorOfTheCaller() {
    VectorNetwork network = sample.network();
    List<long[]> ids = sample.ids(9);
    ids.get(0)[8] = 1_000;
    assertThatThrownBy(() -> network.logits(ids, 2, NEVER))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertLogits(network, sample, sample.ids(9), 2);
  }

  private static void assertLogits(
      VectorNetwork network, Sample sample, List<long[]> ids, int threads) {
    assertClose(network.logits(ids, threads, NEVER), sample.expected(ids));
  }

  private static void assertClose(Optional<float[]> logits, double... expected) {
    float[] got = logits.orElseThrow();
    assertThat(got).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) got[i]).isCloseTo(expected[i], CLOSE);
    }
  }
}
