package dev.afina.robustness.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process holds in memory, native memory included; 0 where the system does not tell. */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  private ResidentMemory() {}

  /** Bytes now. */
  static long now() throws IOException {
    return bytes("VmRSS:");
  }

  /** The most bytes since {@link #resetPeak}. */
  static long peak() throws IOException {
    return bytes("VmHWM:");
  }

  /** Starts {@link #peak} anew; false where the system cannot. */
  static boolean resetPeak() {
    try {
      Files.writeString(CLEAR, "5");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static long bytes(String key) throws IOException {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(key)) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    return 0;
  }
}
