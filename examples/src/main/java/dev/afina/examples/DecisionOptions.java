package dev.afina.examples;

import com.google.gson.JsonObject;
import dev.afina.DecisionFigures;
import dev.afina.DecisionGoal;
import dev.afina.DecisionRules;
import dev.afina.ThresholdMetric;
import dev.afina.data.ProblemType;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the outputs of what was trained become decisions, by the validation rows. */
final class DecisionOptions {
  private static final Pattern WANTED = Pattern.compile("(precision|recall)=(.+)");

  @Option(
      names = "--calibrate",
      description =
          "Fit a temperature to the validation rows, so that of the texts with a probability of 0.8"
              + " about 80 %% are right.")
  private boolean calibrate;

  @Option(
      names = "--threshold-by",
      paramLabel = "GOAL",
      description =
          "Give each label a threshold by the validation rows: where f1, f2, f_half, accuracy or"
              + " youden is greatest, or precision=0.95, or recall=0.9. A text that does not reach"
              + " it is \"not sure\". Default: none; 0.5 of several labels per text")
  private @Nullable String thresholdBy;

  @Option(
      names = "--abstain-under",
      paramLabel = "P",
      description = "Say \"not sure\" where the probability is under this.")
  private @Nullable Double abstainUnder;

  @Option(
      names = "--abstain-at-error",
      paramLabel = "SHARE",
      description =
          "Say \"not sure\" of as few texts as possible, so that of the others at most this share"
              + " is wrong on the validation rows; 0.02 for 2 %%.")
  private @Nullable Double abstainAtError;

  /**
   * What is wanted; empty for nothing.
   *
   * @throws IllegalArgumentException for a value out of its range, or options that contradict
   */
  Optional<DecisionGoal> goal() {
    if (!calibrate && thresholdBy == null && abstainUnder == null && abstainAtError == null) {
      return Optional.empty();
    }
    DecisionGoal goal = calibrate ? DecisionGoal.calibrated() : DecisionGoal.standard();
    if (thresholdBy != null) {
      goal = thresholds(goal, thresholdBy);
    }
    if (abstainUnder != null) {
      goal = goal.confidence(abstainUnder);
    }
    return Optional.of(abstainAtError == null ? goal : goal.errorAtMost(abstainAtError));
  }

  private static DecisionGoal thresholds(DecisionGoal goal, String by) {
    Matcher wanted = WANTED.matcher(by);
    try {
      if (!wanted.matches()) {
        return goal.thresholdsBy(ThresholdMetric.named(by));
      }
      double least = Double.parseDouble(wanted.group(2));
      return wanted.group(1).equals("precision") ? goal.precision(least) : goal.recall(least);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--threshold-by: expected a metric, precision=0.95 or recall=0.9, got \"" + by + "\"", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--threshold-by: " + e.getMessage(), e);
    }
  }

  /**
   * Refuses them where there is nothing to choose by.
   *
   * @param validates whether there are validation rows
   */
  void check(boolean validates) {
    if (goal().isPresent() && !validates) {
      throw new IllegalArgumentException(
          "--calibrate, --threshold-by and --abstain-... choose by validation rows: they need"
              + " --validation or a --validation-share over 0, and no --folds");
    }
  }

  /** Refuses them for numbers. */
  void requireFor(ProblemType type, String source) {
    if (type == ProblemType.REGRESSION && goal().isPresent()) {
      throw new IllegalArgumentException(
          "--calibrate, --threshold-by and --abstain-... are for labels, but the task is "
              + ("regression, by " + source)
              + "; leave the option out");
    }
  }

  /** What rules did on the rows that they were chosen on, in a line. */
  static String line(DecisionRules rules) {
    return String.format(
        Locale.ROOT,
        "decisions:  temperature %.4f, not sure under %.4f%s",
        rules.temperature(),
        rules.confidence().orElse(0),
        rules.figures().map(figures -> "; " + figures).orElse(""));
  }

  /** Adds the same for programs. */
  static void add(JsonObject json, DecisionRules rules) {
    JsonObject decisions = new JsonObject();
    decisions.addProperty("temperature", rules.temperature());
    decisions.add("thresholds", Answers.object(rules.thresholds().entrySet()));
    rules.confidence().ifPresent(least -> decisions.addProperty("confidence", least));
    rules.figures().ifPresent(figures -> add(decisions, figures));
    json.add("decisions", decisions);
  }

  private static void add(JsonObject json, DecisionFigures figures) {
    json.addProperty("coverage", figures.coverage());
    if (figures.coverage() > 0) {
      json.addProperty("error", figures.error());
    }
    json.addProperty("calibrationError", figures.calibrationError());
    json.addProperty("calibrationErrorBefore", figures.calibrationErrorBefore());
  }
}
