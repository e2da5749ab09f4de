package dev.afina;

import dev.afina.internal.model.HeadForm;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What comes after the encoder: {@link #standard()}, the head that transformers has for the family,
 * or {@link #plain()}, the one that notebooks write themselves. For {@link TextModelBuilder#head}.
 *
 * <pre>{@code
 * Classifier.builder().checkpoint("bert-base-cased").head(Head.plain().dropout(0.3));
 * }</pre>
 *
 * <p>Immutable: each method returns a new one.
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
   * pooler and output layer, or whatever it has. What is set here is written to config.json, under
   * the name that Python reads.
   */
  public static Head standard() {
    return STANDARD;
  }

  /**
   * Dropout and one linear layer on the hidden state of the first token, [CLS]: {@code
   * classifier(dropout(encoder(**inputs).last_hidden_state[:, 0]))}. The layer is new, drawn as
   * transformers draws one: normal with the checkpoint's {@code initializer_range}, biases 0.
   *
   * <p>transformers has no class for it, so the saved folder has afina_model.safetensors in place
   * of model.safetensors: {@code AutoModelForSequenceClassification} fails to open it, where it
   * would otherwise answer with a head of random numbers. The model card has the lines of Python
   * that open it, and so has docs/training.md. ({@code pooler_output} of BERT under a linear layer
   * is {@link #standard()}.)
   */
  public static Head plain() {
    return PLAIN;
  }

  /**
   * The rate of the head alone, in [0, 1); default 0.1 for a plain head, else that of the
   * checkpoint's config.json. Of a standard head it is the rate that transformers has under {@code
   * classifier_dropout}, {@code seq_classif_dropout} (DistilBERT), {@code classifier_dropout_prob}
   * (ALBERT) or {@code cls_dropout} (DeBERTa); MPNet has none.
   */
  public Head dropout(double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("head: expected a dropout in [0, 1), got " + rate);
    }
    return new Head(new HeadForm(form.kind(), form.pooling(), OptionalDouble.of(rate)));
  }

  /** Reads the hidden state of the first token. Default, but for a ModernBERT that says other. */
  public Head firstToken() {
    return new Head(
        new HeadForm(form.kind(), Optional.of(HeadForm.Pooling.FIRST_TOKEN), form.dropout()));
  }

  /**
   * Reads the mean of the hidden states of all tokens, special ones included: a plain head of every
   * family, a standard one of ModernBERT only.
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
