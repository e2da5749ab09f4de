package dev.afina.internal.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtEngineProvider;
import dev.afina.internal.natives.LoadFailure;
import dev.afina.internal.natives.NativeFile;
import dev.afina.internal.natives.NativeFolder;
import dev.afina.internal.natives.NativeLoading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

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
  private static final String FOLDER = "PYTORCH_LIBRARY_PATH";
  private static final String FLAVOR = "PYTORCH_FLAVOR";

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
    if (System.getenv(FOLDER) != null || System.getProperty(FOLDER) != null) {
      NativeLoading.run(PyTorch.class, Map.of(), NativeSettings::apply);
      return engine(Map.of(), "what " + FOLDER + " names");
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
      NativeLoading.run(
          PyTorch.class,
          // A library that JNA unpacks is as safe there as PyTorch's.
          Map.of("jna.tmpdir", System.getProperty("jna.tmpdir", base.toString())),
          NativeSettings::apply);
      folder = result(check);
    } catch (IOException e) {
      throw new IllegalStateException("PyTorch cannot be loaded: " + e.getMessage(), e);
    }
    if (NativeLoading.isLoadedElsewhere(folder)) {
      return bindAgain(base, folder, jars);
    }
    Engine engine = engine(settings(folder, jars), folder + "; " + jars.found());
    NativeLoading.setLoaded(folder);
    return engine;
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
        return engine(settings(copy, jars), "a copy of " + folder + "; " + jars.found());
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

  private static Engine engine(Map<String, String> settings, String from) {
    try {
      return NativeLoading.run(
          PyTorch.class,
          settings,
          () -> {
            if (!Engine.hasEngine("PyTorch")) {
              // The program used DJL before, on a thread whose class loader does not have it.
              Engine.registerEngine(new PtEngineProvider());
            }
            return Engine.getEngine("PyTorch");
          });
    } catch (EngineException | IllegalArgumentException | LinkageError e) {
      throw new IllegalStateException(
          "PyTorch cannot be loaded: " + LoadFailure.explain(e) + "; loaded from " + from, e);
    }
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
