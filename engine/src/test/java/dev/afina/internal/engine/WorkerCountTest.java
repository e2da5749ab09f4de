package dev.afina.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerCountTest {

  @Test
  void coresCount_butNoMoreThanTheQuotaOfAContainer() {
    assertThat(WorkerCount.of(null, null, 64, 64)).isEqualTo(64);
    assertThat(WorkerCount.of(null, null, 32, 64)).as("64 threads on 32 cores").isEqualTo(32);
    assertThat(WorkerCount.of(null, null, 64, 2)).as("cpu.max of 2 processors").isEqualTo(2);
  }

  @Test
  void whatIsNamed_counts_oursBeforeDjls() {
    assertThat(WorkerCount.of(null, "8", 8, 2)).isEqualTo(8);
    assertThat(WorkerCount.of("3", "8", 8, 2)).isEqualTo(3);
    assertThat(WorkerCount.of("1024", null, 8, 2)).isEqualTo(1024);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1025", "99999999999", "two", "2.0", "٢"})
  void whatIsNoNumber_isRefused(String wanted) {
    assertThatThrownBy(() -> WorkerCount.of(wanted, null, 8, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "-Dafina.workers: expected a number of threads from 1 to 1024, got \"" + wanted + "\"");
  }
}
