package dev.afina.internal.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Explains why a native library did not load, as far as the system's error message reveals it. */
public final class LoadFailure {
  private static final int LONGEST = 300;

  private LoadFailure() {}

  /**
   * The cause in terms of the user, with a remedy.
   *
   * @param failure the exception of the loader
   * @return one line without a full stop
   */
  public static String explain(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = String.valueOf(root.getMessage()).replaceAll("\\s+", " ");
    String words = root.getClass().getSimpleName() + ": " + cut(text);
    if (root instanceof IllegalCallerException) {
      return words + "; start Java with --enable-native-access=ALL-UNNAMED";
    }
    if (text.contains("already loaded in another classloader")) {
      return words
          + "; put Afina and DJL into the class path that all applications of this server share";
    }
    // The C library does not always say why it failed to map a file.
    boolean isMapping = text.contains("failed to map segment");
    String limit = addressSpace();
    if (text.contains("Operation not permitted")
        || text.contains("Permission denied")
        || (isMapping && limit.isEmpty() && !text.contains("Cannot allocate memory"))) {
      return words
          + "; the file system may be mounted without the right to execute (noexec): "
          + CacheFolder.WAY_OUT;
    }
    if (text.contains("Cannot allocate memory") || isMapping) {
      return words + "; the process may not have more address space" + limit;
    }
    if (text.contains("positive number of threads")) {
      return words + "; it comes from -Dai.djl.pytorch.num_threads or num_interop_threads";
    }
    if (text.contains("GLIBC") || text.contains("ld-linux") || text.contains("musl")) {
      return words + "; PyTorch needs glibc, as new as this library asks for: not Alpine's musl";
    }
    boolean isOfClasses =
        !(root instanceof UnsatisfiedLinkError || root instanceof ExceptionInInitializerError);
    if (root instanceof LinkageError && isOfClasses) {
      return words + "; jars of several versions are mixed";
    }
    return words;
  }

  /** The limit that most often is the reason when memory is denied; empty if there is none. */
  private static String addressSpace() {
    Path limits = Path.of("/proc/self/limits");
    if (!Files.isReadable(limits)) {
      return "";
    }
    try (Stream<String> lines = Files.lines(limits)) {
      return lines
          .filter(line -> line.startsWith("Max address space"))
          .filter(line -> !line.matches("Max address space\\s+unlimited.*"))
          .map(line -> " (" + line.trim().replaceAll("\\s+", " ") + "; ulimit -v raises it)")
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
