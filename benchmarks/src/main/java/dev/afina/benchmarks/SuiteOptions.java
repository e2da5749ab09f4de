package dev.afina.benchmarks;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What both suites understand. */
final class SuiteOptions {
  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds of each side, which take turns. Default: ${DEFAULT-VALUE}")
  private int rounds = 5;

  @Option(
      names = "--quick",
      description = "A tiny scale, to see whether everything works; its figures mean nothing.")
  private boolean quick;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description =
          "With tweeteval_emotion/train.csv and test.csv, banking77/train.csv and"
              + " imdb/train.csv.gz (columns text and label). Default: stand-ins of the same"
              + " lengths, which come with the program")
  private @Nullable Path data;

  @Option(
      names = "--python",
      paramLabel = "PATH",
      description =
          "The interpreter of the peers, with their packages. Default: that of the environment"
              + " variable AFINA_PYTHON, else one in an environment of its own in ~/.cache")
  private @Nullable String python;

  @Option(names = "--json", description = "Print one JSON object in place of a table.")
  private boolean json;

  @Nullable Path data() {
    return data;
  }

  @Nullable String python() {
    return python;
  }

  boolean json() {
    return json;
  }

  Scale scale() {
    if (rounds < 1) {
      throw new IllegalArgumentException("--rounds: expected 1 or more, got " + rounds);
    }
    return quick ? Scale.quick(rounds) : Scale.full(rounds);
  }
}
