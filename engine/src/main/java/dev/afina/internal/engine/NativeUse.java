package dev.afina.internal.engine;

import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread's use of PyTorch, for which the shutdown of the JVM waits.
 *
 * <p>When a JVM exits, by SIGTERM, {@code System.exit} or the end of {@code main}, its daemon
 * threads and threads in native code keep running while the C library destroys the static state of
 * PyTorch and oneDNN. A thread that is still computing then reads freed memory, and the process
 * dies with SIGSEGV. So every use of PyTorch is registered here, and a shutdown hook waits until
 * all have ended, at most {@value #DEFAULT_PATIENCE} seconds or {@code
 * -Dafina.exitPatience=SECONDS}. As soon as the hook runs, no new use may begin, and running ones
 * are asked to end ({@link #isEnding}). If one does not end in time, the process ends {@linkplain
 * ProcessEnd#skipTeardown without} destroying static state.
 *
 * <p>Uses may be nested. A thread has left when its outermost use has ended.
 */
public final class NativeUse implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NativeUse.class);

  /** In seconds. An update of a training, or saving a model, takes a few seconds. */
  private static final int DEFAULT_PATIENCE = 30;

  /** How often the hook checks whether a registered thread has called {@code System.exit}. */
  private static final int POLL_MILLIS = 50;

  private static final String ENDING = "the JVM is shutting down";

  private enum Phase {
    OPEN,
    /** Registered threads may go on, and workers may serve them. */
    ENDING,
    /** All uses have ended, and none may begin. */
    ENDED
  }

  private static final Object GATE = new Object();
  private static int holds; // guarded by GATE
  private static final Map<Thread, Integer> CALLERS = new HashMap<>(); // guarded by GATE
  private static final Map<Thread, Integer> WORKERS = new HashMap<>(); // guarded by GATE
  private static int detached; // guarded by GATE
  private static volatile Phase phase = Phase.OPEN; // written under GATE

  static {
    Thread hook = new Thread(null, NativeUse::shutDown, "afina-shutdown", 0, false);
    hook.setContextClassLoader(NativeUse.class.getClassLoader());
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      phase = Phase.ENDED; // the exit began before the first use
    }
  }

  private final Map<Thread, Integer> threads;
  private final @Nullable String work;

  private NativeUse(Map<Thread, Integer> threads, @Nullable String work) {
    this.threads = threads;
    this.work = work;
  }

  /**
   * Begins a short use, such as a batch of texts.
   *
   * @return to be closed by the same thread
   * @throws IllegalStateException if the JVM is shutting down
   */
  public static NativeUse begin() {
    NativeUse use = new NativeUse(CALLERS, null); // first: it needs memory
    if (!enter(CALLERS, null)) {
      throw ending();
    }
    return use;
  }

  /**
   * Begins a long use, which must call {@link #check} repeatedly.
   *
   * @param work a description for messages, such as "loading x"
   * @return to be closed by the same thread
   * @throws InterruptedIOException if the JVM is shutting down
   */
  public static NativeUse begin(String work) throws InterruptedIOException {
    NativeUse use = new NativeUse(CALLERS, work);
    if (!enter(CALLERS, null)) {
      throw use.stopped();
    }
    return use;
  }

  /**
   * Begins a use that ends by itself and is worth waiting for, such as a save, also while the
   * shutdown waits for others. Once all have ended it goes on without: in a shutdown hook, for
   * which the JVM waits anyway; for another thread nobody waits.
   *
   * @return to be closed by the same thread; null once all uses have ended
   */
  public static @Nullable NativeUse beginUnlessEnded() {
    NativeUse use = new NativeUse(CALLERS, null);
    return enter(CALLERS, Phase.ENDING) ? use : null;
  }

  /** A use that is not bound to a thread: a result that is delivered asynchronously. */
  public static final class Detached implements AutoCloseable {
    private boolean ended; // guarded by GATE

    private Detached() {}

    /** Ends it, from any thread. Idempotent. */
    @Override
    public void close() {
      synchronized (GATE) {
        if (!ended) {
          ended = true;
          detached--;
          GATE.notifyAll();
        }
      }
    }
  }

  /**
   * Begins a use that any thread may end, and that must end soon once {@link #isEnding} returns
   * true.
   *
   * @throws IllegalStateException if the JVM is shutting down
   */
  public static Detached beginDetached() {
    synchronized (GATE) {
      if (phase != Phase.OPEN) {
        throw ending();
      }
      Detached use = new Detached();
      detached++;
      return use;
    }
  }

  /** Begins a worker's use on behalf of a registered caller; null once all uses have ended. */
  static @Nullable NativeUse beginTask() {
    NativeUse use = new NativeUse(WORKERS, null);
    return enter(WORKERS, Phase.ENDING) ? use : null;
  }

  /** Allows new uses while the JVM shuts down; see {@link #hold}. */
  public static final class Hold implements AutoCloseable {
    private boolean closed; // guarded by GATE

    private Hold() {}

    /** Ends the hold. Idempotent. */
    @Override
    public void close() {
      synchronized (GATE) {
        if (!closed) {
          closed = true;
          holds--;
          GATE.notifyAll();
        }
      }
    }
  }

  /**
   * Allows new uses while the JVM shuts down, until the hold is closed. For a server that stops in
   * its own shutdown hook, which runs concurrently, and first finishes the requests it has
   * accepted. The shutdown waits for a hold as long as for a use, then ignores it.
   */
  public static Hold hold() {
    Hold hold = new Hold();
    synchronized (GATE) {
      holds++;
    }
    return hold;
  }

  /**
   * Frees native memory, or leaves that to the end of the process if the JVM is shutting down and
   * this thread has no use.
   */
  public static void free(Runnable freeing) {
    NativeUse begun = new NativeUse(CALLERS, null);
    if (enter(CALLERS, null)) {
      try (NativeUse use = begun) {
        freeing.run();
      }
    }
  }

  /** Whether the JVM is shutting down, so that running uses should end soon. */
  public static boolean isEnding() {
    return phase != Phase.OPEN;
  }

  /**
   * Returns if a new batch may begin.
   *
   * @throws IllegalStateException if the JVM is shutting down
   */
  public static void requireNotShuttingDown() {
    if (isEnding()) {
      throw ending();
    }
  }

  /**
   * Returns if the work may go on.
   *
   * @throws InterruptedIOException if the JVM is shutting down
   */
  public void check() throws InterruptedIOException {
    if (isEnding()) {
      throw stopped();
    }
  }

  @Override
  public void close() {
    synchronized (GATE) {
      threads.computeIfPresent(Thread.currentThread(), (t, depth) -> depth == 1 ? null : depth - 1);
      GATE.notifyAll();
    }
  }

  private static IllegalStateException ending() {
    return new IllegalStateException(
        ENDING + ", so nothing is computed any more; let calls end before the exit begins");
  }

  private InterruptedIOException stopped() {
    return new InterruptedIOException(work + " was stopped: " + ENDING);
  }

  /**
   * Registers a use of this thread, if it has one already or the phase is open or {@code alsoIn}.
   */
  private static boolean enter(Map<Thread, Integer> threads, @Nullable Phase alsoIn) {
    Thread thread = Thread.currentThread();
    synchronized (GATE) {
      boolean isIn = CALLERS.containsKey(thread) || WORKERS.containsKey(thread);
      if (!isIn && phase != Phase.OPEN && phase != alsoIn) {
        return false;
      }
      threads.merge(thread, 1, Integer::sum);
      return true;
    }
  }

  /** The shutdown hook. */
  private static void shutDown() {
    int patience = Integer.getInteger("afina.exitPatience", DEFAULT_PATIENCE);
    synchronized (GATE) {
      awaitHolds(patience);
      phase = Phase.ENDING;
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(patience);
      List<String> left = left();
      while (!left.isEmpty() && System.nanoTime() < end) {
        try {
          GATE.wait(POLL_MILLIS);
        } catch (InterruptedException e) {
          break;
        }
        left = left();
      }
      if (left.isEmpty()) {
        phase = Phase.ENDED;
        return;
      }
      log.warn(
          "after {} seconds {} still uses PyTorch; the JVM ends without waiting longer",
          patience,
          left.get(0));
    }
    ProcessEnd.skipTeardown();
  }

  /** Called with the lock of the gate. */
  private static void awaitHolds(int patience) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(patience);
    while (holds > 0 && System.nanoTime() < end) {
      try {
        GATE.wait(POLL_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /**
   * The names of the threads whose uses have yet to end. A thread that called {@code System.exit}
   * waits for the hooks, so it is left out; if that is a worker, so are the callers, which wait for
   * workers.
   */
  private static List<String> left() {
    List<Thread> left = new ArrayList<>(WORKERS.keySet());
    boolean workerExits = left.removeIf(NativeUse::isExiting);
    if (!workerExits) {
      left.addAll(CALLERS.keySet());
      left.removeIf(NativeUse::isExiting);
    }
    List<String> names = new ArrayList<>(left.stream().map(Thread::getName).toList());
    if (!workerExits && detached > 0) {
      names.add("a call that nobody waits for");
    }
    return names;
  }

  private static boolean isExiting(Thread thread) {
    for (StackTraceElement frame : thread.getStackTrace()) {
      if (frame.getClassName().equals("java.lang.Shutdown")) {
        return true;
      }
    }
    return false;
  }
}
