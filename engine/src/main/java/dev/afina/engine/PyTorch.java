package dev.afina.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Starts PyTorch once a process, and hands out the managers that own its arrays.
 *
 * <p>Before the engine loads, DJL's telemetry is switched off and its run-time downloads are
 * forbidden, unless the program has set {@code OPT_OUT_TRACKING} or {@code ai.djl.offline} itself:
 * the native library is a dependency of the application, or nothing.
 */
public final class PyTorch {

  private static @Nullable Engine engine;
  private static int threads;

  private PyTorch() {}

  /**
   * A new root manager: the owner of everything made from it, to be closed by the caller. Managers
   * may be used from any thread, by one thread at a time.
   *
   * @throws IllegalStateException when no native PyTorch is on the class path
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

  /** The threads that PyTorch would divide an operator among: the workers take their place. */
  static int threads() {
    engine();
    return threads;
  }

  /** Loads the engine on first use. A failure is reported at every call, not at the first only. */
  static synchronized Engine engine() {
    if (engine == null) {
      engine = start();
    }
    return engine;
  }

  private static Engine start() {
    setDefault("OPT_OUT_TRACKING", "true");
    setDefault("ai.djl.offline", "true");
    NativeSettings.apply();
    try (NativeUse use = NativeUse.begin()) {
      Engine started = Engine.getEngine("PyTorch");
      threads = JniUtils.getNumThreads();
      // For this thread and all that come: only workers divide operators, see Workers.
      JniUtils.setNumThreads(1);
      return started;
    } catch (EngineException | IllegalArgumentException | LinkageError e) {
      throw new IllegalStateException(
          "PyTorch's native library could not be loaded; add ai.djl.pytorch:pytorch-native-cpu"
              + " with the classifier of this platform (linux-x86_64, linux-aarch64,"
              + " osx-aarch64 or win-x86_64) to the class path",
          e);
    }
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
