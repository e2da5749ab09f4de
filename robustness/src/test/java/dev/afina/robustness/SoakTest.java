package dev.afina.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A service that runs for long does not grow: 20,000 predictions, or as many as {@code
 * -Dafina.soak=1000000} says.
 */
@EnabledOnOs(OS.LINUX) // which tells the resident memory in /proc
class SoakTest {
  private static final Duration LIMIT = Duration.ofHours(12);

  /** By then caches are full and the JVM has compiled what is hot. */
  private static final int REPORTS_OF_WARM_UP = 5;

  /**
   * Grown by more than this is a leak, in megabytes. Without bounds on oneDNN's caches it was 130
   * from 32 threads; with them it is 5 to 20, which are the C library's arenas and compiled code.
   */
  private static final long MARGIN = 60;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 32})
  void predictions_ofEverNewLengths_needNoMoreMemory(int threads) throws Exception {
    RandomModel.write(folder, 32, 2);
    String texts = System.getProperty("afina.soak", "20000");
    List<Long> megabytes = new ArrayList<>();
    try (ChildJvm child =
        ChildJvm.running(SoakProgram.class)
            .heap("64m")
            .options("-Xms64m", "-XX:+AlwaysPreTouch") // the heap's own growth is none of ours
            .property("ai.djl.pytorch.num_threads", "2")
            .property("org.slf4j.simpleLogger.defaultLogLevel", "error")
            .environment("OMP_WAIT_POLICY", "passive")
            .arguments(folder.toString(), Integer.toString(threads), texts)
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
