package dev.afina.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a training at seeded moments, on while it writes a checkpoint, and lets the next process go
 * on: the weights in the end are those of a training that was never killed, to the bit.
 */
class ResumeTest {
  /** {@code -Dafina.kills}: 20 take three minutes for both tests. */
  private static final int KILLS = Integer.getInteger("afina.kills", 8);

  private static final long SEED = 11;
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Path BASE =
      Path.of("..", "core", "src", "test", "resources", "golden", "models", "bert", "base");

  @TempDir Path work;

  private boolean lora;

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
    run("whole");
    Random random = new Random(SEED);
    TreeSet<String> reached = new TreeSet<>();
    for (int kill = 1; kill <= KILLS; kill++) {
      try (ChildJvm child = start("killed")) {
        // Each kill a little after the next checkpoints are there.
        int steps = ResumeProgram.STEPS * kill / (KILLS + 1);
        awaitCheckpoint(child, steps);
        Thread.sleep(random.nextInt(30));
        child.kill();
        child.awaitExit(LIMIT);
        assertThat(child.output()).as("kill " + kill).doesNotContain("done", "Exception");
      }
      reached.add(newest());
    }
    assertThat(reached).as("each run went on from the one before").hasSizeGreaterThan(KILLS / 2);
    run("killed");
    assertThat(Files.readAllBytes(work.resolve("saved-killed").resolve("model.safetensors")))
        .isEqualTo(Files.readAllBytes(work.resolve("saved-whole").resolve("model.safetensors")));
    try (var left = Files.list(work.resolve("killed"))) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .as("nothing is left of what was killed")
          .allMatch(name -> name.matches("checkpoint-\\d+"))
          .hasSizeLessThanOrEqualTo(3);
    }
  }

  private void awaitCheckpoint(ChildJvm child, int steps) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (steps(newest()) < steps) {
      assertThat(child.isAlive()).as(child.output()).isTrue();
      assertThat(System.nanoTime()).as("time").isLessThan(end);
      Thread.sleep(2);
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

  private void run(String name) throws Exception {
    try (ChildJvm child = start(name)) {
      assertThat(child.awaitExit(LIMIT)).as(child.output()).isZero();
    }
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
