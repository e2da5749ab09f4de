package dev.afina.internal.model.mpnet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistanceBiasesTest {

  /** From 8 on a bucket begins at 8·√2ⁱ: 8, 11.3, 16, 22.6, 32, 45.3, 64 and 90.5. */
  @Test
  void buckets_widenByTheSquareRootOfTwo() {
    int[] before = {0, 1, 7, 8, 11, 12, 15, 16, 22, 23, 31, 32, 45, 46, 63, 64, 90, 91, 127, 128};
    int[] buckets = {0, 1, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15, 15};
    assertThat(IntStream.of(before).map(d -> DistanceBiases.bucket(-d)).toArray())
        .isEqualTo(buckets);
  }

  @Test
  void keysAfterTheQuery_haveTheUpperHalf() {
    for (int distance = 1; distance < 200; distance++) {
      assertThat(DistanceBiases.bucket(distance)).isEqualTo(16 + DistanceBiases.bucket(-distance));
    }
    assertThat(DistanceBiases.bucket(Integer.MAX_VALUE)).isEqualTo(31);
    assertThat(DistanceBiases.bucket(-Integer.MAX_VALUE)).isEqualTo(15);
  }
}
