package dev.afina.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class CoresIfAloneTest {
  private static final int ALL = 8;

  private final CoresIfAlone cores = new CoresIfAlone();
  private final Random random = new Random(3);

  @Test
  void theFirstGetsOne_theSecondTriesAll() {
    assertThat(choose(1)).isEqualTo(1);
    cores.took(false, 9, 1);
    assertThat(choose(1)).isEqualTo(ALL);
    cores.took(true, 5, 1);
    assertThat(choose(1)).isEqualTo(ALL);
  }

  @Test
  void choose_askedTwice_isTheSame() {
    for (int i = 0; i < 100; i++) {
      int chosen = choose(1);
      assertThat(choose(1)).isEqualTo(chosen);
      cores.took(chosen == ALL, chosen == ALL ? 5 : 9, 1);
    }
  }

  @Test
  void idleMachine_givesAll_whateverTheLengths() {
    onAll(100, CoresIfAloneTest::millisOnAll);
    assertThat(onAll(2_000, CoresIfAloneTest::millisOnAll))
        .isBetween(1_800, 1_980); // the others are trials of one
  }

  @Test
  void busyMachine_givesOne_whateverTheLengths() {
    onAll(100, CoresIfAloneTest::millisOnAllOfBusy);
    assertThat(onAll(2_000, CoresIfAloneTest::millisOnAllOfBusy))
        .isBetween(20, 100); // trials of all
  }

  @Test
  void machineThatBecomesBusy_givesOneSoon() {
    onAll(1_000, CoresIfAloneTest::millisOnAll);
    assertThat(onAll(200, CoresIfAloneTest::millisOnAllOfBusy)).isLessThan(40);
  }

  @Test
  void machineThatBecomesIdle_givesAllAfterTheNextTrialOfTheLength() {
    onAll(1_000, CoresIfAloneTest::millisOnAllOfBusy);
    assertThat(onAll(200, CoresIfAloneTest::millisOnAll)).isGreaterThan(100);
  }

  /** Java compiles, threads are made, and kernels are tested. */
  @Test
  void slowFirstTrial_isForgottenSoon() {
    choose(1);
    cores.took(false, 20_000_000, 25);
    choose(1);
    cores.took(true, 150_000_000, 25);
    assertThat(onAll(20, CoresIfAloneTest::millisOnAll)).isGreaterThanOrEqualTo(8);
  }

  /** A garbage collection, or another program for a moment. */
  @Test
  void slowTask_doesNotChangeTheChoice() {
    onAll(1_000, CoresIfAloneTest::millisOnAll);
    cores.took(true, 1_000_000_000, 25);
    int all = 0;
    for (int i = 0; i < 3; i++) { // one of which may be a trial
      boolean onAll = choose(25) == ALL;
      all += onAll ? 1 : 0;
      cores.took(onAll, (long) (1e6 * (onAll ? millisOnAll(25) : millisOnOne(25))), 25);
    }
    assertThat(all).isGreaterThanOrEqualTo(2);
  }

  /** Few tokens cost little more on one core: what is best for them is not for many. */
  @Test
  void sizesOfItsOwnClass_decide() {
    for (int i = 0; i < 300; i++) {
      long tokens = i % 10 == 0 ? 4_000 : 3;
      boolean all = choose(tokens) == ALL;
      long each = tokens == 3 ? (all ? 4 : 3) : all ? 1 : 5;
      cores.took(all, each * (tokens + 24), tokens);
    }
    assertThat(choose(3)).isEqualTo(1);
    assertThat(choose(4_000)).isEqualTo(ALL);
  }

  /** A trial that costs ten times as much is ten times as seldom. */
  @Test
  void trials_costLittle() {
    int slow = 0;
    for (int i = 0; i < 10_000; i++) {
      boolean all = choose(1) == ALL;
      slow += all ? 0 : 1;
      cores.took(all, all ? 100 : 1_000, 1);
    }
    assertThat(slow).isBetween(10, 35);
  }

  /** Runs tasks of random length, and counts those that had all cores. */
  private int onAll(int tasks, IntToDoubleFunction onAll) {
    int count = 0;
    for (int i = 0; i < tasks; i++) {
      int tokens = 4 + random.nextInt(125);
      boolean all = choose(tokens) == ALL;
      double millis = all ? onAll.applyAsDouble(tokens) : millisOnOne(tokens);
      double scatter = 0.9 + 0.2 * random.nextDouble();
      cores.took(all, (long) (1e6 * millis * scatter), tokens);
      count += all ? 1 : 0;
    }
    return count;
  }

  private int choose(long tokens) {
    return cores.of(tokens).choose(ALL);
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
