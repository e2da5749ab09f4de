package dev.afina.internal.model;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is said of a head that its family leaves open.
 *
 * @param kind whose head it is
 * @param pooling which hidden states it reads; empty for what config.json says, or the first
 * @param dropout its rate; empty for what config.json says
 */
public record HeadForm(Kind kind, Optional<Pooling> pooling, OptionalDouble dropout) {
  /** As config.json says. */
  public static final HeadForm OF_CONFIG =
      new HeadForm(Kind.FAMILY, Optional.empty(), OptionalDouble.empty());

  /** BERT's, and of many a notebook. */
  private static final double PLAIN_DROPOUT = 0.1;

  private static final String MODEL_TYPE = "model_type";
  private static final String MODERNBERT = "modernbert";
  private static final String CLASSIFIER_DROPOUT = "classifier_dropout";

  /** Under which name transformers has the rate of a head, by model_type. */
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
    /** That of transformers' class for classification. */
    FAMILY,
    /** Dropout and one linear layer, which transformers has no class for. */
    PLAIN
  }

  /** Which hidden states a head reads. */
  public enum Pooling {
    /** That of the first token, [CLS]. */
    FIRST_TOKEN,
    /** The mean of all tokens of the text. */
    MEAN
  }

  /** Whether it is dropout and one linear layer. */
  public boolean isPlain() {
    return kind == Kind.PLAIN;
  }

  /** Whether a plain head reads the mean. */
  public boolean readsMean() {
    return pooling.filter(p -> p == Pooling.MEAN).isPresent();
  }

  /** The rate of a plain head. */
  public double plainDropout() {
    return dropout.orElse(PLAIN_DROPOUT);
  }

  /**
   * Says it in a configuration under the names of transformers; a plain head has none.
   *
   * @param config is changed
   * @throws IllegalArgumentException when the family has no such option
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
