package dev.afina.internal.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address space that the process may still use, if {@code ulimit -v} limits it (Linux).
 *
 * <p>Checked before a library is loaded: if the library can be mapped but then gets no memory to
 * initialise, the process dies.
 */
final class AddressSpace {
  /** The address space that PyTorch takes beside its files, for heaps and stacks of its threads. */
  private static final long ROOM = 256L << 20;

  private static final Pattern LIMIT = Pattern.compile("Max address space +(\\d+) ");
  private static final Pattern USED = Pattern.compile("VmSize:\\s*(\\d+) kB");

  private AddressSpace() {}

  /**
   * Checks that libraries fit.
   *
   * @param bytes the total size of the libraries
   * @throws IOException if they do not fit; the message names the limit and what is needed
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
      return OptionalLong.empty(); // the limit is unknown
    }
  }
}
