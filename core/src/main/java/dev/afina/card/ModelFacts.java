package dev.afina.card;

import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a card says of a model that nobody has to write: its labels, its longest text, what computes
 * it and how it was trained.
 *
 * <p>Immutable: each method returns new facts.
 */
public final class ModelFacts {
  private final Labels labels;
  private final int maxTokens;
  private final ProblemType problemType;
  private final @Nullable String engine;
  private final @Nullable TrainingFacts training;
  private final @Nullable DecisionFacts decisions;
  private final @Nullable PlainHeadFacts plainHead;

  private ModelFacts(
      Labels labels,
      int maxTokens,
      ProblemType problemType,
      @Nullable String engine,
      @Nullable TrainingFacts training,
      @Nullable DecisionFacts decisions,
      @Nullable PlainHeadFacts plainHead) {
    this.labels = labels;
    this.maxTokens = maxTokens;
    this.problemType = problemType;
    this.engine = engine;
    this.training = training;
    this.decisions = decisions;
    this.plainHead = plainHead;
  }

  /**
   * The facts that every model has.
   *
   * @param labels in the order of the outputs
   * @param maxTokens the longest text in tokens, special ones included
   */
  public static ModelFacts of(Labels labels, int maxTokens) {
    return new ModelFacts(
        Objects.requireNonNull(labels, "labels"),
        maxTokens,
        ProblemType.SINGLE_LABEL,
        null,
        null,
        null,
        null);
  }

  /** What the outputs mean. Default: exactly one label a text. */
  public ModelFacts problemType(ProblemType type) {
    return new ModelFacts(labels, maxTokens, type, engine, training, decisions, plainHead);
  }

  /** What computes the model, with versions, such as {@code PyTorch 2.7.1}. Default: not said. */
  public ModelFacts engine(String versions) {
    return new ModelFacts(labels, maxTokens, problemType, versions, training, decisions, plainHead);
  }

  /** How the model was trained. Default: not known, as of a model that was loaded. */
  public ModelFacts training(TrainingFacts facts) {
    return new ModelFacts(labels, maxTokens, problemType, engine, facts, decisions, plainHead);
  }

  /** How its outputs become decisions. Default: the model has no rules for that. */
  public ModelFacts decisions(DecisionFacts rules) {
    return new ModelFacts(labels, maxTokens, problemType, engine, training, rules, plainHead);
  }

  /** That it has a plain head, which Python opens by lines of its own. Default: it has none. */
  public ModelFacts plainHead(PlainHeadFacts head) {
    return new ModelFacts(labels, maxTokens, problemType, engine, training, decisions, head);
  }

  /** The labels, in the order of the outputs. */
  public Labels labels() {
    return labels;
  }

  /** The longest text in tokens. */
  public int maxTokens() {
    return maxTokens;
  }

  /** What the outputs mean. */
  public ProblemType problemType() {
    return problemType;
  }

  /** What computes the model; empty where it was not said. */
  public Optional<String> engine() {
    return Optional.ofNullable(engine);
  }

  /** How it was trained; empty where that is not known. */
  public Optional<TrainingFacts> training() {
    return Optional.ofNullable(training);
  }

  /** How its outputs become decisions; empty where it has no rules. */
  public Optional<DecisionFacts> decisions() {
    return Optional.ofNullable(decisions);
  }

  /** Its plain head; empty where it has that of transformers' class. */
  public Optional<PlainHeadFacts> plainHead() {
    return Optional.ofNullable(plainHead);
  }
}
