package dev.afina.internal.engine;

import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that compute: one a core, shared by all models and trainings of the process.
 *
 * <p>Work is divided among them by texts, and each computes alone. That is faster than PyTorch's
 * own way, which divides every single operator among the cores and waits for the slowest each time:
 * on 2 cores the matrix products of a small encoder run at 168 GFLOP/s divided by texts, at 126
 * divided by operators (260 tokens, forward and backward; from 400 on both are alike), and
 * everything that is no matrix product runs on all cores, too. A task that is alone gets all cores
 * PyTorch's way, and others wait for its end: PyTorch's threads in use never exceed {@link
 * #count()}.
 *
 * <p>Few threads enter PyTorch, however many call: it keeps a team of native threads for each
 * thread that ever entered, and only the first worker's has more than one, because OpenMP stops
 * waiting actively when its teams together exceed the cores. The threads are daemons and live as
 * long as the process; its exit waits for what they compute, see {@link NativeUse}.
 */
public final class Workers {
  private static final Logger log = LoggerFactory.getLogger(Workers.class);

  /** How long after a short task the next one is expected. */
  private static final long NEXT_SHORT_NANOS = TimeUnit.SECONDS.toNanos(2);

  private Workers() {}

  /** How long a single task takes. */
  public enum Length {
    /** Little: it goes before all that take longer, but for one of them. */
    SHORT,
    /** As long as a part of a series; the two take turns. */
    LONG
  }

  /**
   * Something to do.
   *
   * @param work computes, and returns what to do once its cores are free again: to tell who waits
   * @param cores that it gets; 0 for all where it is alone, else one
   * @param isWanted whether there still is something to do
   */
  private record Task(Supplier<Runnable> work, int cores, BooleanSupplier isWanted) {}

  /**
   * What waits: short single tasks, long ones, and parts of series, each first come first served.
   * Where others wait, too, a short task is followed by one of these, long ones and parts in turns.
   * So a short task finds at most one of the others before it, and those always go on. Its monitor
   * guards its fields, and those of the workers.
   *
   * <p>A task is given to an idle worker, and nobody else is woken: a thread that looks in vain
   * would take the core that one of PyTorch's threads needs at this moment.
   */
  private static final class Pool {
    static final Pool INSTANCE = new Pool();

    final int size = PyTorch.threads();
    private final Queue<Task> shortOnes = new ArrayDeque<>();
    private final Queue<Task> longOnes = new ArrayDeque<>();
    private final Queue<Task> parts = new ArrayDeque<>();
    private final Deque<Worker> idle = new ArrayDeque<>(); // who became so last is first
    private boolean shortWasLast;
    private boolean partWasLast; // of long ones and parts
    private int coresInUse;
    private volatile long lastShort = System.nanoTime() - NEXT_SHORT_NANOS;

    private Pool() {
      for (int i = 0; i < size; i++) {
        new Worker(this, i).start();
      }
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

    /** Waits for a task and for its cores, and tells the worker how many these are. */
    Task take(Worker worker) {
      synchronized (this) {
        idle.push(worker);
        giveOut();
      }
      return worker.awaitTask();
    }

    /** Gives tasks to idle workers, in the order of the queues, as long as cores are free. */
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
        int cores = next.cores > 0 ? next.cores : coresInUse == 0 && all == 1 ? size : 1;
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
        worker.give(next, cores);
      }
    }

    private static void dropUnwanted(Queue<Task> tasks) {
      Task next = tasks.peek();
      while (next != null && !next.isWanted.getAsBoolean()) {
        tasks.remove();
        next = tasks.peek();
      }
    }

    /** Takes an idle worker, if there is one: the first one of all, or whoever comes. */
    private @Nullable Worker idleOne(boolean mustBeTheFirst) {
      if (!mustBeTheFirst) {
        return idle.poll();
      }
      for (Worker worker : idle) {
        if (worker.number == 0) {
          idle.remove(worker);
          return worker;
        }
      }
      return null;
    }

    synchronized void free(int cores) {
      coresInUse -= cores;
      giveOut();
    }
  }

  /** A thread of the pool. */
  private static final class Worker extends Thread {
    private final Pool pool;
    private final int number;
    private int cores;
    private int threads;
    private volatile @Nullable Task given;

    Worker(Pool pool, int number) {
      super("afina-worker-" + number);
      this.pool = pool;
      this.number = number;
      setDaemon(true);
      setContextClassLoader(Workers.class.getClassLoader()); // not whose first call this was
    }

    // Whatever a task throws, the worker must live on, or all callers wait for ever.
    @SuppressWarnings("PMD.AvoidCatchingThrowable")
    @Override
    public void run() {
      while (true) {
        try {
          Task task = pool.take(this);
          Runnable afterwards;
          try (NativeUse use = NativeUse.beginTask()) {
            afterwards = use == null ? () -> {} : compute(task); // null: nobody waits any more
          } finally {
            pool.free(cores);
          }
          afterwards.run();
        } catch (Throwable e) {
          log.error("a task failed and nobody waits for it", e);
        }
      }
    }

    /** Tells it what to do, and on how many cores. */
    void give(Task task, int onCores) {
      cores = onCores;
      given = task;
      LockSupport.unpark(this);
    }

    /** Waits for what it is given. */
    Task awaitTask() {
      Task task = given;
      while (task == null) {
        LockSupport.park(this);
        boolean unused = Thread.interrupted(); // else it would never sleep again
        task = given;
      }
      given = null;
      return task;
    }

    private Runnable compute(Task task) {
      if (threads != cores) {
        JniUtils.setNumThreads(cores); // of this thread
        threads = cores;
      }
      return task.work.get();
    }
  }

  /**
   * How many there are: {@code -Dafina.workers}, or as many threads as PyTorch would use, the
   * physical cores or {@code -Dai.djl.pytorch.num_threads}; of the cores no more than the
   * processors that Java sees, which in a container are those of its quota.
   */
  public static int count() {
    return Pool.INSTANCE.size;
  }

  static boolean isWorker() {
    return Thread.currentThread() instanceof Worker;
  }

  /** The cores that PyTorch's operators use on the current thread, which is a worker; else 1. */
  public static int coresOfThread() {
    return Thread.currentThread() instanceof Worker worker ? worker.threads : 1;
  }

  /**
   * Divides pieces of work so that each part has about the same: the largest first, each to the
   * part that has the least so far.
   *
   * @param sizes of the pieces
   * @param parts 1 or more
   * @return numbers of pieces by part; no part is empty, so they may be fewer
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
   * Runs tasks, up to {@link #count()} at the same time, and waits for all. Each gets the cores
   * that such a number of tasks can have, whatever else is running, so its arithmetic is always the
   * same. However many there are, other callers get their turn: each further task queues up when an
   * earlier one ends. In a task that calls this again its tasks run one after another.
   *
   * @return the results in the order of the tasks
   * @throws RuntimeException the first task's that failed, in their order, after all that were
   *     begun have ended; after a failure no more are begun
   * @throws IllegalStateException when the JVM is shutting down, but for a caller who has begun a
   *     {@link NativeUse} before
   */
  public static <T> List<T> run(List<Supplier<T>> tasks) {
    if (Thread.currentThread() instanceof Worker) {
      return tasks.stream().map(Supplier::get).toList();
    }
    return run(tasks, Math.max(1, count() / Math.max(1, tasks.size())));
  }

  /**
   * The same with so many cores for each task, however few tasks there are.
   *
   * @param cores 1 to {@link #count()}
   */
  public static <T> List<T> run(List<Supplier<T>> tasks, int cores) {
    if (Thread.currentThread() instanceof Worker) {
      return tasks.stream().map(Supplier::get).toList();
    }
    try (NativeUse use = NativeUse.begin()) {
      Series<T> series = new Series<>(tasks, cores);
      IntStream.range(0, Math.min(count(), tasks.size())).forEach(i -> series.queueNext());
      return series.results();
    }
  }

  /**
   * Runs a task some time, and returns at once. A short one goes before the long ones and the parts
   * of {@link #run} that wait but for one; long ones and parts take turns. The task gets all cores
   * where it is alone, else one. Who waits for it has begun a {@link NativeUse}: a task that is
   * still queued when the JVM's exit has let all out never runs.
   *
   * @param isWanted whether there still is something to do; if not, the task may be dropped. It
   *     answers at once, because it is asked under a lock
   * @param task returns what to do once its cores are free again: to tell who waits. What either
   *     throws is logged
   */
  public static void submit(Length length, BooleanSupplier isWanted, Supplier<Runnable> task) {
    Pool.INSTANCE.addSingle(length, new Task(task, 0, isWanted));
  }

  /**
   * Whether a short task came within the last two seconds: then who has much to do brings it in
   * small pieces.
   */
  public static boolean shortOnesCome() {
    return System.nanoTime() - Pool.INSTANCE.lastShort < NEXT_SHORT_NANOS;
  }

  /** The tasks of one call, which queue up one after the other. */
  private static final class Series<T> {
    private final List<Supplier<T>> tasks;
    private final int cores;
    private final List<CompletableFuture<T>> results = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private volatile boolean failed;

    Series(List<Supplier<T>> tasks, int cores) {
      this.tasks = tasks;
      this.cores = cores;
      tasks.forEach(task -> results.add(new CompletableFuture<>()));
    }

    void queueNext() {
      int i = next.getAndIncrement();
      while (failed && i < tasks.size()) {
        results.get(i).cancel(false);
        i = next.getAndIncrement();
      }
      if (i < tasks.size()) {
        int number = i;
        Pool.INSTANCE.addPart(new Task(() -> outcome(number), cores, () -> true));
      }
    }

    // The one who waits hears of every failure.
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
        queueNext(); // before this one's cores are free: behind whoever waits by now
      }
    }

    List<T> results() {
      // A failure must not return while others still use the caller's arrays.
      results.forEach(r -> r.handle((value, failure) -> true).join());
      return results.stream().map(Series::result).toList();
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
