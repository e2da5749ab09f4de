package dev.afina.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.pytorch.jni.JniUtils;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With two workers, as the build sets it. */
class WorkersTest {

  @Test
  void divide_givesTheLargestFirst_toWhoHasTheLeast() {
    // 9 | 7; then 5 to the 7, 4 to the 9, 3 to the 12 (the first of equals has 13).
    List<int[]> parts = Workers.divide(new long[] {3, 9, 4, 7, 5}, 2);
    assertThat(parts).hasSize(2);
    assertThat(parts.get(0)).containsExactly(1, 2);
    assertThat(parts.get(1)).containsExactly(3, 4, 0);
  }

  @Test
  void divide_leavesNoPartEmpty() {
    assertThat(Workers.divide(new long[] {5, 5}, 4)).hasSize(2);
    assertThat(Workers.divide(new long[] {5}, 1).get(0)).containsExactly(0);
    assertThat(Workers.divide(new long[0], 2)).isEmpty();
  }

  @Test
  void run_givesResultsInTheOrderOfTheTasks() {
    List<Supplier<Integer>> tasks = new ArrayList<>();
    IntStream.range(0, 20).forEach(i -> tasks.add(() -> i * i));
    assertThat(Workers.run(tasks))
        .containsExactlyElementsOf(IntStream.range(0, 20).mapToObj(i -> i * i).toList());
  }

  /** A thread that looks in vain takes a core from PyTorch's threads. */
  @Test
  void aTaskForAllCores_wakesTheFirstWorkerOnly() {
    Workers.run(List.of(() -> 1, () -> 2));
    Thread other =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("afina-worker-1"))
            .findFirst()
            .orElseThrow();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getThreadInfo(other.getId()).getWaitedCount();
    for (int i = 0; i < 200; i++) {
      Workers.run(List.of(() -> 1));
    }
    assertThat(threads.getThreadInfo(other.getId()).getWaitedCount() - before).isLessThan(20);
  }

  @Test
  void run_ofTwo_runsThemAtTheSameTime_onOneCoreEach() {
    CountDownLatch both = new CountDownLatch(2);
    Supplier<Integer> meet =
        () -> {
          both.countDown();
          await(both);
          return JniUtils.getNumThreads();
        };
    assertThat(Workers.run(List.of(meet, meet))).containsExactly(1, 1);
  }

  @Test
  void run_ofOne_hasAllCores() {
    assertThat(Workers.count()).isEqualTo(2);
    assertThat(Workers.run(List.of(JniUtils::getNumThreads))).containsExactly(2);
    assertThat(JniUtils.getNumThreads()).as("the caller's own").isEqualTo(1);
  }

  @Test
  void run_whereOneFails_throwsAfterAllHaveEnded() {
    AtomicBoolean ended = new AtomicBoolean();
    CountDownLatch both = new CountDownLatch(2);
    assertThatThrownBy(
            () ->
                Workers.run(
                    List.of(
                        () -> {
                          both.countDown();
                          await(both);
                          throw new IllegalStateException("the first");
                        },
                        () -> {
                          both.countDown();
                          await(both);
                          pause();
                          ended.set(true);
                          return 1;
                        })))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the first");
    assertThat(ended).isTrue();
    assertThat(Workers.run(List.of(() -> 1))).as("the workers live on").containsExactly(1);
  }

  /** Of a failure that the log cannot even write, as where memory is short. */
  @Test
  @Timeout(60)
  void workers_liveOn_whateverTheirTasksThrow_andTellIt() {
    class Unspeakable extends Error {
      private static final long serialVersionUID = 1;

      @Override
      public String getMessage() {
        throw this;
      }
    }

    Unspeakable failure = new Unspeakable();
    for (int i = 0; i < 2 * Workers.count(); i++) {
      CompletableFuture<Throwable> before = new CompletableFuture<>();
      submit(
          () -> {
            throw failure;
          },
          before::complete);
      CompletableFuture<Throwable> after = new CompletableFuture<>();
      submit(
          () ->
              () -> {
                throw failure;
              },
          after::complete);
      submit(
          () -> {
            throw failure;
          },
          lost -> {
            throw failure;
          });
      assertThat(before).succeedsWithin(Duration.ofSeconds(30)).isSameAs(failure);
      assertThat(after).succeedsWithin(Duration.ofSeconds(30)).isSameAs(failure);
    }
    CompletableFuture<List<Integer>> next =
        CompletableFuture.supplyAsync(() -> Workers.run(List.of(() -> 1)));
    assertThat(next).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(List.of(1));
  }

  @Test
  void started_whereTheSystemRefusesAThread_leavesSomeForOthers() {
    assertThat(startedWhereRefused(10)).isEqualTo(4);
    assertThat(startedWhereRefused(3)).isEqualTo(1);
    assertThat(startedWhereRefused(20)).isEqualTo(20);
  }

  /** Of twenty, one of which the system refuses. */
  private static int startedWhereRefused(int number) {
    List<Integer> asked = new ArrayList<>();
    int started =
        Workers.started(
            20,
            i -> {
              asked.add(i);
              return new Thread(() -> {}, "afina-test-" + i) {
                @Override
                public synchronized void start() {
                  if (i == number) {
                    throw new OutOfMemoryError("unable to create native thread");
                  }
                  super.start();
                }
              };
            });
    assertThat(asked).hasSize(Math.min(20, number + 1));
    return started;
  }

  @Test
  void run_ofMany_letsOthersInBetween() {
    AtomicInteger begun = new AtomicInteger();
    CompletableFuture<Integer> before = new CompletableFuture<>();
    List<Supplier<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      boolean third = i == 2;
      tasks.add(
          () -> {
            if (third) {
              submit(() -> () -> before.complete(begun.get()));
            }
            pause();
            return begun.incrementAndGet();
          });
    }
    assertThat(Workers.run(tasks)).hasSize(40);
    assertThat(before.join()).as("tasks that went first").isLessThan(10);
  }

  /** As of a task that is left out although one behind it had begun. */
  @Test
  void run_throwsTheFailure_andNotThatATaskBeforeItWasCancelled() {
    assumeTrue(Workers.count() > 1, "one worker leaves the second task out");
    CountDownLatch both = new CountDownLatch(2); // neither is left out
    Supplier<Integer> cancelled =
        () -> {
          awaitBoth(both);
          throw new CancellationException("left out");
        };
    Supplier<Integer> failing =
        () -> {
          awaitBoth(both);
          throw new IllegalArgumentException("why");
        };
    assertThatThrownBy(() -> Workers.run(List.of(cancelled, failing)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("why");
  }

  private static void awaitBoth(CountDownLatch both) {
    both.countDown();
    try {
      both.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void run_afterAFailure_beginsNoMore() {
    AtomicInteger begun = new AtomicInteger();
    List<Supplier<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      int number = i;
      tasks.add(
          () -> {
            begun.incrementAndGet();
            if (number == 3) {
              throw new IllegalStateException("the fourth");
            }
            pause();
            return number;
          });
    }
    assertThatThrownBy(() -> Workers.run(tasks)).hasMessage("the fourth");
    assertThat(begun.get()).isLessThan(100);
  }

  @Test
  void run_withinATask_runsInPlace() {
    Supplier<List<String>> outer =
        () ->
            Workers.run(
                List.of(
                    () -> Thread.currentThread().getName(),
                    () -> Thread.currentThread().getName()));
    List<String> names = Workers.run(List.of(outer, outer)).get(0);
    assertThat(names.get(0)).isEqualTo(names.get(1)).startsWith("afina-worker-");
  }

  @Test
  void submit_ofManyFromManyThreads_runsEach() throws InterruptedException {
    int[] counts = new int[1000];
    CountDownLatch all = new CountDownLatch(counts.length);
    List<Thread> callers = new ArrayList<>();
    for (int c = 0; c < 10; c++) {
      int first = c * 100;
      Thread caller =
          new Thread(
              () ->
                  IntStream.range(first, first + 100)
                      .forEach(
                          i ->
                              submit(
                                  () -> {
                                    counts[i]++;
                                    return all::countDown;
                                  })));
      callers.add(caller);
      caller.start();
    }
    await(all);
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(Arrays.stream(counts)).containsOnly(1);
  }

  @Test
  void submit_isNotBehindTheSeriesOfManyCallers_norAreTheseBehindIt() throws Exception {
    CountDownLatch bothBusy = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    List<String> order = new CopyOnWriteArrayList<>();
    Supplier<Boolean> busy =
        () -> {
          bothBusy.countDown();
          await(go);
          return true;
        };
    Supplier<Boolean> part = () -> order.add("part");
    List<Thread> callers = new ArrayList<>();
    callers.add(new Thread(() -> Workers.run(List.of(busy, busy))));
    callers.get(0).start();
    await(bothBusy);
    for (int i = 0; i < 3; i++) { // each queues two parts at once
      Thread caller = new Thread(() -> Workers.run(Collections.nCopies(4, part)));
      callers.add(caller);
      caller.start();
      while (caller.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
    for (int i = 0; i < 12; i++) {
      submit(
          () -> {
            order.add("single");
            return () -> {};
          });
    }
    go.countDown();
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(order.subList(0, 2)).contains("single");
    assertThat(order.subList(0, 4)).contains("part");
  }

  @Test
  void shortOnes_goBeforeLongOnesAndParts_butForOneOfThese() throws Exception {
    List<String> order = new CopyOnWriteArrayList<>();
    CountDownLatch firstIsFree = new CountDownLatch(1);
    CountDownLatch secondIsFree = new CountDownLatch(1);
    CountDownLatch all = new CountDownLatch(6);
    CountDownLatch bothBusy = new CountDownLatch(2);
    Thread busy =
        new Thread(
            () ->
                Workers.run(
                    List.of(
                        () -> isBusy(bothBusy, firstIsFree),
                        () -> isBusy(bothBusy, secondIsFree))));
    busy.start();
    await(bothBusy);
    Thread series = new Thread(() -> Workers.run(Collections.nCopies(4, () -> order.add("part"))));
    series.start();
    while (series.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    for (int i = 0; i < 2; i++) {
      submit(Workers.Length.LONG, () -> true, "long", order, all);
    }
    submit(Workers.Length.SHORT, () -> false, "unwanted", order, all);
    for (int i = 0; i < 4; i++) {
      submit(Workers.Length.SHORT, () -> true, "short", order, all);
    }
    firstIsFree.countDown(); // the other one stays busy: so there is one order
    await(all);
    series.join();
    secondIsFree.countDown();
    busy.join();
    assertThat(order)
        .containsExactly(
            "short", "long", "short", "part", "short", "long", "short", "part", "part", "part");
  }

  private static boolean isBusy(CountDownLatch begun, CountDownLatch end) {
    begun.countDown();
    await(end);
    return true;
  }

  private static void submit(
      Workers.Length length,
      BooleanSupplier isWanted,
      String name,
      List<String> order,
      CountDownLatch all) {
    Workers.submit(
        length,
        new CoresIfAlone().of(1),
        isWanted,
        () -> {
          order.add(name);
          return all::countDown;
        },
        lost -> {});
  }

  @Test
  void submit_oneAfterTheOther_hasTheCoresThatAreFaster() {
    int onAll = 0;
    CoresIfAlone cores = new CoresIfAlone();
    for (int i = 0; i < 200; i++) {
      onAll += threadsOfTask(cores, 2_000, 1_000) == 2 ? 1 : 0;
    }
    assertThat(onAll).as("all, but for some trials").isBetween(185, 198);
    for (int i = 0; i < 200; i++) {
      onAll -= threadsOfTask(cores, 2_000, 5_000) == 2 ? 1 : 0;
    }
    assertThat(onAll).as("one, but for some trials").isGreaterThan(160);
  }

  private static void submit(Supplier<Runnable> task) {
    submit(task, lost -> {});
  }

  private static void submit(Supplier<Runnable> task, Consumer<Throwable> lost) {
    Workers.submit(Workers.Length.SHORT, new CoresIfAlone().of(1), () -> true, task, lost);
  }

  /** Runs a task that would take so long. */
  private static int threadsOfTask(CoresIfAlone cores, int onOne, int onAll) {
    CompletableFuture<Integer> ran = new CompletableFuture<>();
    Workers.submit(
        Workers.Length.SHORT,
        cores.of(1),
        () -> true,
        () -> {
          int threads = JniUtils.getNumThreads();
          boolean asSaid = Workers.coresOfThread() == threads;
          cores.took(threads > 1 ? onAll : onOne, 1);
          return () -> ran.complete(asSaid ? threads : -1);
        },
        ran::completeExceptionally);
    int threads = ran.join();
    assertThat(threads).isPositive();
    return threads;
  }

  @Test
  void submit_besideAnother_hasOneCore() {
    CoresIfAlone all = new CoresIfAlone();
    all.took(false, 10, 1);
    all.took(true, 5, 1);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    CompletableFuture<List<Boolean>> other =
        CompletableFuture.supplyAsync(
            () -> Workers.run(List.<Supplier<Boolean>>of(() -> isBusy(begun, end)), 1));
    await(begun);
    int besideAnother;
    try {
      besideAnother = threadsOfTask(all, 1, 1); // counted, it would be preferred
    } finally {
      end.countDown();
    }
    other.join();
    assertThat(besideAnother).isEqualTo(1);
    assertThat(threadsOfTask(all, 10, 5)).isEqualTo(2);
  }

  @Test
  void run_ofOneThatMayDiffer_hasTheCoresThatAreFaster() {
    CoresIfAlone cores = new CoresIfAlone();
    List<Supplier<Integer>> one = List.of(JniUtils::getNumThreads);
    assertThat(Workers.run(one, cores.of(1))).containsExactly(1);
    cores.took(false, 10, 1);
    cores.took(true, 5, 1);
    assertThat(Workers.run(one, cores.of(1))).containsExactly(2);
    assertThat(Workers.run(List.of(one.get(0), one.get(0)), cores.of(1))).containsExactly(1, 1);
  }

  @Test
  void isAlone_untilAnotherTaskIsGivenOut() {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch joined = new CountDownLatch(1);
    CompletableFuture<List<Boolean>> first =
        CompletableFuture.supplyAsync(
            () ->
                Workers.run(
                        List.<Supplier<List<Boolean>>>of(
                            () -> {
                              boolean before = Workers.isAlone();
                              begun.countDown();
                              await(joined);
                              return List.of(before, Workers.isAlone());
                            }),
                        new CoresIfAlone().of(1))
                    .get(0));
    await(begun);
    boolean second = true;
    try {
      second = Workers.run(List.<Supplier<Boolean>>of(Workers::isAlone), 1).get(0);
    } finally {
      joined.countDown();
    }
    assertThat(first.join()).containsExactly(true, false);
    assertThat(second).isFalse();
    assertThat(Workers.isAlone()).as("no worker").isFalse();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
