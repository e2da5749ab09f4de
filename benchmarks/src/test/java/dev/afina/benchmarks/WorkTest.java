package dev.afina.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkTest {

  @Test
  void flops_workedByHand() {
    // H 2, F 3, W = 4·4 + 2·2·3 = 28; texts of 2 and 3 tokens: T 5, Σs² 13, B 2.
    // A whole layer: 6·28·5 + 12·2·13 = 840 + 312 = 1152.
    // The last layer: keys and values 6·8·5 = 240, the rest 6·20·2 = 240, attention 12·2·5 = 120.
    // The head with 4 labels: 6·2·(4 + 8) = 144.
    Work work = Work.of(new Work.Size(3, 2, 3, 4), new int[] {2, 3});
    assertThat(work.texts()).isEqualTo(2);
    assertThat(work.tokens()).isEqualTo(5);
    assertThat(work.squares()).isEqualTo(13);
    assertThat(work.flops()).isEqualTo(2 * 1152 + 600 + 144);
  }
}
