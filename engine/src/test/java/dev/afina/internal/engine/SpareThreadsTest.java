package dev.afina.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpareThreadsTest {

  @Test
  void areThere_whereTheSystemRefusesOne_isFalse_andNoneStays() {
    assertThat(SpareThreads.areThere(3)).isTrue();
    assertThat(SpareThreads.areThere(2, 1L << 46)).isFalse(); // no address space for such a stack
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("afina-spare-"));
  }

  @Test
  void areThere_onAnInterruptedThread_keepsTheInterrupt() {
    Thread.currentThread().interrupt();
    assertThat(SpareThreads.areThere(1)).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }
}
