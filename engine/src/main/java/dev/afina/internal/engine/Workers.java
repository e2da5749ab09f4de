package dev.afina.internal.engine;

import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that compute: one per core, shared by all models and trainings of the process; fewer
 * where the system refuses more.
 *
 * <p>Work is divided among the workers by texts, and each computes on one core. This is faster than
 * PyTorch's intra-op parallelism, which divides every single operator among the cores and waits for
 * the slowest core each time: on 2 cores the matrix products of a small encoder run at 168 GFLOP/s
 * divided by texts and at 126 divided by operators (260 tokens, forward and backward; from 400
 * tokens on there is no difference), and everything else runs on all cores, too. A single task that
 * is alone does use intra-op parallelism on all cores where that is faster ({@link CoresIfAlone}),
 * and others wait for it, so the PyTorch threads in use never exceed {@link #count()}.
 *
 * <p>Few threads enter PyTorch, however many call. OpenMP keeps a team of native threads for each
 * thread that ever entered and stops spinning when all teams together exceed the cores, so only the
 * first worker's team has more than one thread. Workers are daemon threads and live as long as the
 * process, whose shutdown waits for their computations; see {@link NativeUse}.
 */
public final class Workers {
  private static final Logger log = LoggerFactory.getLogger(Workers.class);

  /** For how long after a short task another one is expected. */
  private static final long NEXT_SHORT_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Threads that a load and the JVM need beside the workers. */
  private static final int FOR_OTHERS = 6;

  private Workers() {}

  /** The length of a single task. */
  public enum Length {
    /** Short: it goes before all longer tasks except one. */
    SHORT,
    /** About as long as a part of a series; the two kinds take turns. */
    LONG
  }

  /**
   * A task.
   *
   * @param work computes, and returns what to do once its cores are free again, such as completing
   *     a future
   * @param isWanted whether there is still something to do
   * @param cores how many cores it gets
   * @param lost told of what kept the task from beginning, or of what it threw
   */
  private record Task(
      Supplier<Runnable> work,
      BooleanSupplier isWanted,
      CoreCount cores,
      Consumer<Throwable> lost) {}

  /** How many cores a task gets, of all, if it is alone or not. */
  private interface CoreCount {
    int of(int all, boolean alone);
  }

  /**
   * The waiting tasks: short single tasks, long single tasks, and parts of series; each queue is
   * first come, first served. If others wait, a short task is followed by one of them, long tasks
   * and parts in turns. So a short task waits for at most one other, and the others never starve.
   * Its monitor guards its fields and those of the workers.
   *
   * <p>A task is handed to one idle worker, and no other is woken: a thread that looks for work in
   * vain would take a core that one of PyTorch's threads needs at that moment.
   *
   * <p>Giving out a task takes no memory, and adding one takes it first: an OutOfMemoryError
   * halfway would leave a worker in the pool twice, or lose what waits, as an ArrayDeque does that
   * cannot grow.
   */
  @SuppressWarnings("JdkObsolete")
  private static final class Pool {
    static final Pool INSTANCE = new Pool();

    final int size; // written before a task comes
    private final CompletableFuture<Integer> known = new CompletableFuture<>(); // the size
    private final Queue<Task> shortOnes = new LinkedList<>();
    private final Queue<Task> longOnes = new LinkedList<>();
    private final Queue<Task> parts = new LinkedList<>();
    private final Deque<Worker> idle; // last in, first out; has room for all
    private @Nullable Worker first; // null until it waits for its first task
    private boolean shortWasLast;
    private boolean partWasLast; // of long tasks and parts
    private int coresInUse;
    private final AtomicLong tasks = new AtomicLong(); // given out
    private volatile boolean isTeamRefused;
    private volatile long lastShort = System.nanoTime() - NEXT_SHORT_NANOS;

    private Pool() {
      int wanted = PyTorch.threads();
      this.idle = new ArrayDeque<>(wanted);
      this.size = started(wanted, i -> new Worker(this, i));
      boolean unused = known.complete(size);
    }

    synchronized void addPart(Task task) {
      parts.add(task);
      giveOut();
    }

    synchronized void addSingle(Length length, Task task) {
      if (length == Length.SHORT) {
        shortOnes.add(task);
        lastShort = System.nanoTime();
      } else {
        longOnes.add(task);
      }
      giveOut();
    }

    /** Waits for a task and for its cores. */
    Task take(Worker worker) {
      synchronized (this) {
        if (worker.number == 0) {
          first = worker;
        }
        idle.push(worker);
        giveOut();
      }
      return worker.awaitTask();
    }

    /** Hands tasks to idle workers while cores are free. */
    private void giveOut() {
      while (true) {
        dropUnwanted(shortOnes); // they would count as a turn
        dropUnwanted(longOnes);
        boolean othersWait = !longOnes.isEmpty() || !parts.isEmpty();
        boolean isShort = !shortOnes.isEmpty() && !(shortWasLast && othersWait);
        boolean isPart = longOnes.isEmpty() || (!partWasLast && !parts.isEmpty());
        Queue<Task> waiting = isShort ? shortOnes : isPart ? parts : longOnes;
        Task next = waiting.peek();
        if (next == null) {
          return;
        }
        int all = shortOnes.size() + longOnes.size() + parts.size();
        boolean isAlone = coresInUse == 0 && all == 1;
        int cores = next.cores.of(isTeamRefused ? 1 : size, isAlone);
        Worker worker = coresInUse + cores > size ? null : idleOne(cores > 1 && cores == size);
        if (worker == null) {
          return;
        }
        coresInUse += cores;
        shortWasLast = isShort;
        if (!isShort) {
          partWasLast = isPart;
        }
        waiting.remove();
        long number = tasks.incrementAndGet();
        worker.give(next, cores, isAlone ? number : 0);
      }
    }

    private static void dropUnwanted(Queue<Task> tasks) {
      Task next = tasks.peek();
      while (next != null && !next.isWanted.getAsBoolean()) {
        tasks.remove();
        next = tasks.peek();
      }
    }

    /** Takes an idle worker, if there is one: the first worker of the pool, or any. */
    private @Nullable Worker idleOne(boolean mustBeTheFirst) {
      if (!mustBeTheFirst) {
        return idle.poll();
      }
      Worker worker = first;
      return worker != null && idle.remove(worker) ? worker : null;
    }

    synchronized void free(int cores) {
      coresInUse -= cores;
      giveOut();
    }
  }

  /**
   * Starts threads, until the system refuses one: a container's {@code pids.max} or {@code ulimit
   * -u} may.
   *
   * @param wanted how many, 1 or more
   * @param thread makes the one of a number, from 0
   * @return how many of the first ones may go on; the others are to end, so that a load finds some
   * @throws OutOfMemoryError if the first is refused
   */
  static int started(int wanted, IntFunction<Thread> thread) {
    thread.apply(0).start();
    for (int i = 1; i < wanted; i++) {
      try {
        thread.apply(i).start();
      } catch (OutOfMemoryError e) {
        int left = Math.max(1, i - FOR_OTHERS);
        log.warn(
            "the system refuses this process more threads ({}): {} of {} workers compute; if the"
                + " reason is threads, raise pids.max or ulimit -u",
            e.getMessage(),
            left,
            wanted);
        return left;
      }
    }
    return wanted;
  }

  /** A thread of the pool. */
  private static final class Worker extends Thread {
    private final Pool pool;
    private final int number;
    private int cores;
    private int threads;
    private int team = 1; // the most threads that PyTorch may have on behalf of this one
    private long aloneAs; // the number of a task that was alone when it was given; 0 if not
    private volatile @Nullable Task given;

    Worker(Pool pool, int number) {
      super(null, null, "afina-worker-" + number, 0, false); // nothing of the first caller
      this.pool = pool;
      this.number = number;
      setDaemon(true);
      setContextClassLoader(Workers.class.getClassLoader()); // nor its class loader
    }

    // The worker must survive whatever a task throws, or all callers would wait for ever.
    @SuppressWarnings("PMD.AvoidCatchingThrowable")
    @Override
    public void run() {
      if (number >= pool.known.join()) {
        return; // the system gives too few threads
      }
      while (true) {
        Task task = pool.take(this);
        try {
          Runnable afterwards;
          try (NativeUse use = NativeUse.beginTask()) {
            afterwards = use == null ? () -> {} : compute(task); // null: no caller is left
          } finally {
            pool.free(cores);
          }
          afterwards.run();
        } catch (Throwable e) {
          tell(task, e);
        }
      }
    }

    /** Without memory the log may fail as well. */
    @SuppressWarnings("PMD.AvoidCatchingThrowable")
    private static void tell(Task task, Throwable failure) {
      try {
        try {
          task.lost.accept(failure);
        } finally {
          log.error("a task failed", failure);
        }
      } catch (Throwable e) {
        return; // nobody is left to tell
      }
    }

    /** Hands it a task, its number of cores, and the number of a task that is alone. */
    void give(Task task, int onCores, long asAlone) {
      cores = onCores;
      aloneAs = asAlone;
      given = task;
      LockSupport.unpark(this);
    }

    /** Waits for a task. */
    Task awaitTask() {
      Task task = given;
      while (task == null) {
        LockSupport.park(this);
        boolean unused = Thread.interrupted(); // otherwise it could never park again
        task = given;
      }
      given = null;
      return task;
    }

    private Runnable compute(Task task) {
      if (cores > team && !pool.isTeamRefused) {
        pool.isTeamRefused = !SpareThreads.areThere(cores - team);
        team = pool.isTeamRefused ? team : cores;
      }
      int wanted = Math.min(cores, team);
      if (threads == 0) {
        // Else the thread's first operator would take over what another worker has set since.
        int unused = JniUtils.getNumThreads();
      }
      if (threads != wanted) {
        JniUtils.setNumThreads(wanted); // of this thread
        threads = wanted;
      }
      return task.work.get();
    }
  }

  /**
   * The number of workers: {@code -Dafina.workers}, {@code -Dai.djl.pytorch.num_threads}, or the
   * number of physical cores, but no more than the processors that Java sees, which in a container
   * are those of its quota. Fewer if the system refuses the process that many threads.
   */
  public static int count() {
    return Pool.INSTANCE.size;
  }

  /** Whether the current thread is a worker. It must not wait for the others. */
  public static boolean isWorker() {
    return Thread.currentThread() instanceof Worker;
  }

  /**
   * The number of cores that PyTorch's operators use on the current thread; 1 unless it is a
   * worker.
   */
  public static int coresOfThread() {
    return Thread.currentThread() instanceof Worker worker ? worker.threads : 1;
  }

  /**
   * Whether the current thread is a worker whose task has had the machine to itself since it began,
   * as far as the workers know.
   */
  static boolean isAlone() {
    return Thread.currentThread() instanceof Worker worker
        && worker.aloneAs > 0
        && worker.aloneAs == worker.pool.tasks.get();
  }

  /**
   * Divides pieces of work into parts of about equal size: the largest piece first, each to the
   * part that is smallest so far.
   *
   * @param sizes the sizes of the pieces
   * @param parts the maximum number of parts, 1 or more
   * @return the indexes of the pieces in each part; no part is empty, so there may be fewer
   */
  public static List<int[]> divide(long[] sizes, int parts) {
    List<List<Integer>> divided = new ArrayList<>();
    IntStream.range(0, parts).forEach(p -> divided.add(new ArrayList<>()));
    long[] sums = new long[parts];
    IntStream.range(0, sizes.length)
        .boxed()
        .sorted(Comparator.comparingLong(i -> -sizes[i]))
        .forEach(
            i -> {
              int least = IntStream.range(0, parts).reduce(0, (a, b) -> sums[b] < sums[a] ? b : a);
              divided.get(least).add(i);
              sums[least] += sizes[i];
            });
    return divided.stream()
        .filter(part -> !part.isEmpty())
        .map(part -> part.stream().mapToInt(i -> i).toArray())
        .toList();
  }

  /**
   * Runs tasks, up to {@link #count()} at the same time, and waits for all. The number of cores per
   * task depends only on the number of tasks, so float rounding does not depend on what else is
   * running. Other callers get their turn, because each further task is queued only when an earlier
   * one ends. If a task calls this method, the nested tasks run one after another.
   *
   * @return the results in the order of the tasks
   * @throws RuntimeException that of the first task, in their order, that failed, after all started
   *     tasks have ended; no more are started after a failure
   * @throws IllegalStateException if the JVM is shutting down, unless the caller has already begun
   *     a {@link NativeUse}
   */
  public static <T> List<T> run(List<Supplier<T>> tasks) {
    if (Thread.currentThread() instanceof Worker) {
      return tasks.stream().map(Supplier::get).toList();
    }
    return run(tasks, Math.max(1, count() / Math.max(1, tasks.size())));
  }

  /**
   * Runs tasks with this number of cores each, however few tasks there are.
   *
   * @param cores 1 to {@link #count()}
   */
  public static <T> List<T> run(List<Supplier<T>> tasks, int cores) {
    if (Thread.currentThread() instanceof Worker) {
      return tasks.stream().map(Supplier::get).toList();
    }
    return run(tasks, (all, alone) -> cores);
  }

  /**
   * The same for tasks whose rounding may differ from one run to the next: a task that is the only
   * one gets one core or all, as if it had been {@linkplain #submit submitted}.
   *
   * @param ifAlone decides for a task that is alone
   */
  public static <T> List<T> run(List<Supplier<T>> tasks, CoresIfAlone.Choice ifAlone) {
    if (tasks.size() != 1 || Thread.currentThread() instanceof Worker) {
      return run(tasks);
    }
    return run(tasks, (all, alone) -> alone ? ifAlone.choose(all) : 1);
  }

  private static <T> List<T> run(List<Supplier<T>> tasks, CoreCount cores) {
    try (NativeUse use = NativeUse.begin()) {
      Series<T> series = new Series<>(tasks, cores);
      IntStream.range(0, Math.min(count(), tasks.size())).forEach(i -> series.queueNext());
      return series.results();
    }
  }

  /**
   * Queues a task and returns immediately. A short task goes before all waiting long tasks and
   * parts of {@link #run} except one; long tasks and parts take turns. A caller that waits for it
   * must have begun a {@link NativeUse}; a task that is still queued when all uses have ended never
   * runs.
   *
   * @param ifAlone decides for the task if it is alone; otherwise it gets one core
   * @param isWanted whether there is still something to do; if not, the task may be dropped. Must
   *     return immediately, because it is called under a lock
   * @param task computes, and returns what to do once its cores are free again, such as completing
   *     a future. Exceptions of either are logged
   * @param lost told of such an exception, and of what kept the task from beginning, such as an
   *     OutOfMemoryError; on the worker, which must not wait
   */
  public static void submit(
      Length length,
      CoresIfAlone.Choice ifAlone,
      BooleanSupplier isWanted,
      Supplier<Runnable> task,
      Consumer<Throwable> lost) {
    CoreCount cores = (all, alone) -> alone ? ifAlone.choose(all) : 1;
    Pool.INSTANCE.addSingle(length, new Task(task, isWanted, cores, lost));
  }

  /**
   * Whether a short task was queued within the last two seconds, so that large work should come in
   * small pieces.
   */
  public static boolean shortOnesCome() {
    return System.nanoTime() - Pool.INSTANCE.lastShort < NEXT_SHORT_NANOS;
  }

  /** The tasks of one call of {@link #run}, which are queued one after the other. */
  private static final class Series<T> {
    private final List<Supplier<T>> tasks;
    private final CoreCount cores;
    private final List<CompletableFuture<T>> results = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private volatile boolean failed;

    Series(List<Supplier<T>> tasks, CoreCount cores) {
      this.tasks = tasks;
      this.cores = cores;
      tasks.forEach(task -> results.add(new CompletableFuture<>()));
    }

    void queueNext() {
      int i = next.getAndIncrement();
      while (i < tasks.size() && (failed || !queue(i))) {
        results.get(i).cancel(false);
        i = next.getAndIncrement();
      }
    }

    /** Whether there was the memory for it; if not, the result has failed. */
    private boolean queue(int i) {
      try {
        Pool.INSTANCE.addPart(new Task(() -> outcome(i), () -> true, cores, e -> lose(i, e)));
        return true;
      } catch (OutOfMemoryError e) {
        fail(i, e);
        return false;
      }
    }

    /** A task that did not begin, or whose end could not be told. */
    private void lose(int i, Throwable why) {
      fail(i, why);
      queueNext(); // in vain, so that all others end
    }

    private void fail(int i, Throwable why) {
      failed = true;
      boolean unused = results.get(i).completeExceptionally(why);
    }

    // Every failure must reach the caller.
    @SuppressWarnings("PMD.AvoidCatchingThrowable")
    private Runnable outcome(int i) {
      CompletableFuture<T> result = results.get(i);
      try {
        T value = tasks.get(i).get();
        return () -> result.complete(value);
      } catch (Throwable e) {
        failed = true;
        return () -> result.completeExceptionally(e);
      } finally {
        queueNext(); // before its own cores are free, so behind all that wait by now
      }
    }

    List<T> results() {
      results.forEach(Series::awaitEnd);
      // What was left out because another task failed says nothing of why.
      results.stream()
          .filter(r -> r.isCompletedExceptionally() && !r.isCancelled())
          .findFirst()
          .ifPresent(Series::result);
      return results.stream().map(Series::result).toList();
    }

    /**
     * A failure must not return while others still use the caller's arrays, nor must the want of
     * memory or stack to wait with.
     */
    private static void awaitEnd(CompletableFuture<?> result) {
      while (!result.isDone()) {
        try {
          boolean unused = result.handle((value, failure) -> true).join();
        } catch (VirtualMachineError e) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
      }
    }

    private static <T> T result(CompletableFuture<T> done) {
      try {
        return done.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw e;
      }
    }
  }
}
