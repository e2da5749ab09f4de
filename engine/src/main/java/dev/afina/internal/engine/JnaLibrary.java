package dev.afina.internal.engine;

import dev.afina.internal.natives.ClassPath;
import dev.afina.internal.natives.NativeFile;
import dev.afina.internal.natives.NativeFolder;
import dev.afina.internal.natives.NativeLoading;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * JNA's own library, in a folder that is checked as PyTorch's is. JNA would unpack it at each
 * start, and where nothing can be written, as in a container with a read-only file system, log a
 * stack trace and not work.
 */
final class JnaLibrary {
  private static final String FOLDER = "jna.boot.library.path";
  private static final String OTHER_NAME = "jna.boot.library.name";
  private static final String TEMPORARY = "jna.tmpdir";
  private static final String NAME = "libjnidispatch.so";

  private JnaLibrary() {}

  /**
   * The system properties with which JNA takes it from there, or else unpacks it there.
   *
   * @param base from {@link NativeFolder#base()}
   */
  static Map<String, String> settings(Path base) {
    Optional<Path> folder = folder(base);
    return folder.isPresent()
        ? Map.of(FOLDER, folder.get().toString(), "jna.nounpack", "true")
        : Map.of(TEMPORARY, System.getProperty(TEMPORARY, base.toString()));
  }

  /** Empty where JNA must unpack it, since a JVM loads a file for one class loader only. */
  private static Optional<Path> folder(Path base) {
    String platform = "amd64".equals(System.getProperty("os.arch")) ? "x86-64" : "aarch64";
    Optional<URL> file =
        ClassPath.of(JnaLibrary.class).first("com/sun/jna/linux-" + platform + "/" + NAME);
    boolean isHere = System.mapLibraryName("jnidispatch").equals(NAME); // not macOS or Windows
    boolean isNamed = System.getProperty(FOLDER) != null || System.getProperty(OTHER_NAME) != null;
    if (!isHere || file.isEmpty() || isNamed) {
      return Optional.empty();
    }
    try {
      Path folder = NativeFolder.prepare(base, "jna", List.of(new NativeFile(NAME, file.get())));
      if (NativeLoading.isLoadedElsewhere(folder)) {
        return Optional.empty();
      }
      NativeLoading.setLoaded(folder);
      return Optional.of(folder);
    } catch (IOException e) {
      // PyTorch's folder mostly has the same fault, and says so next. A folder that an earlier
      // version filled, and that is read-only now, lacks only this file.
      return Optional.empty();
    }
  }
}
