package dev.afina.card;

import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The facts about a model from which a card or report is generated: labels, how long texts are
 * read, engine, training, decision rules.
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
  private final LongTextFacts longTexts;
  private final @Nullable String adapterOf;

  private ModelFacts(
      Labels labels,
      int maxTokens,
      ProblemType problemType,
      @Nullable String engine,
      @Nullable TrainingFacts training,
      @Nullable DecisionFacts decisions,
      @Nullable PlainHeadFacts plainHead,
      LongTextFacts longTexts,
      @Nullable String adapterOf) {
    this.labels = labels;
    this.maxTokens = maxTokens;
    this.problemType = problemType;
    this.engine = engine;
    this.training = training;
    this.decisions = decisions;
    this.plainHead = plainHead;
    this.longTexts = longTexts;
    this.adapterOf = adapterOf;
  }

  /**
   * The facts that every model has.
   *
   * @param labels the labels in the order of the outputs
   * @param maxTokens the maximum length of a text in tokens, special tokens included
   */
  public static ModelFacts of(Labels labels, int maxTokens) {
    return new ModelFacts(
        Objects.requireNonNull(labels, "labels"),
        maxTokens,
        ProblemType.SINGLE_LABEL,
        null,
        null,
        null,
        null,
        LongTextFacts.cut(),
        null);
  }

  /** Sets the type of task. Default: one label per text. */
  public ModelFacts problemType(ProblemType type) {
    return new ModelFacts(
        labels, maxTokens, type, engine, training, decisions, plainHead, longTexts, adapterOf);
  }

  /**
   * Sets the engine that computes the model, with versions, such as {@code PyTorch 2.7.1}. Default:
   * unknown.
   */
  public ModelFacts engine(String versions) {
    return new ModelFacts(
        labels,
        maxTokens,
        problemType,
        versions,
        training,
        decisions,
        plainHead,
        longTexts,
        adapterOf);
  }

  /** Sets how the model was trained. Default: unknown, as for a model that was loaded. */
  public ModelFacts training(TrainingFacts facts) {
    return new ModelFacts(
        labels, maxTokens, problemType, engine, facts, decisions, plainHead, longTexts, adapterOf);
  }

  /** Sets how its outputs become decisions. Default: the model has no decision rules. */
  public ModelFacts decisions(DecisionFacts rules) {
    return new ModelFacts(
        labels, maxTokens, problemType, engine, training, rules, plainHead, longTexts, adapterOf);
  }

  /**
   * Declares a plain head, for which the card shows the Python code that opens it. Default: a
   * standard head.
   */
  public ModelFacts plainHead(PlainHeadFacts head) {
    return new ModelFacts(
        labels, maxTokens, problemType, engine, training, decisions, head, longTexts, adapterOf);
  }

  /** Sets what is done with texts of more than {@link #maxTokens()}. Default: they are cut. */
  public ModelFacts longTexts(LongTextFacts rule) {
    return new ModelFacts(
        labels,
        maxTokens,
        problemType,
        engine,
        training,
        decisions,
        plainHead,
        Objects.requireNonNull(rule, "rule"),
        adapterOf);
  }

  /**
   * Declares that the files are an adapter, low-rank updates (LoRA) of another model, for which the
   * card shows the Python code that opens both. Default: a whole model.
   *
   * @param checkpoint the other model, as the user named it: a folder, {@code classpath:name} or a
   *     name on the Hub
   */
  public ModelFacts adapterOf(String checkpoint) {
    return new ModelFacts(
        labels,
        maxTokens,
        problemType,
        engine,
        training,
        decisions,
        plainHead,
        longTexts,
        Objects.requireNonNull(checkpoint, "checkpoint"));
  }

  /** The labels, in the order of the outputs. */
  public Labels labels() {
    return labels;
  }

  /** The maximum length of a text in tokens, special tokens included. */
  public int maxTokens() {
    return maxTokens;
  }

  /** The type of task. */
  public ProblemType problemType() {
    return problemType;
  }

  /** The engine that computes the model; empty if unknown. */
  public Optional<String> engine() {
    return Optional.ofNullable(engine);
  }

  /** How it was trained; empty if unknown. */
  public Optional<TrainingFacts> training() {
    return Optional.ofNullable(training);
  }

  /** How its outputs become decisions; empty if it has no decision rules. */
  public Optional<DecisionFacts> decisions() {
    return Optional.ofNullable(decisions);
  }

  /** Its plain head; empty if it has a standard head. */
  public Optional<PlainHeadFacts> plainHead() {
    return Optional.ofNullable(plainHead);
  }

  /** What is done with texts of more than {@link #maxTokens()}. */
  public LongTextFacts longTexts() {
    return longTexts;
  }

  /** The model that the files are an adapter of; empty for a whole model. */
  public Optional<String> adapterOf() {
    return Optional.ofNullable(adapterOf);
  }
}
