package dev.afina.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service that runs for long does not grow: 20,000 predictions, or as many as {@code
 * -Dafina.soak=1000000} says.
 */
@EnabledOnOs(OS.LINUX) // which tells the resident memory in /proc
class SoakTest {
  private static final Duration LIMIT = Duration.ofHours(12);

  /** By then caches are about full. */
  private static final int REPORTS_OF_WARM_UP = 5;

  /**
   * Grown by more than this is a leak, in megabytes. 15,000 texts after the warm-up added 25 to 29
   * with NativeSettings' bounds on the caches of oneDNN and PyTorch, and 89 to 95 without; this is
   * the middle.
   */
  private static final long MARGIN = 60;

  @TempDir Path folder;

  @Test
  void predictions_ofEverNewLengths_needNoMoreMemory() throws Exception {
    RandomModel.write(folder, 32, 2);
    String texts = System.getProperty("afina.soak", "20000");
    List<Long> megabytes = new ArrayList<>();
    try (ChildJvm child =
        ChildJvm.running(SoakProgram.class)
            .heap("64m")
            // What the JVM needs for itself is all there from the begin, or small.
            .options("-Xms64m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC")
            .options("-XX:TieredStopAtLevel=1")
            .property("ai.djl.pytorch.num_threads", "2")
            .property("org.slf4j.simpleLogger.defaultLogLevel", "error")
            .environment("OMP_WAIT_POLICY", "passive")
            .environment("MALLOC_ARENA_MAX", "2") // else more on a machine with more cores
            .arguments(folder.toString(), "32", texts)
            .start()) {
      for (Optional<String> line = child.nextLine(LIMIT);
          line.isPresent();
          line = child.nextLine(LIMIT)) {
        if (line.get().matches("\\d+ \\d+")) {
          megabytes.add(Long.parseLong(line.get().split(" ", -1)[1]) / 1024);
        }
      }
      assertThat(child.awaitExit(LIMIT)).as(child.output()).isZero();
    }
    assertThat(megabytes).hasSize(20);
    assertThat(megabytes.get(19) - megabytes.get(REPORTS_OF_WARM_UP - 1))
        .as("growth of %s", megabytes)
        .isLessThan(MARGIN);
  }
}
