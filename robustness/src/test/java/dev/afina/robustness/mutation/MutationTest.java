package dev.afina.robustness.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.robustness.mutation.Outcome.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files changed at random, and the files that once broke Afina. System properties choose more:
 *
 * <ul>
 *   <li>{@code afina.mutations}: how many random ones, by default 9,000; a third are of
 *       tokenizer.json;
 *   <li>{@code afina.mutations.seed}: another seed, other mutations;
 *   <li>{@code afina.mutations.only}: the name of a single one, to see it again; its files are then
 *       left in {@code target/mutation}.
 * </ul>
 */
class MutationTest {
  private static final Logger log = LoggerFactory.getLogger(MutationTest.class);
  private static final long COUNT = Long.getLong("afina.mutations", 9_000);
  private static final long SEED = Long.getLong("afina.mutations.seed", 9);
  private static final String ONLY = System.getProperty("afina.mutations.only", "");

  /**
   * A mutation takes milliseconds; the first one also starts PyTorch, perhaps on a busy machine.
   */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final int FAULTS_SHOWN = 20;

  @TempDir Path folder;

  @Test
  void everyMutation_endsInAResultThatCanBeRight_orInOneClearMessage() throws Exception {
    Report report = run(names());
    log.info("seed {}, {} mutations\n{}", SEED, report.count(), report);
    requireNoFaults(report);
    if (!ONLY.isEmpty()) {
      return;
    }
    assertThat(report.count()).isEqualTo((int) COUNT);
    if (COUNT >= 10_000) {
      requireBothEnds(report);
    }
  }

  @Test
  void filesThatOnceBrokeAfina_endAsTheyShould() throws Exception {
    Report report = run(Regressions.expected().keySet().iterator());
    requireNoFaults(report);
    Map<String, String> ends = new TreeMap<>();
    report.fixed().forEach((name, end) -> ends.put(name, end.kind() + " " + end.detail()));
    assertThat(ends.keySet()).isEqualTo(Regressions.expected().keySet());
    Regressions.expected()
        .forEach((name, expected) -> assertThat(ends.get(name)).as(name).matches(expected));
  }

  private Iterator<String> names() {
    return ONLY.isEmpty()
        ? LongStream.range(0, COUNT).mapToObj(Long::toString).iterator()
        : List.of(ONLY).iterator();
  }

  private Report run(Iterator<String> names) throws InterruptedException {
    Path work = ONLY.isEmpty() ? folder : Path.of("target", "mutation").toAbsolutePath();
    return new Crew(Worker.class, work, SEED, LIMIT).run(names);
  }

  private static void requireNoFaults(Report report) throws IOException {
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
  private static void requireBothEnds(Report report) {
    for (String target : report.targets()) {
      int opened = report.count(target, Kind.SAME) + report.count(target, Kind.OTHER);
      assertThat(opened).as("opened: " + target).isPositive();
      assertThat(report.count(target, Kind.REFUSED)).as("refused: " + target).isPositive();
    }
  }
}
