package dev.afina.internal.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.JniUtils;
import dev.afina.internal.natives.NativeLoading;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Starts PyTorch once a process, and hands out the managers that own its arrays.
 *
 * <p>The native library is a dependency of the application, or nothing: nothing is downloaded. What
 * this does to the process is listed in docs/trust.md.
 */
public final class PyTorch {

  /** A note for the Afina of other class loaders, which share PyTorch. */
  private static final String THREADS = "afina.loaded.threads";

  private static final ReentrantLock STARTING = new ReentrantLock();
  private static volatile @Nullable Engine engine;
  private static int threads; // written before the engine

  private PyTorch() {}

  /**
   * A new root manager: the owner of everything made from it, to be closed by the caller. Managers
   * may be used from any thread, by one thread at a time.
   *
   * @throws IllegalStateException when PyTorch cannot be loaded; says what was found on the class
   *     path and what is needed
   */
  public static NDManager newManager() {
    return engine().newBaseManager();
  }

  /**
   * The memory of a contiguous float32 array on the CPU, to read or write in place. Valid while the
   * array is open; using it later would touch freed memory.
   */
  public static FloatBuffer memory(NDArray array) {
    return bytes(array).asFloatBuffer();
  }

  /** The same memory as bytes, in the machine's order. */
  public static ByteBuffer bytes(NDArray array) {
    if (array.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException("array: expected FLOAT32, got " + array.getDataType());
    }
    return array.toByteBuffer(true);
  }

  /** The threads that compute, see {@link WorkerCount}. */
  static int threads() {
    engine();
    return threads;
  }

  /**
   * Starts it, or waits until another thread has.
   *
   * @throws InterruptedIOException when the thread is interrupted while it waits, and stays so
   * @throws IllegalStateException as {@link #newManager}
   */
  public static void start() throws InterruptedIOException {
    if (engine != null) {
      return;
    }
    try {
      STARTING.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException ended =
          new InterruptedIOException("the thread was interrupted while PyTorch was loaded");
      ended.initCause(e);
      throw ended;
    }
    try {
      Object unused = engine();
    } finally {
      STARTING.unlock();
    }
  }

  /** Loads the engine on first use. A failure is reported at every call, not at the first only. */
  static Engine engine() {
    Engine known = engine;
    if (known != null) {
      return known;
    }
    STARTING.lock();
    try {
      known = engine;
      if (known == null) {
        known = load();
        engine = known;
      }
      return known;
    } finally {
      STARTING.unlock();
    }
  }

  private static Engine load() {
    try (NativeUse use = NativeUse.begin()) {
      Engine started = PyTorchLibrary.load();
      // Else the Afina of another class loader might count what is set here.
      synchronized (NativeLoading.lock()) {
        threads = threadsOfThisProcess();
        if (!"false".equals(System.getProperty("afina.callerThreads"))) {
          // For this thread and all that come: only workers divide operators, see Workers.
          JniUtils.setNumThreads(1);
        }
      }
      return started;
    }
  }

  /** As PyTorch has it before Afina changes it; another class loader's Afina may have done so. */
  private static int threadsOfThisProcess() {
    Integer known = Integer.getInteger(THREADS);
    if (known == null) {
      known =
          WorkerCount.of(
              System.getProperty(WorkerCount.PROPERTY),
              System.getProperty("ai.djl.pytorch.num_threads"),
              JniUtils.getNumThreads(),
              Runtime.getRuntime().availableProcessors());
      System.setProperty(THREADS, known.toString());
    }
    return known;
  }
}
