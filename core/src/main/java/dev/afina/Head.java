package dev.afina;

import dev.afina.internal.model.HeadForm;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The classification head, which follows the encoder: {@link #standard()}, the one that
 * transformers defines for the model family, or {@link #plain()}, the one that many notebooks
 * define themselves. For {@link TextModelBuilder#head}.
 *
 * <pre>{@code
 * Classifier.builder().checkpoint("bert-base-cased").head(Head.plain().dropout(0.3));
 * }</pre>
 *
 * <p>Immutable: each method returns a new head.
 */
public final class Head {
  private static final Head STANDARD = new Head(HeadForm.OF_CONFIG);
  private static final Head PLAIN =
      new Head(
          new HeadForm(
              HeadForm.Kind.PLAIN,
              Optional.of(HeadForm.Pooling.FIRST_TOKEN),
              OptionalDouble.empty()));

  private final HeadForm form;

  private Head(HeadForm form) {
    this.form = form;
  }

  /**
   * The head of transformers' class for the family, such as {@code BertForSequenceClassification}:
   * pooler and output layer, or whatever the class has. Options set here are written to config.json
   * under the names that Python reads.
   */
  public static Head standard() {
    return STANDARD;
  }

  /**
   * Dropout and one linear layer on the hidden state of the first token, [CLS]: {@code
   * classifier(dropout(encoder(**inputs).last_hidden_state[:, 0]))}. A new layer is initialized as
   * in transformers: weights normal with the checkpoint's {@code initializer_range}, biases 0.
   *
   * <p>transformers has no class for this head, so the weights are saved as afina_model.safetensors
   * instead of model.safetensors. {@code AutoModelForSequenceClassification} then refuses to open
   * the folder; otherwise it would silently predict with a randomly initialized head. The model
   * card and docs/training.md contain the Python code that opens it. (A linear layer on BERT's
   * {@code pooler_output} is {@link #standard()}.)
   */
  public static Head plain() {
    return PLAIN;
  }

  /**
   * Sets the dropout rate of the head, in [0, 1). Default: 0.1 for a plain head, otherwise that of
   * the checkpoint's config.json. For a standard head it is the rate that transformers calls {@code
   * classifier_dropout}, {@code seq_classif_dropout} (DistilBERT), {@code classifier_dropout_prob}
   * (ALBERT) or {@code cls_dropout} (DeBERTa); MPNet has none.
   */
  public Head dropout(double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("head: expected a dropout in [0, 1), got " + rate);
    }
    return new Head(new HeadForm(form.kind(), form.pooling(), OptionalDouble.of(rate)));
  }

  /**
   * Reads the hidden state of the first token, which is the default unless a ModernBERT's
   * config.json says otherwise.
   */
  public Head firstToken() {
    return new Head(
        new HeadForm(form.kind(), Optional.of(HeadForm.Pooling.FIRST_TOKEN), form.dropout()));
  }

  /**
   * Reads the mean of the hidden states of all tokens, special tokens included. For a plain head of
   * any family, and for the standard head of ModernBERT.
   */
  public Head meanOfTokens() {
    return new Head(new HeadForm(form.kind(), Optional.of(HeadForm.Pooling.MEAN), form.dropout()));
  }

  HeadForm form() {
    return form;
  }

  /** Whether it says how much is dropped. */
  boolean saysDropout() {
    return form.dropout().isPresent();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Head that && form.equals(that.form);
  }

  @Override
  public int hashCode() {
    return Objects.hash(form);
  }

  @Override
  public String toString() {
    return (form.isPlain() ? "plain" : "standard")
        + form.pooling()
            .map(p -> p == HeadForm.Pooling.MEAN ? ", mean of tokens" : ", first token")
            .orElse("")
        + (form.dropout().isPresent() ? ", dropout " + form.dropout().getAsDouble() : "");
  }
}
