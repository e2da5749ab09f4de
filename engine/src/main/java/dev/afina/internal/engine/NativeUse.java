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
 * A thread's use of PyTorch, for which the exit of the JVM waits.
 *
 * <p>A JVM that ends, by SIGTERM, {@code System.exit} or the end of {@code main}, leaves its daemon
 * threads and those in native code running, and then has the C library take PyTorch's and oneDNN's
 * static state apart. A thread that computes meanwhile reads freed memory, and the process dies of
 * SIGSEGV in place of its end. So who uses PyTorch says so here, and a shutdown hook waits until
 * all have left, at most {@value #DEFAULT_PATIENCE} seconds or {@code
 * -Dafina.exitPatience=SECONDS}. From its begin on nobody else is let in, and who is in is asked to
 * leave: {@link #isEnding} tells. Where one does not leave in time, the process ends {@linkplain
 * ProcessEnd#skipTeardown without the C library's part}.
 *
 * <p>A thread that is in may begin further uses within; it leaves with the outermost.
 */
public final class NativeUse implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NativeUse.class);

  /** An update of a training, or saving a model, takes a few seconds. */
  private static final int DEFAULT_PATIENCE = 30;

  /** How often the hook looks whether one who is in has called {@code System.exit}. */
  private static final int POLL_MILLIS = 50;

  private static final String ENDING = "the JVM is shutting down";

  private enum Phase {
    OPEN,
    /** Who is in may go on, and workers may serve them. */
    ENDING,
    /** All have left, and nobody comes in. */
    ENDED
  }

  private static final Object GATE = new Object();
  private static int holds; // guarded by GATE
  private static final Map<Thread, Integer> CALLERS = new HashMap<>(); // guarded by GATE
  private static final Map<Thread, Integer> WORKERS = new HashMap<>(); // guarded by GATE
  private static int detached; // guarded by GATE
  private static volatile Phase phase = Phase.OPEN; // written under GATE

  static {
    Thread hook = new Thread(NativeUse::shutDown, "afina-shutdown");
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
   * Begins a short use: a batch of texts.
   *
   * @return to be closed by the same thread
   * @throws IllegalStateException when the JVM is shutting down
   */
  public static NativeUse begin() {
    if (!enter(CALLERS, null)) {
      throw ending();
    }
    return new NativeUse(CALLERS, null);
  }

  /**
   * Begins a long use, which must {@link #check} again and again.
   *
   * @param work what it is, for the message: "loading x"
   * @return to be closed by the same thread
   * @throws InterruptedIOException when the JVM is shutting down
   */
  public static NativeUse begin(String work) throws InterruptedIOException {
    NativeUse use = new NativeUse(CALLERS, work);
    if (!enter(CALLERS, null)) {
      throw use.stopped();
    }
    return use;
  }

  /** A use that no thread waits for: of a result that will be told to somebody. */
  public static final class Detached implements AutoCloseable {
    private boolean ended; // guarded by GATE

    private Detached() {}

    /** Ends it, from any thread; the second time nothing happens. */
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
   * Begins a use that any thread may end, and that must end soon after {@link #isEnding} tells.
   *
   * @throws IllegalStateException when the JVM is shutting down
   */
  public static Detached beginDetached() {
    synchronized (GATE) {
      if (phase != Phase.OPEN) {
        throw ending();
      }
      detached++;
      return new Detached();
    }
  }

  /** Begins a worker's use for a caller who is in; empty-handed once all have left. */
  static @Nullable NativeUse beginTask() {
    return enter(WORKERS, Phase.ENDING) ? new NativeUse(WORKERS, null) : null;
  }

  /** Keeps the gate open while the JVM shuts down; see {@link #hold}. */
  public static final class Hold implements AutoCloseable {
    private boolean closed; // guarded by GATE

    private Hold() {}

    /** Lets the exit begin for those who compute. Further calls do nothing. */
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
   * Keeps the gate open while the JVM shuts down, until the hold is closed: for a server that ends
   * in a shutdown hook of its own, beside this one, and answers first what it has accepted. The
   * exit waits for it as long as for who computes, and then goes on without.
   */
  public static Hold hold() {
    synchronized (GATE) {
      holds++;
    }
    return new Hold();
  }

  /**
   * Frees native memory, or leaves that to the end of the process where the JVM is shutting down
   * and this thread is not in.
   */
  public static void free(Runnable freeing) {
    if (enter(CALLERS, null)) {
      try (NativeUse use = new NativeUse(CALLERS, null)) {
        freeing.run();
      }
    }
  }

  /** Whether the JVM is shutting down, so that who is in should leave soon. */
  public static boolean isEnding() {
    return phase != Phase.OPEN;
  }

  /**
   * Returns when a next batch may begin.
   *
   * @throws IllegalStateException when the JVM is shutting down
   */
  public static void requireGoingOn() {
    if (isEnding()) {
      throw ending();
    }
  }

  /**
   * Returns when the work may go on.
   *
   * @throws InterruptedIOException when the JVM is shutting down
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

  /** Lets this thread in where it is in already, or the phase is open or {@code alsoIn}. */
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

  /** The hook. */
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

  /** Called with the gate's lock. */
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
   * Who is in and will leave, by name. That is not who called {@code System.exit} and waits for the
   * hooks; and where a worker did, not who waits for that worker.
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
