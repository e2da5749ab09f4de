package dev.afina.engine;

import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The threads that compute: one a core, shared by all models and trainings of the process.
 *
 * <p>Work is divided among them by texts, and each computes alone. That is faster than PyTorch's
 * own way, which divides every single operator among the cores and waits for the slowest each time:
 * on 2 cores the matrix products of a small encoder run at 168 GFLOP/s divided by texts, at 126
 * divided by operators (260 tokens; from 400 on both are alike), and everything that is no matrix
 * product runs on all cores, too. Work that cannot be divided gets the idle cores PyTorch's way:
 * threads of PyTorch in use never exceed {@link #count()}.
 *
 * <p>Few threads enter PyTorch, however many call: it keeps a team of native threads for each
 * thread that ever entered. They are daemons and live as long as the process.
 */
public final class Workers {

  private Workers() {}

  /** Started on first use, after PyTorch. */
  private static final class Pool {
    static final int SIZE = PyTorch.threads();
    static final ThreadPoolExecutor THREADS =
        new ThreadPoolExecutor(
            SIZE, SIZE, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Worker::new);
    static final AtomicInteger RUNNING = new AtomicInteger();
  }

  /** A thread that knows how many threads PyTorch uses for it. */
  private static final class Worker extends Thread {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private int threads;

    Worker(Runnable work) {
      super(work, "afina-worker-" + NUMBER.getAndIncrement());
      setDaemon(true);
    }

    void use(int wanted) {
      if (wanted != threads) {
        JniUtils.setNumThreads(wanted); // of this thread
        threads = wanted;
      }
    }
  }

  /**
   * How many there are: as many threads as PyTorch would use, the physical cores or {@code
   * -Dai.djl.pytorch.num_threads}.
   */
  public static int count() {
    return Pool.SIZE;
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
   * Runs tasks, up to {@link #count()} at the same time, and waits for all. In a task that calls
   * this again its tasks run one after another.
   *
   * @return the results in the order of the tasks
   * @throws RuntimeException the first task's that failed, in their order, after all have ended
   */
  public static <T> List<T> run(List<Supplier<T>> tasks) {
    if (Thread.currentThread() instanceof Worker) {
      return tasks.stream().map(Supplier::get).toList();
    }
    List<CompletableFuture<T>> results =
        tasks.stream().map(task -> start(task, tasks.size())).toList();
    // A failure must not return while others still use the caller's arrays.
    results.forEach(r -> r.handle((value, failure) -> value).join());
    return results.stream().map(Workers::result).toList();
  }

  /** Runs a task some time and returns at once; the task must not throw. */
  public static void submit(Runnable task) {
    Pool.THREADS.execute(
        () ->
            alone(
                () -> {
                  task.run();
                  return true;
                },
                1));
  }

  private static <T> CompletableFuture<T> start(Supplier<T> task, int together) {
    return CompletableFuture.supplyAsync(() -> alone(task, together), Pool.THREADS);
  }

  /** On a worker: gives PyTorch this worker's share of the cores for the task. */
  private static <T> T alone(Supplier<T> task, int together) {
    int running = Pool.RUNNING.incrementAndGet();
    try {
      int busy = Math.max(together, running + Pool.THREADS.getQueue().size());
      ((Worker) Thread.currentThread()).use(Math.max(1, Pool.SIZE / busy));
      return task.get();
    } finally {
      Pool.RUNNING.decrementAndGet();
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
