package dev.afina.internal.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share the steps of one computation. A step is divided into units. Each thread takes
 * the next unit of the whole computation, so one that comes late, or not at all, holds up nobody: a
 * step begins when all units before it are done, whoever did them. A thread that loses its core
 * within a unit holds up the others, until the deadline at most.
 *
 * <p>One computation at a time has the helpers; another one runs on its own thread alone. Thread
 * safe.
 */
final class Team {
  /** The one of this process. */
  static final Team INSTANCE = new Team();

  /** For how long a helper looks for the next computation before it sleeps. */
  private static final long SPIN_NANOS = 100_000;

  private static final int SPINS_A_LOOK = 1_000;

  private final AtomicBoolean isBusy = new AtomicBoolean();
  private final List<Helper> helpers = new ArrayList<>(); // of the thread that made it busy

  /**
   * A step, whose units may be done at the same time.
   *
   * @param units how many, 1 or more
   * @param unit does one, 0 to {@code units} − 1
   */
  record Step(int units, IntConsumer unit) {}

  /** What several threads do. */
  private static final class Run {
    private final Step[] steps;
    private final int[] ends; // by step: the units up to its end
    private final long deadline;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile boolean isStopped;
    private volatile @Nullable Throwable failure;

    Run(List<Step> steps, long deadline) {
      this.steps = steps.toArray(Step[]::new);
      this.deadline = deadline;
      this.ends = new int[this.steps.length];
      int end = 0;
      for (int i = 0; i < ends.length; i++) {
        end += this.steps[i].units;
        ends[i] = end;
      }
    }

    // Whatever ends one thread must end the others, which wait for its unit.
    @SuppressWarnings("PMD.AvoidCatchingThrowable")
    void work() {
      try {
        int step = 0;
        int unit = taken.getAndIncrement();
        while (unit < ends[ends.length - 1]) {
          while (unit >= ends[step]) {
            step++;
          }
          int begin = step == 0 ? 0 : ends[step - 1];
          if (!areDone(begin)) {
            return;
          }
          steps[step].unit.accept(unit - begin);
          done.incrementAndGet();
          unit = taken.getAndIncrement();
        }
      } catch (Throwable e) {
        failure = e;
        isStopped = true;
      }
    }

    /**
     * Waits for units.
     *
     * @return false if the computation was stopped
     */
    @SuppressWarnings("ThreadPriorityCheck") // yield, of a thread that has waited for long
    boolean areDone(int units) {
      if (System.nanoTime() - deadline > 0) {
        isStopped = true;
      }
      for (int spins = 1; done.get() < units && !isStopped; spins++) {
        Thread.onSpinWait();
        if (spins % SPINS_A_LOOK == 0) {
          Thread.yield(); // the thread that has the unit may wait for this core
          if (System.nanoTime() - deadline > 0) {
            isStopped = true;
          }
        }
      }
      return !isStopped;
    }

    boolean awaitEnd() {
      return areDone(ends[ends.length - 1]);
    }
  }

  /** A daemon that helps with one computation after the other. */
  private static final class Helper extends Thread {
    private final AtomicReference<@Nullable Run> given = new AtomicReference<>();

    Helper(int number) {
      super(null, null, "afina-vector-" + number, 0, false); // nothing of the first caller
      setDaemon(true);
      setContextClassLoader(Team.class.getClassLoader()); // nor its class loader
    }

    @Override
    public void run() {
      long begun = System.nanoTime();
      while (true) {
        if (given.get() != null) {
          Run run = given.getAndSet(null); // and kept nowhere: it names a model's weights
          if (run != null) {
            run.work();
          }
          begun = System.nanoTime();
        } else if (System.nanoTime() - begun > SPIN_NANOS) {
          LockSupport.park(this);
          boolean unused = Thread.interrupted(); // otherwise it could never park again
        } else {
          Thread.onSpinWait();
        }
      }
    }

    void give(Run run) {
      given.set(run);
      LockSupport.unpark(this);
    }
  }

  /**
   * Does the steps one after the other.
   *
   * @param threads how many threads at most, the caller's among them
   * @param deadline by {@link System#nanoTime}; later no unit is begun
   * @return false if the deadline has passed; threads may then still do the unit that they have
   *     begun, so what they write into must not be used again
   * @throws RuntimeException that of a unit; an Error of one is the cause of an
   *     IllegalStateException
   */
  boolean run(List<Step> steps, int threads, long deadline) {
    Run run = new Run(steps, deadline);
    if (threads > 1 && isBusy.compareAndSet(false, true)) {
      try {
        give(run, threads - 1);
        run.work();
        return ended(run);
      } finally {
        isBusy.set(false);
      }
    }
    run.work();
    return ended(run);
  }

  /** Without helpers that the system refuses. */
  private void give(Run run, int count) {
    while (helpers.size() < count) {
      Helper helper = new Helper(helpers.size());
      try {
        helper.start();
      } catch (OutOfMemoryError e) { // no more threads
        break;
      }
      helpers.add(helper);
    }
    for (int i = 0; i < Math.min(count, helpers.size()); i++) {
      helpers.get(i).give(run);
    }
  }

  private static boolean ended(Run run) {
    boolean ended = run.awaitEnd();
    Throwable failure = run.failure;
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure != null) {
      throw new IllegalStateException("a short text could not be computed", failure);
    }
    return ended;
  }
}
