package dev.afina.tokenization;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.afina.internal.natives.ClassPath;
import dev.afina.internal.natives.HostPlatform;
import dev.afina.internal.natives.LoadFailure;
import dev.afina.internal.natives.NativeFile;
import dev.afina.internal.natives.NativeFolder;
import dev.afina.internal.natives.NativeLoading;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Loads the native library of DJL's tokenizers once per class loader, from a verified folder; see
 * {@link NativeFolder}. A second class loader gets its own copy, which shares nothing with the
 * first.
 */
final class RustLibrary {
  /**
   * The system property from which DJL takes the library's path; a program's own setting is
   * respected.
   */
  private static final String FILE = "RUST_LIBRARY_PATH";

  /** Dependencies that Windows finds only if they are loaded first. */
  private static final List<String> BEFORE_ON_WINDOWS =
      List.of("libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll");

  private static @Nullable TokenizersLibrary library;

  private RustLibrary() {}

  /**
   * The library, loaded on first use. A failure is reported at every call.
   *
   * @throws IllegalStateException that says what was found and what is needed
   */
  static synchronized TokenizersLibrary get() {
    if (library == null) {
      library = load();
    }
    return library;
  }

  private static TokenizersLibrary load() {
    synchronized (NativeLoading.lock()) {
      return loadAlone();
    }
  }

  private static TokenizersLibrary loadAlone() {
    String named = System.getenv(FILE) != null ? System.getenv(FILE) : System.getProperty(FILE);
    if (named != null) {
      requireThere(named);
      return load(Map.of(), "what " + FILE + " names");
    }
    ClassPath classPath = ClassPath.of(RustLibrary.class);
    String version =
        classPath.property("native/lib/tokenizers.properties", "version").orElse("of no version");
    try {
      Path base = NativeFolder.base();
      List<NativeFile> files = files(classPath, version, HostPlatform.classifier());
      Path folder = NativeFolder.prepare(base, "tokenizers-" + version, files);
      boolean again = NativeLoading.isLoadedElsewhere(folder);
      Path place =
          again
              ? NativeFolder.copyOf(base, folder, files.stream().map(NativeFile::name).toList())
              : folder;
      try {
        String file = place.resolve(libraryName()).toString();
        TokenizersLibrary loaded =
            load(Map.of(FILE, file), place + "; found: tokenizers " + version);
        NativeLoading.setLoaded(folder);
        return loaded;
      } finally {
        if (again) {
          NativeFolder.delete(place);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("the tokenizers cannot be loaded: " + e.getMessage(), e);
    }
  }

  /** Without it DJL would silently load from a folder of its own, which nobody checks. */
  static void requireThere(String named) {
    File file = new File(named);
    boolean isThere =
        (file.isFile() && file.getName().equals(libraryName()))
            || new File(file, libraryName()).isFile();
    if (!isThere) {
      throw new IllegalStateException(
          "the tokenizers cannot be loaded: "
              + FILE
              + "=\""
              + named
              + "\": expected "
              + libraryName()
              + " or a folder with it, there is none; without "
              + FILE
              + " the library of the jars is loaded");
    }
  }

  private static TokenizersLibrary load(Map<String, String> settings, String from) {
    try {
      return NativeLoading.run(
          RustLibrary.class,
          settings,
          () -> {
            LibUtils.checkStatus();
            return TokenizersLibrary.LIB;
          });
    } catch (RuntimeException | LinkageError e) {
      throw new IllegalStateException(
          "the tokenizers cannot be loaded: " + LoadFailure.explain(e) + "; loaded from " + from,
          e);
    }
  }

  static List<NativeFile> files(ClassPath classPath, String version, String platform) {
    List<String> names = new ArrayList<>();
    if (platform.startsWith("win")) {
      names.addAll(BEFORE_ON_WINDOWS);
    }
    names.add(libraryName());
    return names.stream()
        .map(name -> new NativeFile(name, resource(classPath, version, platform, name)))
        .toList();
  }

  private static URL resource(ClassPath classPath, String version, String platform, String name) {
    return classPath
        .first("native/lib/" + platform + "/cpu/" + name)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the tokenizers cannot be loaded: ai.djl.huggingface:tokenizers "
                        + version
                        + " has no library for "
                        + platform
                        + "; it comes for linux-x86_64, linux-aarch64, osx-aarch64 and"
                        + " win-x86_64"));
  }

  private static String libraryName() {
    return System.mapLibraryName("tokenizers");
  }
}
