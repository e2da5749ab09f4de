package dev.afina.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.Classifier;
import dev.afina.LongTexts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * 64 callers with short and long texts, while the model is replaced: no wrong answer, no lost call,
 * no growing memory. Two seconds, or {@code -Dafina.load.minutes=10}; {@code
 * -Dafina.load.windows=true} reads long texts in windows.
 */
@EnabledOnOs(OS.LINUX) // which tells the resident memory in /proc
class LoadTest {
  private static final int MINUTES = Integer.getInteger("afina.load.minutes", 0);
  private static final Pattern CALLS =
      Pattern.compile("calls (\\d+) answered (\\d+) refused (\\d+) swaps (\\d+)");

  /** Grown by more than this from the middle to the end is a leak, in kilobytes. */
  private static final long MARGIN = 60 * 1024;

  private static final long HEAP_MARGIN = 16 * 1024;

  @TempDir Path folder;

  private void readInWindows(String model) throws IOException {
    try (Classifier cutting = Classifier.load(folder.resolve(model));
        Classifier reading = cutting.withLongTexts(LongTexts.windows(64))) {
      reading.save(folder.resolve(model));
    }
  }

  @Test
  void callersGetTheirAnswers_whileModelsAreReplaced() throws Exception {
    RandomModel.write(folder.resolve("first"), 32, 2, 512, 1);
    RandomModel.write(folder.resolve("second"), 32, 2, 512, 2);
    if (Boolean.getBoolean("afina.load.windows")) {
      readInWindows("first");
      readInWindows("second");
    }
    Duration limit = Duration.ofMinutes(MINUTES + 2L);
    List<String> lines = new ArrayList<>();
    try (ChildJvm child =
        ChildJvm.running(LoadProgram.class)
            .heap("128m")
            .options("-Xms128m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC")
            .property("ai.djl.pytorch.num_threads", "2")
            .property("org.slf4j.simpleLogger.defaultLogLevel", "error")
            .environment("MALLOC_ARENA_MAX", "2")
            .arguments(
                folder.resolve("first").toString(),
                folder.resolve("second").toString(),
                MINUTES == 0 ? "2" : Integer.toString(60 * MINUTES),
                MINUTES == 0 ? "100" : "5000")
            .start()) {
      for (Optional<String> line = child.nextLine(limit);
          line.isPresent();
          line = child.nextLine(limit)) {
        lines.add(line.get());
      }
      assertThat(child.awaitExit(limit)).as(child.output()).isZero();
    }
    System.out.println(String.join("\n", lines));
    Matcher calls = CALLS.matcher(lines.get(lines.size() - 1));
    assertThat(calls.matches()).as("the last line of %s", lines).isTrue();
    long answered = Long.parseLong(calls.group(2));
    long refused = Long.parseLong(calls.group(3));
    assertThat(answered + refused).as("no lost call").isEqualTo(Long.parseLong(calls.group(1)));
    assertThat(answered).isPositive();
    assertThat(lines)
        .anyMatch(line -> line.startsWith("short alone "))
        .anyMatch(line -> line.startsWith("short beside long "));
    assertThat(Integer.parseInt(calls.group(4))).as("swaps").isPositive();
    if (MINUTES > 0) {
      assertFlat(lines, 1, MARGIN); // resident
      assertFlat(lines, 2, HEAP_MARGIN); // heap after a collection
    }
  }

  private static void assertFlat(List<String> lines, int column, long margin) {
    List<Long> kilobytes =
        lines.stream()
            .filter(line -> line.startsWith("memory"))
            .map(line -> Long.parseLong(line.split(" ", -1)[column]))
            .toList();
    long middle = kilobytes.get(kilobytes.size() / 2 + 1);
    assertThat(kilobytes.get(kilobytes.size() - 1)).isLessThan(middle + margin);
  }
}
