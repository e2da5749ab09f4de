package dev.afina.internal.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.internal.vector.Team.Step;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // threads that spin
class TeamTest {
  private final Team team = new Team();

  private static long in(long millis) {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void aStepBeginsWhenAllUnitsBeforeItAreDone() {
    for (int round = 0; round < 2_000; round++) {
      int[] first = new int[5];
      int[] sums = new int[3];
      Step ones = new Step(5, unit -> first[unit] = 1);
      Step all =
          new Step(3, unit -> sums[unit] = first[0] + first[1] + first[2] + first[3] + first[4]);
      assertThat(team.run(List.of(ones, all), 3, in(30_000))).isTrue();
      assertThat(sums).containsExactly(5, 5, 5);
    }
  }

  @Test
  void severalThreadsShareTheUnits() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(3);
    Step step =
        new Step(
            3,
            unit -> {
              threads.add(Thread.currentThread());
              all.countDown();
              await(all); // each has one
            });
    assertThat(team.run(List.of(step), 3, in(30_000))).isTrue();
    assertThat(threads).hasSize(3);
  }

  /** They live as long as the process, and would hold it as long. */
  @Test
  void helpersHaveNothingOfTheFirstCaller() {
    InheritableThreadLocal<String> callers = new InheritableThreadLocal<>();
    callers.set("the caller's");
    List<String> seen = new CopyOnWriteArrayList<>();
    CountDownLatch both = new CountDownLatch(2);
    Step step =
        new Step(
            2,
            unit -> {
              seen.add(String.valueOf(callers.get()));
              both.countDown();
              await(both); // each has one
            });
    assertThat(team.run(List.of(step), 2, in(30_000))).isTrue();
    assertThat(seen).containsExactlyInAnyOrder("the caller's", "null");
  }

  /** Its unit is never done, so the others stop waiting at the deadline. */
  @Test
  void aThreadThatHangsHoldsUpNobodyForLong() {
    CountDownLatch end = new CountDownLatch(1);
    Thread caller = Thread.currentThread();
    Step step =
        new Step(
            2,
            unit -> {
              if (Thread.currentThread() != caller) {
                await(end);
              }
            });
    Step wait = new Step(1, unit -> {});
    boolean sawBoth = false;
    while (!sawBoth) { // until the helper has had a unit
      sawBoth = !team.run(List.of(step, step, step, step, wait), 2, in(100));
    }
    end.countDown();
    assertThat(team.run(List.of(wait), 2, in(30_000))).isTrue();
  }

  @Test
  void aFailureEndsAllThreadsAndIsThrown() {
    AtomicInteger after = new AtomicInteger();
    Step fails =
        new Step(
            4,
            unit -> {
              if (unit == 2) {
                throw new IllegalArgumentException("unit 2");
              }
            });
    Step next = new Step(4, unit -> after.incrementAndGet());
    assertThatThrownBy(() -> team.run(List.of(fails, next), 3, in(600_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unit 2");
    assertThat(after).hasValue(0);
    assertThat(team.run(List.of(next), 3, in(30_000))).isTrue();
    assertThat(after).hasValue(4);
  }

  @Test
  void anErrorIsThrownToo() {
    Step fails =
        new Step(
            1,
            unit -> {
              throw new StackOverflowError();
            });
    assertThatThrownBy(() -> team.run(List.of(fails), 2, in(600_000)))
        .hasCauseInstanceOf(StackOverflowError.class);
  }

  /** A run names the weights of a model, which may be closed. */
  @Test
  void nothingIsKeptOfARun() throws InterruptedException {
    WeakReference<float[]> weights = run(new float[1_000]);
    long end = in(30_000);
    while (weights.get() != null && System.nanoTime() < end) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(weights.get()).isNull();
  }

  private WeakReference<float[]> run(float[] weights) {
    Step step = new Step(8, unit -> weights[unit]++);
    assertThat(team.run(List.of(step), 3, in(30_000))).isTrue();
    return new WeakReference<>(weights);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
