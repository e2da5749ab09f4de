package dev.afina.internal.natives;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the loaders of DJL's native libraries, and leaves the process as it was.
 *
 * <p>They are told by system properties and by the thread's context class loader what to load.
 * While they run
 *
 * <ul>
 *   <li>the context class loader is the one that has DJL. A thread of the common pool or of a
 *       server has another, and DJL finds nothing there, for ever;
 *   <li>DJL's telemetry is off and its downloads are forbidden, unless the program has set {@code
 *       OPT_OUT_TRACKING} or {@code ai.djl.offline} itself;
 *   <li>DJL does not look for a GPU, which Afina never uses: it would load CUDA's runtime where
 *       there is one, and warn four times where that has no driver. {@code -Dafina.gpu=true} lets
 *       it look, for programs that use DJL themselves on a GPU;
 *   <li>one thread of the process loads at a time, whatever its class loader.
 * </ul>
 */
public final class NativeLoading {

  private NativeLoading() {}

  /**
   * Runs a loader.
   *
   * @param user whose class loader has DJL
   * @param settings system properties for as long as it runs
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

  /** Runs a loader that gives nothing. */
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
   * Whether a library was loaded by another class loader of this JVM, so that this one needs a copy
   * of the file.
   *
   * @param folder of the library
   */
  public static boolean isLoadedElsewhere(Path folder) {
    return System.getProperty(loaded(folder)) != null;
  }

  /** Tells the other class loaders. */
  public static void setLoaded(Path folder) {
    System.setProperty(loaded(folder), "true");
  }

  private static String loaded(Path folder) {
    return "afina.loaded." + folder.getFileName();
  }

  /** One object for all class loaders of the process. */
  static Object jvm() {
    return Runtime.getRuntime();
  }

  /** DJL decides once for all, when this class is initialised, whether to ask CUDA's runtime. */
  private static void hideGpu(ClassLoader ofDjl) {
    try (Properties fork = new Properties(Map.of("ai.djl.util.cuda.fork", "true"))) {
      Class.forName("ai.djl.util.cuda.CudaUtils", true, ofDjl);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "ai.djl:api is not on the class path of Afina; add it in Afina's version", e);
    }
  }

  /** System properties for a while. */
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
