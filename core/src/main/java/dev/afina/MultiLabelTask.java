package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.card.DecisionFacts;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.objective.Targets;
import dev.afina.internal.saved.AfinaConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The task of a {@link MultiLabelClassifier}: any number of labels per text; the target has a 0 or
 * 1 for each label.
 */
record MultiLabelTask(LabelRules rules)
    implements Task<MultiLabelPrediction, MultiLabelEvaluation> {

  /** A task without decision rules. */
  MultiLabelTask(Labels labels) {
    this(labels, DecisionRules.none());
  }

  /**
   * @throws IllegalArgumentException if the rules do not fit these labels
   */
  MultiLabelTask(Labels labels, DecisionRules rules) {
    this(new LabelRules(labels, rules, false));
  }

  /** The task of a saved model. */
  static MultiLabelTask of(Labels labels, AfinaConfig config) throws CheckpointException {
    DecisionRules rules = RulesJson.read(config, labels.size() + 1);
    try {
      return new MultiLabelTask(labels, rules);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(config.where() + ": decisions: " + e.getMessage(), e);
    }
  }

  @Override
  public Labels labels() {
    return rules.labels();
  }

  @Override
  public Optional<DecisionFacts> decisions() {
    return rules.facts();
  }

  @Override
  public Map<String, JsonObject> sections() {
    return rules.sections();
  }

  @Override
  public ProblemType problemType() {
    return ProblemType.MULTI_LABEL;
  }

  @Override
  public Targets targets(String what, Dataset data, Dataset alike) {
    return new Targets(
        labels().resolveSets(what, data, alike).stream().map(this::indicators).toList());
  }

  /** The target of a text that has these labels. */
  double[] indicators(List<Integer> positions) {
    double[] row = new double[labels().size()];
    positions.forEach(label -> row[label] = 1);
    return row;
  }

  /** Throws if a row has neither a list of labels nor a single label. */
  static void requireLabels(Dataset data, int row) {
    if (data.get(row).labels() == null) {
      Object unused = data.labelOf(row);
    }
  }

  /** Whether a text of this target has each label. */
  static boolean[] has(double[] target) {
    boolean[] has = new boolean[target.length];
    for (int label = 0; label < target.length; label++) {
      has[label] = target[label] == 1;
    }
    return has;
  }

  @Override
  public void requireLearnable(Targets training) {
    if (counts(training).stream().allMatch(count -> count == 0)) {
      throw new IllegalArgumentException(
          "training data: none of the %s rows has one of %s; check which column has the labels"
              .formatted(training.size(), Excerpt.of(labels(), LabelChoice.SHOWN)));
    }
  }

  @Override
  public List<Integer> counts(Targets targets) {
    return IntStream.range(0, labels().size())
        .mapToObj(label -> (int) targets.rows().stream().filter(row -> row[label] == 1).count())
        .toList();
  }

  @Override
  public MultiLabelPrediction read(MultiLabelPrediction prediction, Reading reading) {
    return prediction.with(reading);
  }

  @Override
  public MultiLabelPrediction prediction(float[] logits) {
    return new MultiLabelPrediction(rules, logits);
  }

  @Override
  public MultiLabelEvaluation evaluation(Targets truth, List<MultiLabelPrediction> predictions) {
    return new MultiLabelEvaluation(labels(), truth, predictions, predictions.get(0).thresholds());
  }
}
