package dev.afina.internal.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.EngineProvider;
import ai.djl.pytorch.engine.PtEngineProvider;
import dev.afina.internal.natives.LoadFailure;
import dev.afina.internal.natives.NativeFile;
import dev.afina.internal.natives.NativeFolder;
import dev.afina.internal.natives.NativeLoading;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads PyTorch from a folder that was checked: see {@link NativeFolder}.
 *
 * <p>A JVM loads a file for one class loader only, and a second copy of libtorch beside the first
 * would not be a second PyTorch but a mix of both. So what a second class loader gets (a web
 * application that was deployed again) is a copy of the small library that binds PyTorch to Java;
 * the system's loader resolves its references to the libtorch that is there, by name.
 *
 * <p>Where the program names a folder by DJL's PYTORCH_LIBRARY_PATH, DJL loads from there, and what
 * is in it is the program's affair.
 */
final class PyTorchLibrary {
  private static final Logger log = LoggerFactory.getLogger(PyTorchLibrary.class);

  private static final String FOLDER = "PYTORCH_LIBRARY_PATH";
  private static final String FLAVOR = "PYTORCH_FLAVOR";
  private static final String DEFAULT_ENGINE = "ai.djl.default_engine";
  private static final String NAME = "PyTorch";

  private PyTorchLibrary() {}

  /**
   * Loads it, or finds it loaded by DJL.
   *
   * @throws IllegalStateException that says what was found and what is needed
   */
  static Engine load() {
    synchronized (NativeLoading.lock()) {
      return loadAlone();
    }
  }

  private static Engine loadAlone() {
    String named = named();
    if (named != null) {
      requireThere(named);
      NativeLoading.run(PyTorch.class, Map.of(), NativeSettings::apply);
      return engine(Map.of(), () -> "what " + FOLDER + " names");
    }
    PyTorchJars jars = PyTorchJars.ofThisProcess();
    List<NativeFile> files = jars.files();
    Path base;
    Path folder;
    try {
      base = NativeFolder.base();
      FutureTask<Path> check =
          new FutureTask<>(() -> NativeFolder.prepare(base, jars.name(), files));
      // The check may read 446 MB, in about 0.1 s; meanwhile this thread sets up JNA.
      Thread checking = new Thread(check, "afina-native-check");
      checking.setDaemon(true);
      checking.start();
      NativeLoading.run(PyTorch.class, JnaLibrary.settings(base), NativeSettings::apply);
      folder = result(check);
    } catch (IOException e) {
      throw new IllegalStateException("PyTorch cannot be loaded: " + e.getMessage(), e);
    }
    if (NativeLoading.isLoadedElsewhere(folder)) {
      return bindAgain(base, folder, jars);
    }
    Engine engine = engine(settings(folder, jars), () -> folder + "; " + jars.found());
    NativeLoading.setLoaded(folder);
    return engine;
  }

  /** The folder that somebody named, as DJL looks for it. */
  private static @Nullable String named() {
    String inEnvironment = System.getenv(FOLDER);
    return inEnvironment != null ? inEnvironment : System.getProperty(FOLDER);
  }

  /** Without it DJL would silently load from a folder of its own, which nobody checks. */
  private static void requireThere(String named) {
    String library = System.mapLibraryName("torch");
    boolean isThere =
        Arrays.stream(named.split(File.pathSeparator, -1))
            .map(File::new)
            .anyMatch(
                file ->
                    (file.isFile() && file.getName().equals(library))
                        || new File(file, library).isFile());
    if (!isThere) {
      throw new IllegalStateException(
          "PyTorch cannot be loaded: "
              + FOLDER
              + "=\""
              + named
              + "\": expected a folder with "
              + library
              + ", there is none; without "
              + FOLDER
              + " the library of the jars is loaded");
    }
  }

  private static Engine bindAgain(Path base, Path folder, PyTorchJars jars) {
    try {
      // DJL asks for a library "torch"; it is a few kB that refer to the others.
      Path copy =
          NativeFolder.copyOf(
              base,
              folder,
              List.of(System.mapLibraryName("torch"), System.mapLibraryName("djl_torch")));
      try {
        return engine(settings(copy, jars), () -> "a copy of " + folder + "; " + jars.found());
      } finally {
        NativeFolder.delete(copy);
      }
    } catch (IOException e) {
      throw new IllegalStateException("PyTorch cannot be bound a second time: " + e, e);
    }
  }

  private static Map<String, String> settings(Path folder, PyTorchJars jars) {
    return Map.of(FOLDER, folder.toString(), FLAVOR, jars.flavor());
  }

  private static Engine engine(Map<String, String> settings, Supplier<String> from) {
    try {
      return NativeLoading.run(
          PyTorch.class,
          settings,
          () -> {
            if (namesUnknownEngine()) {
              return NativeLoading.run(
                  PyTorch.class, Map.of(DEFAULT_ENGINE, NAME), PyTorchLibrary::engineOfDjl);
            }
            return engineOfDjl();
          });
    } catch (EngineException | IllegalArgumentException | LinkageError e) {
      throw new IllegalStateException(
          "PyTorch cannot be loaded: " + LoadFailure.explain(e) + "; loaded from " + from.get(), e);
    }
  }

  /**
   * Whether DJL would not start because the environment, made for another program, names a default
   * engine that is not there.
   */
  private static boolean namesUnknownEngine() {
    String wanted = System.getProperty(DEFAULT_ENGINE, System.getenv("DJL_DEFAULT_ENGINE"));
    if (wanted == null || wanted.isEmpty()) {
      return false;
    }
    for (EngineProvider provider : ServiceLoader.load(EngineProvider.class)) {
      if (provider.getEngineName().equals(wanted)) {
        return false;
      }
    }
    log.warn("DJL has no engine {}, which is to be its default; it gets {}", wanted, NAME);
    return true;
  }

  private static Engine engineOfDjl() {
    if (!Engine.hasEngine(NAME)) {
      // The program used DJL before, on a thread whose class loader does not have it.
      Engine.registerEngine(new PtEngineProvider());
    }
    return Engine.getEngine(NAME);
  }

  private static Path result(FutureTask<Path> check) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return check.get();
        } catch (InterruptedException e) {
          interrupted = true; // for whoever waits for this thread; the check is short
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("PyTorch cannot be loaded: " + e.getMessage(), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
