package dev.afina.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a training at seeded moments, each second time while it writes a checkpoint, and lets the
 * next process go on: the weights in the end are those of a training that was never killed, to the
 * bit.
 */
class ResumeTest {
  /** {@code -Dafina.kills=200} for more, of each test. */
  private static final int KILLS = Integer.getInteger("afina.kills", 14);

  private static final long SEED = 11;
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int LAST = ResumeProgram.STEPS - ResumeProgram.STEPS_OF_A_CHECKPOINT;
  private static final int LATEST_MICROS = 20_000; // about what the updates of a checkpoint take
  private static final Path BASE =
      Path.of("..", "core", "src", "test", "resources", "golden", "models", "bert", "base");

  @TempDir(factory = InMemory.class)
  Path work;

  private final Random random = new Random(SEED);
  private boolean lora;
  private Set<String> left = Set.of();
  private int halfWritten;

  @Test
  void killedAgainAndAgain_endsWithTheSameBits() throws Exception {
    killAgainAndAgain();
  }

  /** Whose checkpoints hold the updates alone. */
  @Test
  void killedAgainAndAgain_withLora_endsWithTheSameBits() throws Exception {
    lora = true;
    killAgainAndAgain();
  }

  private void killAgainAndAgain() throws Exception {
    Files.createDirectory(work.resolve("tmp"));
    try (ChildJvm whole = start("whole")) {
      finish(whole);
    }
    TreeSet<String> reached = new TreeSet<>();
    ChildJvm next = start("killed");
    try {
      for (int kill = 1; kill <= KILLS; kill++) {
        try (ChildJvm child = next) {
          child.awaitLine("loaded"::equals, LIMIT);
          next = start("killed"); // loads while the other one trains
          child.send("go");
          awaitMoment(child, kill);
          child.kill();
          child.awaitExit(LIMIT);
          assertThat(child.output()).as("kill " + kill).doesNotContain("done", "Exception");
        }
        reached.add(newest());
        Set<String> now = saves();
        halfWritten += left.containsAll(now) ? 0 : 1;
        left = now;
      }
      finish(next);
    } finally {
      next.close();
    }
    System.out.printf("%d of %d kills left half a checkpoint%n", halfWritten, KILLS);
    assertThat(halfWritten).as("kills in the middle of a checkpoint").isPositive();
    int checkpoints = Math.min(KILLS, LAST / ResumeProgram.STEPS_OF_A_CHECKPOINT);
    assertThat(reached)
        .as("each run went on from the one before")
        .hasSizeGreaterThan(checkpoints / 2);
    assertThat(Files.readAllBytes(work.resolve("saved-killed").resolve("model.safetensors")))
        .isEqualTo(Files.readAllBytes(work.resolve("saved-whole").resolve("model.safetensors")));
    try (var left = Files.list(work.resolve("killed"))) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .as("nothing is left of what was killed")
          .allMatch(name -> name.matches("checkpoint-\\d+"))
          .hasSizeLessThanOrEqualTo(3);
    }
  }

  /** Each kill a little after the next checkpoints are there, the last one well before the end. */
  private void awaitMoment(ChildJvm child, int kill) throws Exception {
    int steps = ResumeProgram.STEPS * kill / (KILLS + 2);
    await(child, () -> steps(newest()) >= steps);
    if (kill % 2 == 0) {
      await(child, () -> !left.containsAll(saves()) || steps(newest()) >= LAST);
    } else {
      LockSupport.parkNanos(1_000L * random.nextInt(LATEST_MICROS));
    }
  }

  private interface Condition {
    boolean isMet() throws IOException;
  }

  private static void await(ChildJvm child, Condition condition) throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.isMet()) {
      assertThat(child.isAlive()).as(child.output()).isTrue();
      assertThat(System.nanoTime()).as("time").isLessThan(end);
      LockSupport.parkNanos(200_000);
    }
  }

  private String newest() throws IOException {
    Path folder = work.resolve("killed");
    if (!Files.isDirectory(folder)) {
      return "checkpoint-0";
    }
    try (var files = Files.list(folder)) {
      return files
          .map(p -> p.getFileName().toString())
          .filter(name -> name.matches("checkpoint-\\d+"))
          .max((a, b) -> Integer.compare(steps(a), steps(b)))
          .orElse("checkpoint-0");
    }
  }

  private static int steps(String checkpoint) {
    return Integer.parseInt(checkpoint.substring("checkpoint-".length()));
  }

  /** What is not yet a checkpoint: it is being written, or was when a process was killed. */
  private Set<String> saves() throws IOException {
    Path folder = work.resolve("killed");
    if (!Files.isDirectory(folder)) {
      return Set.of();
    }
    try (var files = Files.list(folder)) {
      return files
          .map(p -> p.getFileName().toString())
          .filter(name -> name.matches("\\.checkpoint-\\d+\\.tmp-.*"))
          .collect(Collectors.toSet());
    }
  }

  private static void finish(ChildJvm child) throws Exception {
    child.awaitLine("loaded"::equals, LIMIT);
    child.send("finish");
    assertThat(child.awaitExit(LIMIT)).as(child.output()).isZero();
  }

  private String[] arguments(String name) {
    Stream<String> usual =
        Stream.of(
            BASE.toString(),
            work.resolve(name).toString(),
            work.resolve("saved-" + name).toString());
    return (lora ? Stream.concat(usual, Stream.of("lora")) : usual).toArray(String[]::new);
  }

  private ChildJvm start(String name) throws IOException {
    return ChildJvm.running(ResumeProgram.class)
        .heap("256m")
        .options("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
        .property("java.io.tmpdir", work.resolve("tmp").toString())
        .property("ai.djl.pytorch.num_threads", "2")
        .arguments(arguments(name))
        .start();
  }
}
