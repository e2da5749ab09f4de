package dev.afina.internal.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory addresses that the process may still use, where {@code ulimit -v} limits them (Linux).
 *
 * <p>Asked before a library is loaded: one that gets its own place but then no memory to start with
 * ends the process.
 */
final class AddressSpace {
  /** What PyTorch takes beside its files: heaps and stacks of its threads. */
  private static final long ROOM = 256L << 20;

  private static final Pattern LIMIT = Pattern.compile("Max address space +(\\d+) ");
  private static final Pattern USED = Pattern.compile("VmSize:\\s*(\\d+) kB");

  private AddressSpace() {}

  /**
   * Refuses to load what would not fit.
   *
   * @param bytes of the libraries
   * @throws IOException that names the limit and what is needed
   */
  static void require(long bytes) throws IOException {
    OptionalLong limit = number(Path.of("/proc/self/limits"), LIMIT, 1);
    OptionalLong used = number(Path.of("/proc/self/status"), USED, 1 << 10);
    if (limit.isPresent() && used.isPresent()) {
      require(limit.getAsLong(), used.getAsLong(), bytes);
    }
  }

  static void require(long limit, long used, long bytes) throws IOException {
    if (limit - used < bytes + ROOM) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "too little address space for libraries of %d MB: the limit is %d MB (ulimit -v), of"
                  + " which the JVM uses %d; raise it by %d MB, or make the JVM smaller (-Xmx)",
              bytes >> 20,
              limit >> 20,
              used >> 20,
              ((bytes + ROOM - limit + used) >> 20) + 1));
    }
  }

  private static OptionalLong number(Path file, Pattern line, int unit) {
    if (!Files.isReadable(file)) {
      return OptionalLong.empty();
    }
    try {
      Matcher found = line.matcher(Files.readString(file));
      return found.find()
          ? OptionalLong.of(Math.multiplyExact(Long.parseLong(found.group(1)), (long) unit))
          : OptionalLong.empty();
    } catch (IOException | ArithmeticException | NumberFormatException e) {
      return OptionalLong.empty(); // no limit that can be told
    }
  }
}
