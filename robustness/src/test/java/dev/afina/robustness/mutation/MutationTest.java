package dev.afina.robustness.mutation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.afina.robustness.InMemory;
import dev.afina.robustness.mutation.Outcome.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files changed at random, and the files that once broke Afina. System properties choose more:
 *
 * <ul>
 *   <li>{@code afina.mutations}: how many random ones, by default 20,000; four of ten are of
 *       tokenizer.json;
 *   <li>{@code afina.mutations.seed}: another seed, other mutations;
 *   <li>{@code afina.mutations.only}: the name of a single one, to see it again; its files are then
 *       left in {@code target/mutation}.
 * </ul>
 */
class MutationTest {
  private static final Logger log = LoggerFactory.getLogger(MutationTest.class);
  private static final long COUNT = Long.getLong("afina.mutations", 20_000);
  private static final long SEED = Long.getLong("afina.mutations.seed", 9);
  private static final String ONLY = System.getProperty("afina.mutations.only", "");

  /**
   * A mutation takes milliseconds; the first one also starts PyTorch, perhaps on a busy machine.
   */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final int FAULTS_SHOWN = 20;

  private static Report report;

  /** All of them by the same workers: each takes seconds to start. */
  @BeforeAll
  static void tryAll(@TempDir(factory = InMemory.class) Path folder) throws InterruptedException {
    Path work = ONLY.isEmpty() ? folder : Path.of("target", "mutation").toAbsolutePath();
    Stream<String> names =
        ONLY.isEmpty()
            ? Stream.concat(
                Regressions.expected().keySet().stream(),
                LongStream.range(0, COUNT).mapToObj(Long::toString))
            : Stream.of(ONLY);
    report = new Crew(Worker.class, work, SEED, LIMIT).run(names.iterator());
    log.info("seed {}, {} mutations\n{}", SEED, report.count(), report);
  }

  @Test
  void everyMutation_endsInAResultThatCanBeRight_orInOneClearMessage() throws Exception {
    requireNoFaults();
    if (ONLY.isEmpty()) {
      assertThat(report.count() - Regressions.expected().size()).isEqualTo((int) COUNT);
    }
    if (ONLY.isEmpty() && COUNT >= 10_000) {
      requireBothEnds();
    }
  }

  @Test
  void filesThatOnceBrokeAfina_endAsTheyShould() {
    assumeTrue(ONLY.isEmpty(), "a single mutation is asked for");
    Map<String, String> ends = new TreeMap<>();
    report.fixed().forEach((name, end) -> ends.put(name, end.kind() + " " + end.detail()));
    assertThat(ends.keySet()).isEqualTo(Regressions.expected().keySet());
    Regressions.expected()
        .forEach((name, expected) -> assertThat(ends.get(name)).as(name).matches(expected));
  }

  private static void requireNoFaults() throws IOException {
    List<Report.Fault> faults = report.faults();
    Files.writeString(
        Path.of("target", "mutation-faults.txt"),
        faults.stream().map(fault -> fault + "\n").collect(Collectors.joining()));
    assertThat(faults)
        .as(
            "target/mutation-faults.txt has them all; repeat one by"
                + " -Dafina.mutations.seed=%d -Dafina.mutations.only=NAME:%n%s",
            SEED,
            faults.stream()
                .limit(FAULTS_SHOWN)
                .map(fault -> fault.toString())
                .collect(Collectors.joining("\n")))
        .isEmpty();
  }

  /** A target that is always refused, or never, is not tested. */
  private static void requireBothEnds() {
    for (String target : report.targets()) {
      int opened =
          report.countOfRandom(target, Kind.SAME) + report.countOfRandom(target, Kind.OTHER);
      assertThat(opened).as("opened: " + target).isPositive();
      assertThat(report.countOfRandom(target, Kind.REFUSED)).as("refused: " + target).isPositive();
    }
  }
}
