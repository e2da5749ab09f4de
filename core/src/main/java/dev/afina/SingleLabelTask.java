package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.card.DecisionFacts;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.objective.Targets;
import dev.afina.internal.saved.AfinaConfig;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The task of a {@link Classifier}: one label per text, whose index is the target. */
record SingleLabelTask(LabelRules rules) implements Task<Prediction, Evaluation> {

  /** A task without decision rules. */
  SingleLabelTask(Labels labels) {
    this(labels, DecisionRules.none());
  }

  /**
   * @throws IllegalArgumentException if the rules do not fit these labels
   */
  SingleLabelTask(Labels labels, DecisionRules rules) {
    this(new LabelRules(labels, rules, true));
  }

  /**
   * The task of a training.
   *
   * @throws IllegalArgumentException if there are fewer than two labels
   */
  static Task<Prediction, Evaluation> toLearn(Labels labels) {
    if (labels.size() < 2) {
      throw new IllegalArgumentException(
          "labels: expected 2 or more, got " + Excerpt.of(labels, LabelChoice.SHOWN));
    }
    return new SingleLabelTask(labels);
  }

  /** The task of a saved model. */
  static SingleLabelTask of(Labels labels, AfinaConfig config) throws CheckpointException {
    DecisionRules rules = RulesJson.read(config, labels.size());
    try {
      return new SingleLabelTask(labels, rules);
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
    return ProblemType.SINGLE_LABEL;
  }

  @Override
  public Targets targets(String what, Dataset data, Dataset alike) {
    return new Targets(
        labels().resolveAll(what, data, alike).stream()
            .map(label -> new double[] {label})
            .toList());
  }

  @Override
  public void requireLearnable(Targets training) {
    List<Integer> counts = counts(training);
    int most = Collections.max(counts);
    if (most == training.size()) {
      throw new IllegalArgumentException(
          "training data: all %s rows have the same label \"%s\", expected at least two of %s"
              .formatted(
                  most,
                  Excerpt.of(labels().name(counts.indexOf(most))),
                  Excerpt.of(labels(), LabelChoice.SHOWN)));
    }
  }

  @Override
  public List<Integer> counts(Targets targets) {
    int[] counts = new int[labels().size()];
    IntStream.range(0, targets.size()).forEach(text -> counts[targets.label(text)]++);
    return IntStream.of(counts).boxed().toList();
  }

  @Override
  public Prediction read(Prediction prediction, Reading reading) {
    return prediction.with(reading);
  }

  @Override
  public Prediction prediction(float[] logits) {
    return new Prediction(rules, logits);
  }

  @Override
  public Evaluation evaluation(Targets truth, List<Prediction> predictions) {
    return new Evaluation(
        labels(), IntStream.range(0, truth.size()).map(truth::label).boxed().toList(), predictions);
  }
}
