package dev.afina.internal.model;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The options of a classification head that its family leaves open.
 *
 * @param kind whose head it is
 * @param pooling the hidden states that it reads; empty for those of config.json, by default the
 *     first
 * @param dropout its dropout rate; empty for that of config.json
 */
public record HeadForm(Kind kind, Optional<Pooling> pooling, OptionalDouble dropout) {
  /** The head that config.json describes. */
  public static final HeadForm OF_CONFIG =
      new HeadForm(Kind.FAMILY, Optional.empty(), OptionalDouble.empty());

  /** The rate of BERT, and of many notebooks. */
  private static final double PLAIN_DROPOUT = 0.1;

  private static final String MODEL_TYPE = "model_type";
  private static final String MODERNBERT = "modernbert";
  private static final String CLASSIFIER_DROPOUT = "classifier_dropout";

  /** The option of transformers for the dropout rate of the head, by model_type. */
  private static final Map<String, String> DROPOUTS =
      Map.ofEntries(
          Map.entry("albert", "classifier_dropout_prob"),
          Map.entry("bert", CLASSIFIER_DROPOUT),
          Map.entry("camembert", CLASSIFIER_DROPOUT),
          Map.entry("deberta", "cls_dropout"),
          Map.entry("deberta-v2", "cls_dropout"),
          Map.entry("distilbert", "seq_classif_dropout"),
          Map.entry("electra", CLASSIFIER_DROPOUT),
          Map.entry(MODERNBERT, CLASSIFIER_DROPOUT),
          Map.entry("roberta", CLASSIFIER_DROPOUT),
          Map.entry("xlm-roberta", CLASSIFIER_DROPOUT));

  /** Whose head it is. */
  public enum Kind {
    /** The head of transformers' class for sequence classification. */
    FAMILY,
    /** Dropout and one linear layer, for which transformers has no class. */
    PLAIN
  }

  /** The hidden states that a head reads. */
  public enum Pooling {
    /** The one of the first token, [CLS]. */
    FIRST_TOKEN,
    /** The mean of all tokens of the text. */
    MEAN
  }

  /** Whether it is a plain head. */
  public boolean isPlain() {
    return kind == Kind.PLAIN;
  }

  /** Whether a plain head reads the mean of all tokens. */
  public boolean readsMean() {
    return pooling.filter(p -> p == Pooling.MEAN).isPresent();
  }

  /** The dropout rate of a plain head. */
  public double plainDropout() {
    return dropout.orElse(PLAIN_DROPOUT);
  }

  /**
   * Writes the options into a configuration, under transformers' names. Does nothing for a plain
   * head.
   *
   * @param config the configuration to modify
   * @throws IllegalArgumentException if the family has no such option
   */
  void writeTo(JsonObject config) {
    if (isPlain() || !(config.get(MODEL_TYPE) instanceof JsonPrimitive type)) {
      return;
    }
    String family = type.getAsString();
    if (dropout.isPresent()) {
      String key = DROPOUTS.get(family);
      if (key == null) {
        throw new IllegalArgumentException(
            "head: %s has no rate of its head alone, in transformers neither; use dropout(...) for"
                    .formatted(family)
                + " all rates, or Head.plain()");
      }
      config.addProperty(key, dropout.getAsDouble());
    }
    if (pooling.isPresent()) {
      if (family.equals(MODERNBERT)) {
        config.addProperty("classifier_pooling", pooling.get() == Pooling.MEAN ? "mean" : "cls");
      } else if (pooling.get() == Pooling.MEAN) {
        throw new IllegalArgumentException(
            "head: that of %s reads the first token only, in transformers, too; use Head.plain() for"
                    .formatted(family)
                + " the mean of the tokens");
      }
    }
  }
}
