package dev.afina.examples;

import dev.afina.data.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The files of rows, and which of them are trained and evaluated on. */
final class RowOptions {
  @Option(
      names = "--train",
      paramLabel = "FILE",
      required = true,
      description = "The rows to train on.")
  @SuppressWarnings("NullAway.Init")
  private Path trainFile;

  @Option(
      names = "--validation",
      paramLabel = "FILE",
      description = "The rows to evaluate on after each epoch.")
  private @Nullable Path validationFile;

  @Option(
      names = "--validation-share",
      paramLabel = "SHARE",
      description =
          "Without --validation, this share of the rows to train on is set aside, of each single"
              + " label the same where there are enough; 0 for none.")
  private double validationShare = 0.1;

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = "The rows of the report at the end. Default: those of the validation")
  private @Nullable Path testFile;

  @Mixin private final DataOptions data = new DataOptions();

  /** Which columns of the files are what. */
  DataOptions data() {
    return data;
  }

  /**
   * Refuses a share that is none.
   *
   * @throws IllegalArgumentException if it is none
   */
  void check() {
    if (!(validationShare >= 0 && validationShare < 1)) {
      throw new IllegalArgumentException(
          "--validation-share: expected a share in [0, 1), got " + validationShare);
    }
  }

  /**
   * Refuses a share of rows beside a file of them.
   *
   * @param given whether a share stands on the command line
   */
  void checkShare(boolean given) {
    if (given && validationShare > 0 && validationFile != null) {
      throw new IllegalArgumentException(
          "--validation %s and --validation-share %s contradict each other: the rows to validate on"
                  .formatted(validationFile, validationShare)
              + " are those of the file; leave one of them out");
    }
  }

  /** Whether there are to be rows to validate on. */
  boolean validates() {
    return validationFile != null || validationShare > 0;
  }

  /** Whether there is a file of rows for the report. */
  boolean tests() {
    return testFile != null;
  }

  /** Whether there are files of rows to evaluate on. */
  boolean areNamedToEvaluate() {
    return validationFile != null || testFile != null;
  }

  /** The rows to train on, and those to validate on where none are named. */
  Dataset read() throws IOException {
    return data.read(trainFile);
  }

  /**
   * The rows by what they are for. All have what is to be predicted, and those to evaluate on have
   * only labels that are learned: what is missing shows now, not after a long training.
   *
   * @param rows of {@link #read}
   * @param labels the names of the outputs, as far as they are known
   * @throws IllegalArgumentException when something is missing, naming file and row
   */
  EvaluatedRows divide(
      Dataset rows, TrainedTask<?, ?, ?> task, String @Nullable [] labels, int seed)
      throws IOException {
    requireTargets(trainFile, rows, rows, task);
    Dataset.Split split =
        validationFile == null
            ? new Partition(task, validationShare, seed).of(rows)
            : new Dataset.Split(rows, readAlike(validationFile, rows, task));
    Dataset test = testFile == null ? split.test() : readAlike(testFile, rows, task);
    EvaluatedRows divided = new EvaluatedRows(split.train(), split.test(), test);
    divided.requireKnown(task, labels);
    return divided;
  }

  private Dataset readAlike(Path file, Dataset train, TrainedTask<?, ?, ?> task)
      throws IOException {
    Dataset rows = data.read(file);
    if (rows.size() == 0) {
      throw new IllegalArgumentException(file + ": has no rows, expected 1 or more");
    }
    requireTargets(file, rows, train, task);
    return rows;
  }

  private static void requireTargets(
      Path file, Dataset rows, Dataset train, TrainedTask<?, ?, ?> task) {
    for (int row = 0; row < rows.size(); row++) {
      try {
        task.requireTarget(rows, row, train);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
      }
    }
  }

  /** What the rows of the report are called on a card. */
  String testName() {
    Path file = testFile != null ? testFile : validationFile != null ? validationFile : trainFile;
    String name = String.valueOf(file.getFileName());
    return testFile == null && validationFile == null ? "rows set aside of " + name : name;
  }
}
