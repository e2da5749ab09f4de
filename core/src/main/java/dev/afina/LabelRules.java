package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.card.DecisionFacts;
import dev.afina.data.Labels;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.objective.Logits;
import dev.afina.internal.saved.AfinaConfig;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** {@link DecisionRules} by label index, applied to predictions. */
final class LabelRules {
  private final Labels labels;
  private final DecisionRules rules;

  /** By label index; NaN if a label has none. */
  private final double[] thresholds;

  /** The index of the positive label; −1 if there is none. */
  private final int positive;

  /**
   * @throws IllegalArgumentException when the rules are not for these labels
   */
  LabelRules(Labels labels, DecisionRules rules, boolean oneLabel) {
    rules.requireFit(labels, oneLabel);
    this.labels = labels;
    this.rules = rules;
    this.thresholds = new double[labels.size()];
    Arrays.fill(thresholds, oneLabel ? Double.NaN : MultiLabelPrediction.THRESHOLD);
    rules.thresholds().forEach((label, threshold) -> thresholds[labels.index(label)] = threshold);
    this.positive = rules.positive().map(labels::index).orElse(-1);
  }

  Labels labels() {
    return labels;
  }

  DecisionRules rules() {
    return rules;
  }

  /** The threshold of each label, in label order. */
  double[] thresholds() {
    return thresholds.clone();
  }

  /** The probabilities of a single-label classifier. */
  double[] softmax(float[] logits) {
    return Logits.softmax(logits, rules.temperature());
  }

  /** The probability of one label of a multi-label classifier. */
  double sigmoid(float logit) {
    return Logits.sigmoid(logit / rules.temperature());
  }

  double[] sigmoids(float[] logits) {
    return IntStream.range(0, logits.length).mapToDouble(i -> sigmoid(logits[i])).toArray();
  }

  /**
   * The label that a single-label classifier gives a text, or would give it if it were sure: the
   * one that the threshold of a positive label decides for, else the most probable one.
   *
   * @param best the most probable label
   */
  int predicted(double[] probabilities, int best) {
    if (positive < 0) {
      return best;
    }
    return probabilities[positive] >= thresholds[positive] ? positive : 1 - positive;
  }

  /**
   * The decision of a single-label classifier.
   *
   * @param best the most probable label
   */
  Decision ofOneLabel(double[] probabilities, int best) {
    double p = probabilities[best];
    if (positive >= 0) {
      double wanted = probabilities[positive];
      double threshold = thresholds[positive];
      int decided = predicted(probabilities, best);
      boolean reached = decided == positive;
      return Decision.sure(
          List.of(labels.name(decided)),
          probabilities[decided],
          compared(shown(positive), wanted, reached ? "reaches" : "is under", threshold)
              + ", the threshold"
              + (reached ? "" : ", so it is " + shown(decided)));
    }
    double threshold = thresholds[best];
    double least = rules.confidence().orElse(0);
    if (p < threshold) {
      return Decision.notSure(
          p, compared(shown(best), p, "is under", threshold) + ", the threshold of " + shown(best));
    }
    if (p < least) {
      return Decision.notSure(
          p, compared(shown(best), p, "is under", least) + ", the lowest confidence");
    }
    String reason =
        !Double.isNaN(threshold) && threshold >= least
            ? compared(shown(best), p, "reaches", threshold) + ", the threshold of " + shown(best)
            : least > 0
                ? compared(shown(best), p, "reaches", least) + ", the lowest confidence"
                : "%s %s is the most probable label".formatted(shown(best), number(p, 3));
    return Decision.sure(List.of(labels.name(best)), p, reason);
  }

  /** The indexes of the labels above their thresholds, the most probable first. */
  List<Integer> over(double[] probabilities) {
    return IntStream.range(0, probabilities.length)
        .filter(label -> probabilities[label] > thresholds[label])
        .boxed()
        .sorted(Comparator.comparingDouble((Integer label) -> -probabilities[label]))
        .toList();
  }

  /**
   * The probability that a text has exactly the labels above their thresholds, assuming that labels
   * are independent.
   */
  double ofExactly(double[] probabilities) {
    double product = 1;
    for (int label = 0; label < probabilities.length; label++) {
      double p = probabilities[label];
      product *= p > thresholds[label] ? p : 1 - p;
    }
    return product;
  }

  /** The decision of a multi-label classifier. */
  Decision ofSeveralLabels(double[] probabilities) {
    List<Integer> over = over(probabilities);
    List<String> names = over.stream().map(labels::name).toList();
    double exactly = ofExactly(probabilities);
    double least = rules.confidence().orElse(0);
    if (exactly < least) {
      return Decision.notSure(
          exactly,
          compared("exactly [" + Excerpt.list(names) + "]", exactly, "is under", least)
              + ", the lowest confidence");
    }
    return Decision.sure(
        names, exactly, over.isEmpty() ? nearest(probabilities) : each(over, probabilities));
  }

  private String each(List<Integer> over, double[] probabilities) {
    return Excerpt.list(
        over.stream()
            .map(i -> compared(shown(i), probabilities[i], "is over", thresholds[i]))
            .toList());
  }

  private String nearest(double[] probabilities) {
    int nearest =
        IntStream.range(0, probabilities.length)
            .boxed()
            .min(Comparator.comparingDouble(i -> thresholds[i] - probabilities[i]))
            .orElseThrow();
    return "no label is over its threshold; the nearest is "
        + compared(shown(nearest), probabilities[nearest], "with", thresholds[nearest]);
  }

  private String shown(int label) {
    return Excerpt.of(labels.name(label));
  }

  /** Compares two numbers in words, with enough digits to show which is greater. */
  private static String compared(String what, double probability, String relation, double limit) {
    int digits = 3;
    while (digits < 9
        && probability != limit
        && number(probability, digits).equals(number(limit, digits))) {
      digits++;
    }
    return "%s %s %s %s"
        .formatted(what, number(probability, digits), relation, number(limit, digits));
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** The rules as shown in cards and reports; empty if there are none. */
  Optional<DecisionFacts> facts() {
    return rules.equals(DecisionRules.none())
        ? Optional.empty()
        : Optional.of(
            new DecisionFacts(
                rules.temperature(),
                rules.thresholds(),
                rules.confidence(),
                rules.positive(),
                rules
                    .figures()
                    .map(
                        f ->
                            new DecisionFacts.Chosen(
                                f.rows(),
                                f.coverage(),
                                f.error(),
                                f.calibrationError(),
                                f.calibrationErrorBefore()))));
  }

  /** The rules as sections of the saved configuration. */
  Map<String, JsonObject> sections() {
    return rules.equals(DecisionRules.none())
        ? Map.of()
        : Map.of(AfinaConfig.DECISIONS, RulesJson.of(rules));
  }
}
