package dev.afina.examples;

import static dev.afina.data.ProblemType.MULTI_LABEL;
import static dev.afina.data.ProblemType.REGRESSION;
import static dev.afina.data.ProblemType.SINGLE_LABEL;

import dev.afina.Loss;
import dev.afina.MultiLabelLoss;
import dev.afina.RegressionLoss;
import dev.afina.data.ProblemType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is made small and judged by: options that not every task has. */
final class TaskOptions {
  private static final String BALANCED = "balanced";

  @Option(
      names = "--positive",
      paramLabel = "LABEL",
      description = "The label whose precision, recall and f1 are metrics; of single labels.")
  private @Nullable String positive;

  @Option(
      names = "--class-weights",
      paramLabel = "WEIGHT",
      split = ",",
      description =
          "What each label's texts count in the loss, of single labels: balanced, or a number for"
              + " each label in their order, with commas between. Default: all alike")
  private String @Nullable [] classWeights;

  @Option(
      names = "--positive-weights",
      paramLabel = "WEIGHT",
      split = ",",
      description =
          "What a label counts in the loss of the texts that have it, of several labels per text:"
              + " balanced, or a number for each label in their order, with commas between."
              + " Default: 1")
  private String @Nullable [] positiveWeights;

  @Option(
      names = "--label-smoothing",
      paramLabel = "SHARE",
      description =
          "For single labels: the share of the loss that is spread over all labels, such as 0.1.")
  private double labelSmoothing;

  @Option(
      names = "--focal",
      paramLabel = "GAMMA",
      description =
          "Focal loss of labels: what is predicted well counts little; 2 is usual. Default: none")
  private @Nullable Double focal;

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      description =
          "The loss of a regression: mean_squared_error or mean_absolute_error. Default:"
              + " mean_squared_error")
  private @Nullable String loss;

  /** An option that was given, and the tasks that have it. */
  private record Given(String option, Set<ProblemType> tasks) {
    Given(String option, ProblemType first, ProblemType... more) {
      this(option, EnumSet.of(first, more));
    }

    String tasksByName() {
      return tasks.stream().map(Tasks::name).collect(Collectors.joining(" or "));
    }
  }

  /**
   * The tasks that have all options that were given.
   *
   * @throws IllegalArgumentException when there is none, naming two of the options
   */
  Set<ProblemType> possible() {
    Set<ProblemType> possible = EnumSet.allOf(ProblemType.class);
    List<Given> before = new ArrayList<>();
    for (Given given : given()) {
      for (Given other : before) {
        if (given.tasks().stream().noneMatch(other.tasks()::contains)) {
          throw new IllegalArgumentException(
              "%s and %s contradict each other: that is for %s, this for %s"
                  .formatted(
                      other.option(), given.option(), other.tasksByName(), given.tasksByName()));
        }
      }
      before.add(given);
      possible.retainAll(given.tasks());
    }
    return possible;
  }

  /**
   * Refuses options that a task does not have.
   *
   * @param source what the task is known by
   * @throws IllegalArgumentException naming the option and what to do
   */
  void requireFor(ProblemType task, String source) {
    for (Given given : given()) {
      if (!given.tasks().contains(task)) {
        throw new IllegalArgumentException(
            "%s is for %s, but the task is %s, by %s; %s"
                .formatted(
                    given.option(),
                    given.tasksByName(),
                    Tasks.name(task),
                    source,
                    wayOut(given.option(), task)));
      }
    }
  }

  private static String wayOut(String option, ProblemType task) {
    if (option.equals("--class-weights") && task == MULTI_LABEL) {
      return "weigh its labels by --positive-weights";
    }
    if (option.equals("--positive-weights") && task == SINGLE_LABEL) {
      return "weigh its labels by --class-weights";
    }
    return "leave the option out";
  }

  private List<Given> given() {
    List<Given> given = new ArrayList<>();
    if (positive != null) {
      given.add(new Given("--positive", SINGLE_LABEL));
    }
    if (classWeights != null) {
      given.add(new Given("--class-weights", SINGLE_LABEL));
    }
    if (positiveWeights != null) {
      given.add(new Given("--positive-weights", MULTI_LABEL));
    }
    if (labelSmoothing != 0) {
      given.add(new Given("--label-smoothing", SINGLE_LABEL));
    }
    if (focal != null) {
      given.add(new Given("--focal", SINGLE_LABEL, MULTI_LABEL));
    }
    if (loss != null) {
      given.add(new Given("--loss", REGRESSION));
    }
    return given;
  }

  /** The label of interest, of single labels. */
  Optional<String> positive() {
    return Optional.ofNullable(positive);
  }

  /**
   * The loss of single labels.
   *
   * @throws IllegalArgumentException for a value out of its range
   */
  Loss singleLabelLoss() {
    Loss plain =
        (focal == null ? Loss.crossEntropy() : Loss.focal(focal)).labelSmoothing(labelSmoothing);
    if (classWeights == null) {
      return plain;
    }
    return isBalanced(classWeights)
        ? plain.balancedClassWeights()
        : plain.classWeights(numbers("--class-weights", classWeights));
  }

  /**
   * The loss of several labels per text.
   *
   * @throws IllegalArgumentException for a value out of its range
   */
  MultiLabelLoss multiLabelLoss() {
    MultiLabelLoss plain =
        focal == null ? MultiLabelLoss.binaryCrossEntropy() : MultiLabelLoss.focal(focal);
    if (positiveWeights == null) {
      return plain;
    }
    return isBalanced(positiveWeights)
        ? plain.balancedPositiveWeights()
        : plain.positiveWeights(numbers("--positive-weights", positiveWeights));
  }

  /**
   * The loss of numbers.
   *
   * @throws IllegalArgumentException for a name that is unknown
   */
  RegressionLoss regressionLoss() {
    for (RegressionLoss known :
        List.of(RegressionLoss.meanSquaredError(), RegressionLoss.meanAbsoluteError())) {
      if (loss == null || loss.equals(known.toString())) {
        return known;
      }
    }
    throw new IllegalArgumentException(
        "--loss: expected mean_squared_error or mean_absolute_error, got \"" + loss + "\"");
  }

  private static boolean isBalanced(String[] weights) {
    return weights.length == 1 && weights[0].equals(BALANCED);
  }

  private static double[] numbers(String option, String[] weights) {
    return Arrays.stream(weights).mapToDouble(weight -> number(option, weight)).toArray();
  }

  private static double number(String option, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          option + ": expected balanced or numbers, got \"" + text + "\"", e);
    }
  }
}
