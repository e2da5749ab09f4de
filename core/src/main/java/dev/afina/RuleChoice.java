package dev.afina;

import dev.afina.data.Labels;
import dev.afina.internal.decision.Decided;
import dev.afina.internal.decision.RankedScores;
import dev.afina.internal.decision.TemperatureFit;
import dev.afina.internal.decision.ThresholdWish;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.objective.Logits;
import dev.afina.internal.objective.Targets;
import dev.afina.metrics.Calibration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Chooses {@link DecisionRules} that reach a {@link DecisionGoal} on validation data. */
final class RuleChoice {
  private final Labels labels;
  private final DecisionGoal goal;
  private final List<float[]> logits;
  private final Targets truth;

  private RuleChoice(Labels labels, DecisionGoal goal, List<float[]> logits, Targets truth) {
    this.labels = labels;
    this.goal = goal;
    this.logits = logits;
    this.truth = truth;
    for (String label : goal.byLabel().keySet()) {
      int unused = labels.index(label);
    }
  }

  /**
   * Chooses rules for a single-label classifier.
   *
   * @param temperature that of the classifier, used if the goal does not fit one
   * @param truth the index of each text's label
   * @throws IllegalArgumentException if the goal cannot be reached; the message says what can be
   */
  static DecisionRules ofOneLabel(
      Labels labels, double temperature, DecisionGoal goal, List<float[]> logits, Targets truth) {
    RuleChoice choice = new RuleChoice(labels, goal, logits, truth);
    DecisionRules rules =
        DecisionRules.none()
            .temperature(
                goal.calibrates() ? TemperatureFit.ofOneLabel(logits, truth) : temperature);
    rules = choice.oneLabelThresholds(rules);
    rules = choice.confidence(rules, true);
    return rules.figures(choice.figures(rules, true));
  }

  /**
   * Chooses rules for a multi-label classifier.
   *
   * @param truth for each text, a 0 or 1 per label
   * @throws IllegalArgumentException if the goal cannot be reached; the message says what can be
   */
  static DecisionRules ofSeveralLabels(
      Labels labels, double temperature, DecisionGoal goal, List<float[]> logits, Targets truth) {
    RuleChoice choice = new RuleChoice(labels, goal, logits, truth);
    DecisionRules rules =
        DecisionRules.none()
            .temperature(
                goal.calibrates() ? TemperatureFit.ofSeveralLabels(logits, truth) : temperature);
    rules = choice.severalLabelsThresholds(rules);
    rules = choice.confidence(rules, false);
    return rules.figures(choice.figures(rules, false));
  }

  /** Of each label, of the texts that are predicted as it; of a positive label, of all texts. */
  private DecisionRules oneLabelThresholds(DecisionRules start) {
    LabelRules scale = new LabelRules(labels, start, true);
    double[][] p = logits.stream().map(scale::softmax).toArray(double[][]::new);
    if (goal.positive().isPresent()) {
      return positive(start, goal.positive().get(), p);
    }
    int[] predicted = logits.stream().mapToInt(Logits::greatest).toArray();
    DecisionRules rules = start;
    for (int label = 0; label < labels.size(); label++) {
      int here = label;
      String name = labels.name(label);
      ThresholdWish wish = goal.wish(name).orElse(null);
      if (wish != null) {
        int[] texts = IntStream.range(0, p.length).filter(i -> predicted[i] == here).toArray();
        rules = rules.threshold(name, threshold(wish, here, texts, p, true));
      }
    }
    return rules;
  }

  private DecisionRules positive(DecisionRules start, String name, double[][] p) {
    ThresholdWish wish =
        goal.wish(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "positive label %s: nothing says what its threshold is chosen by; call thresholdBy(label, ThresholdMetric.F1), precision or recall"
                            .formatted(Excerpt.quoted(name))));
    goal.byLabel().keySet().stream()
        .filter(label -> !label.equals(name))
        .findFirst()
        .ifPresent(
            other -> {
              throw new IllegalArgumentException(
                  "positive label %s: its threshold alone decides, so nothing can be wanted of %s; leave that out, or give both labels a threshold instead"
                      .formatted(Excerpt.quoted(name), Excerpt.quoted(other)));
            });
    if (goal.error().isPresent()) {
      throw new IllegalArgumentException(
          "positive label %s: decides every text, so no error can be wanted of a part of them; give both labels a threshold instead"
              .formatted(Excerpt.quoted(name)));
    }
    int label = labels.index(name);
    int[] all = IntStream.range(0, p.length).toArray();
    DecisionRules rules = start.positive(name, threshold(wish, label, all, p, true));
    rules.confidence(goal.confidence()).requireFit(labels, true);
    return rules;
  }

  private DecisionRules severalLabelsThresholds(DecisionRules start) {
    LabelRules scale = new LabelRules(labels, start, false);
    double[][] p = logits.stream().map(scale::sigmoids).toArray(double[][]::new);
    if (goal.positive().isPresent()) {
      start.positive(goal.positive().get(), 0).requireFit(labels, false); // which refuses it
    }
    int[] all = IntStream.range(0, p.length).toArray();
    DecisionRules rules = start;
    for (int label = 0; label < labels.size(); label++) {
      String name = labels.name(label);
      ThresholdWish wish = goal.wish(name).orElse(null);
      if (wish != null) {
        rules = rules.threshold(name, threshold(wish, label, all, p, false));
      }
    }
    return rules;
  }

  /**
   * The threshold of a label.
   *
   * @param texts those that could be given it
   */
  private double threshold(
      ThresholdWish wish, int label, int[] texts, double[][] p, boolean oneLabel) {
    boolean[] right = new boolean[texts.length];
    double[] scores = new double[texts.length];
    for (int i = 0; i < texts.length; i++) {
      right[i] = has(texts[i], label, oneLabel);
      scores[i] = p[texts[i]][label];
    }
    int having =
        (int) IntStream.range(0, p.length).filter(text -> has(text, label, oneLabel)).count();
    return new RankedScores(scores, right)
        .threshold(wish, Excerpt.quoted(labels.name(label)), having, p.length, oneLabel);
  }

  private boolean has(int text, int label, boolean oneLabel) {
    return oneLabel ? truth.label(text) == label : truth.row(text)[label] == 1;
  }

  private DecisionRules confidence(DecisionRules rules, boolean oneLabel) {
    if (goal.error().isEmpty()) {
      return goal.confidence() > 0 ? rules.confidence(goal.confidence()) : rules;
    }
    List<Decision> decisions = decisions(rules, oneLabel);
    int[] decided =
        IntStream.range(0, decisions.size()).filter(i -> decisions.get(i).isSure()).toArray();
    double[] scores = new double[decided.length];
    boolean[] right = new boolean[decided.length];
    for (int i = 0; i < decided.length; i++) {
      scores[i] = decisions.get(decided[i]).confidence();
      right[i] = isRight(decisions.get(decided[i]), decided[i], oneLabel);
    }
    OptionalDouble least =
        new RankedScores(scores, right)
            .leastWithError(goal.error().getAsDouble(), decisions.size());
    return least.isPresent() ? rules.confidence(least.getAsDouble()) : rules;
  }

  private List<Decision> decisions(DecisionRules rules, boolean oneLabel) {
    LabelRules ofLabels = new LabelRules(labels, rules, oneLabel);
    return logits.stream()
        .map(
            row ->
                oneLabel
                    ? ofLabels.ofOneLabel(ofLabels.softmax(row), Logits.greatest(row))
                    : ofLabels.ofSeveralLabels(ofLabels.sigmoids(row)))
        .toList();
  }

  private boolean isRight(Decision decision, int text, boolean oneLabel) {
    if (oneLabel) {
      return decision.labels().equals(List.of(labels.name(truth.label(text))));
    }
    boolean[] given = new boolean[labels.size()];
    decision.labels().forEach(label -> given[labels.index(label)] = true);
    return IntStream.range(0, given.length).allMatch(l -> given[l] == has(text, l, false));
  }

  private DecisionFigures figures(DecisionRules rules, boolean oneLabel) {
    List<Decision> decisions = decisions(rules, oneLabel);
    Decided decided = Decided.of(decisions, i -> isRight(decisions.get(i), i, oneLabel));
    return new DecisionFigures(
        decisions.size(),
        decided.coverage(),
        decided.error(),
        calibrationError(rules, oneLabel),
        calibrationError(DecisionRules.none(), oneLabel),
        loss(rules.temperature(), oneLabel),
        loss(1, oneLabel),
        ScoreDistribution.of(
            decisions.stream().mapToDouble(Decision::confidence).toArray(),
            given(rules, oneLabel)));
  }

  private double calibrationError(DecisionRules rules, boolean oneLabel) {
    LabelRules scale =
        new LabelRules(labels, DecisionRules.none().temperature(rules.temperature()), oneLabel);
    if (oneLabel) {
      return Calibration.of(
              IntStream.range(0, truth.size()).map(truth::label).toArray(),
              logits.stream().map(scale::softmax).toArray(double[][]::new),
              Calibration.DEFAULT_BINS)
          .expectedError();
    }
    List<Boolean> has = new ArrayList<>();
    truth.rows().forEach(row -> IntStream.range(0, row.length).forEach(l -> has.add(row[l] == 1)));
    boolean[] pairs = new boolean[has.size()];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = has.get(i);
    }
    return Calibration.of(
            pairs,
            logits.stream().map(scale::sigmoids).flatMapToDouble(Arrays::stream).toArray(),
            Calibration.DEFAULT_BINS)
        .expectedError();
  }

  private double loss(double temperature, boolean oneLabel) {
    double sum = 0;
    for (int i = 0; i < logits.size(); i++) {
      sum +=
          oneLabel
              ? Logits.crossEntropy(logits.get(i), truth.label(i), temperature)
              : Logits.binaryCrossEntropy(logits.get(i), truth.row(i), temperature);
    }
    return sum / logits.size();
  }

  /** How often each label is predicted; of several labels, last, how often none is. */
  private long[] given(DecisionRules rules, boolean oneLabel) {
    long[] counts = new long[oneLabel ? labels.size() : labels.size() + 1];
    if (oneLabel) {
      LabelRules ofLabels = new LabelRules(labels, rules, true);
      logits.forEach(
          row -> counts[ofLabels.predicted(ofLabels.softmax(row), Logits.greatest(row))]++);
      return counts;
    }
    LabelRules ofLabels = new LabelRules(labels, rules, false);
    for (float[] row : logits) {
      List<Integer> over = ofLabels.over(ofLabels.sigmoids(row));
      over.forEach(label -> counts[label]++);
      counts[labels.size()] += over.isEmpty() ? 1 : 0;
    }
    return counts;
  }
}
