package dev.afina.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a training ran on.
 *
 * @param processor its name where the system tells it, else its architecture
 * @param cores those that this process may use
 * @param memoryBytes of the machine; 0 where the system does not tell
 * @param system name, version and architecture of the operating system
 * @param java version and maker of the JVM
 * @param heapBytes the most that the JVM's heap may take
 */
record Machine(
    String processor, int cores, long memoryBytes, String system, String java, long heapBytes) {

  /** This one. */
  static Machine here() {
    Runtime runtime = Runtime.getRuntime();
    return new Machine(
        processorName(),
        runtime.availableProcessors(),
        field("/proc/meminfo", "MemTotal")
            .map(text -> text.replaceAll("[^0-9]", ""))
            .filter(digits -> digits.matches("[0-9]{1,15}"))
            .map(digits -> Long.parseLong(digits) * 1024)
            .orElse(0L),
        System.getProperty("os.name", "?")
            + " "
            + System.getProperty("os.version", "?")
            + ", "
            + System.getProperty("os.arch", "?"),
        Runtime.version() + ", " + System.getProperty("java.vendor", "?"),
        runtime.maxMemory());
  }

  private static String processorName() {
    return field("/proc/cpuinfo", "model name")
        .or(() -> Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER"))) // Windows
        .orElse(System.getProperty("os.arch", "?"));
  }

  /** The value of the first line {@code name: value} of one of Linux's files. */
  private static Optional<String> field(String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of(file), StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith(name) && line.indexOf(':') > 0)
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty(); // another system, or one that shows nothing
    }
  }
}
