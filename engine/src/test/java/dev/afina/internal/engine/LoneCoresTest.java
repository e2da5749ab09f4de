package dev.afina.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class LoneCoresTest {
  private static final int ALL = 8;

  private final LoneCores cores = new LoneCores();
  private final Random random = new Random(3);

  @Test
  void theFirstGetsOne_theSecondTriesAll() {
    assertThat(cores.choose(ALL)).isEqualTo(1);
    cores.took(false, 9, 1);
    assertThat(cores.choose(ALL)).isEqualTo(ALL);
    cores.took(true, 5, 1);
    assertThat(cores.choose(ALL)).isEqualTo(ALL);
  }

  @Test
  void choose_askedTwice_isTheSame() {
    for (int i = 0; i < 100; i++) {
      int chosen = cores.choose(ALL);
      assertThat(cores.choose(ALL)).isEqualTo(chosen);
      cores.took(chosen == ALL, chosen == ALL ? 5 : 9, 1);
    }
  }

  @Test
  void idleMachine_givesAll_whateverTheLengths() {
    onAll(100, LoneCoresTest::millisOnAll);
    assertThat(onAll(2_000, LoneCoresTest::millisOnAll))
        .isBetween(1_940, 1_990); // the others are trials of one
  }

  @Test
  void busyMachine_givesOne_whateverTheLengths() {
    onAll(100, LoneCoresTest::millisOnAllOfBusy);
    assertThat(onAll(2_000, LoneCoresTest::millisOnAllOfBusy)).isBetween(10, 60); // trials of all
  }

  @Test
  void machineThatBecomesBusy_givesOneSoon() {
    onAll(1_000, LoneCoresTest::millisOnAll);
    assertThat(onAll(200, LoneCoresTest::millisOnAllOfBusy)).isLessThan(20);
  }

  @Test
  void machineThatBecomesIdle_givesAllAfterTheNextTrial() {
    onAll(1_000, LoneCoresTest::millisOnAllOfBusy);
    assertThat(onAll(200, LoneCoresTest::millisOnAll)).isGreaterThan(200 - 64 - 10);
  }

  /** Java compiles, threads are made, and kernels are tested. */
  @Test
  void slowFirstTrial_isForgottenSoon() {
    cores.choose(ALL);
    cores.took(false, 20_000_000, 25);
    cores.choose(ALL);
    cores.took(true, 150_000_000, 25);
    assertThat(onAll(20, LoneCoresTest::millisOnAll)).isGreaterThanOrEqualTo(8);
  }

  /** Such as one that shared the machine. */
  @Test
  void taskThatWasNotChosenFor_doesNotCount() {
    cores.choose(ALL);
    cores.took(false, 9, 1);
    cores.took(true, 20, 1);
    assertThat(cores.choose(ALL)).as("all are still to be tried").isEqualTo(ALL);
    cores.took(true, 10, 1);
    assertThat(cores.choose(ALL)).isEqualTo(1);
  }

  /** Runs tasks of random length, and counts those that had all cores. */
  private int onAll(int tasks, IntToDoubleFunction onAll) {
    int count = 0;
    for (int i = 0; i < tasks; i++) {
      int tokens = 4 + random.nextInt(125);
      boolean all = cores.choose(ALL) == ALL;
      double millis = all ? onAll.applyAsDouble(tokens) : millisOnOne(tokens);
      double scatter = 0.9 + 0.2 * random.nextDouble();
      cores.took(all, (long) (1e6 * millis * scatter), tokens);
      count += all ? 1 : 0;
    }
    return count;
  }

  /** What a text of MiniLM's takes, measured on two cores. */
  private static double millisOnOne(int tokens) {
    return 2 + 0.19 * tokens;
  }

  private static double millisOnAll(int tokens) {
    return 2.8 + 0.1 * tokens;
  }

  /** The same where another program keeps a core busy. */
  private static double millisOnAllOfBusy(int tokens) {
    return 2 * millisOnOne(tokens);
  }
}
