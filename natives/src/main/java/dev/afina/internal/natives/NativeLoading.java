package dev.afina.internal.natives;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the loaders of DJL's native libraries and restores the process's settings afterwards.
 *
 * <p>System properties and the thread's context class loader determine what DJL loads. While a
 * loader runs
 *
 * <ul>
 *   <li>the context class loader is the one that has DJL. Threads of the common pool or of a server
 *       have others, with which DJL would find nothing, and never try again;
 *   <li>DJL's telemetry and downloads are disabled, unless the program has set {@code
 *       OPT_OUT_TRACKING} or {@code ai.djl.offline} itself;
 *   <li>DJL does not look for a GPU, which Afina never uses: it would load an existing CUDA
 *       runtime, and warn four times if that has no driver. {@code -Dafina.gpu=true} enables it,
 *       for programs that use DJL on a GPU themselves;
 *   <li>only one thread of the process loads, whatever its class loader.
 * </ul>
 */
public final class NativeLoading {

  /** Equal strings are one object in a JVM once they are interned. */
  private static final Object LOCK = "dev.afina.internal.natives.NativeLoading.lock".intern();

  private NativeLoading() {}

  /**
   * Runs a loader and returns its result.
   *
   * @param user a class whose class loader has DJL
   * @param settings system properties to set while the loader runs
   */
  public static <T> T run(Class<?> user, Map<String, String> settings, Supplier<T> loader) {
    synchronized (jvm()) {
      Thread thread = Thread.currentThread();
      ClassLoader before = thread.getContextClassLoader();
      Map<String, String> all = new HashMap<>(settings);
      all.put("OPT_OUT_TRACKING", System.getProperty("OPT_OUT_TRACKING", "true"));
      all.put("ai.djl.offline", System.getProperty("ai.djl.offline", "true"));
      try (Properties properties = new Properties(all)) {
        thread.setContextClassLoader(user.getClassLoader());
        if (!Boolean.getBoolean("afina.gpu")) {
          hideGpu(user.getClassLoader());
        }
        return loader.get();
      } finally {
        thread.setContextClassLoader(before);
      }
    }
  }

  /** Runs a loader without a result. */
  public static void run(Class<?> user, Map<String, String> settings, Runnable loader) {
    run(
        user,
        settings,
        () -> {
          loader.run();
          return true;
        });
  }

  /**
   * Whether another class loader of this JVM has loaded the library, so that this one needs a copy
   * of the file.
   *
   * @param folder the library's folder
   */
  public static boolean isLoadedElsewhere(Path folder) {
    return System.getProperty(loaded(folder)) != null;
  }

  /** Records for other class loaders that this one has loaded the library. */
  public static void setLoaded(Path folder) {
    System.setProperty(loaded(folder), "true");
  }

  private static String loaded(Path folder) {
    return "afina.loaded." + folder.getFileName();
  }

  /**
   * An object for all class loaders of the process. Whoever loads a library holds it from looking
   * what is loaded until the library is: of two at once both would load it as the first, and a
   * second libtorch beside the first ends the JVM; and one would take the other's system properties
   * for settings of the program. Taken before {@link #run}'s lock, which loading also takes on
   * threads of its own.
   */
  public static Object lock() {
    return LOCK;
  }

  /** A lock shared by all class loaders of the process. */
  static Object jvm() {
    return Runtime.getRuntime();
  }

  /** DJL decides when this class is initialised, once and for all, whether to query CUDA. */
  private static void hideGpu(ClassLoader ofDjl) {
    try (Properties fork = new Properties(Map.of("ai.djl.util.cuda.fork", "true"))) {
      Class.forName("ai.djl.util.cuda.CudaUtils", true, ofDjl);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "ai.djl:api is not on the class path of Afina; add it in Afina's version", e);
    }
  }

  /** System properties that are set temporarily. */
  private static final class Properties implements AutoCloseable {
    private final Map<String, @Nullable String> before = new HashMap<>();

    Properties(Map<String, String> values) {
      values.forEach((name, value) -> before.put(name, System.setProperty(name, value)));
    }

    @Override
    public void close() {
      before.forEach(
          (name, value) -> {
            if (value == null) {
              System.clearProperty(name);
            } else {
              System.setProperty(name, value);
            }
          });
    }
  }
}
