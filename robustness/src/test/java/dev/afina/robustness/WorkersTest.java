package dev.afina.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A training on a fixed number of cores gives the same bits, however many the process has. */
class WorkersTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Path BASE =
      Path.of("..", "core", "src", "test", "resources", "golden", "models", "bert", "base");

  @Test
  void fixedNumberOfWorkers_givesTheSameBits_onAnyNumberOfCores() throws Exception {
    String onTwo = bits("2", BASE.toString(), "3");
    assertThat(bits("1", BASE.toString(), "3")).isEqualTo(onTwo);
    assertThat(bits("7", BASE.toString(), "3")).as("two cores a part are left").isEqualTo(onTwo);
    // Without it the number of parts, and so the order of sums, is that of the cores.
    assertThat(bits("1", BASE.toString())).isNotEqualTo(onTwo);
  }

  private static String bits(String cores, String... arguments) throws Exception {
    try (ChildJvm child =
        ChildJvm.running(WorkersProgram.class)
            .heap("256m")
            .options("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
            .property("afina.workers", cores)
            .arguments(arguments)
            .start()) {
      String line = child.awaitLine(text -> text.startsWith("bits "), LIMIT);
      assertThat(line.split(" ")).as(line).hasSize(1 + 2 * 12);
      assertThat(child.awaitExit(LIMIT)).as(child.output()).isZero();
      return line;
    }
  }
}
