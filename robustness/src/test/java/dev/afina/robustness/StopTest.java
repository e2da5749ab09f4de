package dev.afina.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Programs that end while they compute: none dies of a signal of its own, and who waits for a
 * result hears why there is none. {@code -Dafina.stops=100} stops each so often.
 */
class StopTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int TERMINATED = 128 + 15;
  private static final String REFUSED =
      "the JVM is shutting down, so nothing is computed any more; let calls end before the exit"
          + " begins";

  @TempDir static Path folder;
  private final Random moments = new Random(2026);

  /** A batch of 1,024 tokens takes longer than the 0.3 s that a JVM waits for native code. */
  @BeforeAll
  static void writeModel() throws IOException {
    RandomModel.write(folder, 512, 6);
  }

  private static ChildJvm.Builder program(String work) {
    return ChildJvm.running(StoppedProgram.class)
        .property("ai.djl.pytorch.num_threads", "2")
        .property("org.slf4j.simpleLogger.defaultLogLevel", "warn")
        // Longer than the test waits: an exit that waits for one who waits for it would be seen.
        .property("afina.exitPatience", "1000")
        .arguments(work, folder.toString());
  }

  private static ChildJvm start(String work) throws IOException {
    return program(work).start();
  }

  @ParameterizedTest
  @CsvSource({"lists, 4", "singles, 2", "training, 2", "loading, 2"})
  @DisabledOnOs(OS.WINDOWS) // which has no SIGTERM
  void terminated_whileBusy_endsCleanly(String work, int times) throws Exception {
    for (int i = 0; i < Integer.getInteger("afina.stops", times); i++) {
      try (ChildJvm child = start(work)) {
        child.awaitLine("busy"::equals, LIMIT);
        Thread.sleep(moments.nextInt(800));
        child.terminate();
        assertThat(child.awaitExit(LIMIT)).as(child.output()).isEqualTo(TERMINATED);
        assertEndedInOrder(child, heard(work));
      }
    }
  }

  /** 400 texts take seconds here: what is not computed when the exit begins hears why. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void terminated_withFuturesInFlight_completesEachOfThem() throws Exception {
    try (ChildJvm child = start("futures")) {
      child.awaitLine("busy"::equals, LIMIT);
      child.terminate();
      assertThat(child.awaitExit(LIMIT)).as(child.output()).isEqualTo(TERMINATED);
      assertThat(lines(child, "future: "))
          .isNotEmpty()
          .allMatch(line -> line.contains("IllegalStateException: the JVM is shutting down"));
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void terminated_underAHold_answersEachFutureInFlight() throws Exception {
    try (ChildJvm child = start("futures held")) {
      child.awaitLine("busy"::equals, LIMIT);
      child.terminate();
      assertThat(child.awaitExit(LIMIT)).as(child.output()).isEqualTo(TERMINATED);
      assertThat(lines(child, "future: ")).isEmpty();
      assertThat(lines(child, "answered")).hasSize(401).endsWith("answered all");
    }
  }

  private static List<String> lines(ChildJvm child, String begin) {
    return child.output().lines().filter(line -> line.startsWith(begin)).toList();
  }

  @Test
  void exitOfAThread_whileOthersPredict_endsCleanly() throws Exception {
    try (ChildJvm child = start("exit of a caller")) {
      assertThat(child.awaitExit(LIMIT)).as(child.output()).isEqualTo(7);
      assertEndedInOrder(child, heard("lists"));
    }
  }

  @Test
  void endOfMain_whileDaemonsPredict_endsCleanly() throws Exception {
    try (ChildJvm child = start("daemons")) {
      assertThat(child.awaitExit(LIMIT)).as(child.output()).isZero();
      assertEndedInOrder(child, heard("lists"));
    }
  }

  @Test
  void exitOfAListener_endsAtOnce_andNobodyWaitsForIt() throws Exception {
    try (ChildJvm child = start("exit of a listener")) {
      assertThat(child.awaitExit(LIMIT)).as(child.output()).isEqualTo(7);
    }
  }

  /** The program has an exit handler of the C library that aborts: 134 would be its exit code. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void callThatDoesNotEndInTime_isLeftAlone_andNothingIsTakenApart() throws Exception {
    try (ChildJvm child = program("impatient").property("afina.exitPatience", "0").start()) {
      child.awaitLine("busy"::equals, LIMIT);
      Thread.sleep(moments.nextInt(800));
      child.terminate();
      assertThat(child.awaitExit(LIMIT)).as(child.output()).isEqualTo(TERMINATED);
      assertThat(child.output()).containsPattern("after 0 seconds .* still uses PyTorch");
    }
  }

  /** What a caller hears, as a pattern. */
  private static String heard(String work) {
    return switch (work) {
      case "training" ->
          "caller: java.io.InterruptedIOException: "
              + "(training|loading .*) was stopped.*: the JVM is shutting down";
      case "loading" ->
          "caller: java.io.InterruptedIOException: loading .* was stopped:"
              + " the JVM is shutting down";
      default -> "caller: java.lang.IllegalStateException: " + REFUSED;
    };
  }

  private static void assertEndedInOrder(ChildJvm child, String caller) {
    List<String> lines = child.output().lines().filter(line -> !line.contains("WARN")).toList();
    assertThat(lines).contains("hook: " + REFUSED).endsWith("closed");
    assertThat(lines).filteredOn(line -> line.startsWith("caller")).isNotEmpty();
    assertThat(lines)
        .filteredOn(line -> line.startsWith("caller"))
        .allMatch(l -> l.matches(caller));
  }
}
