package dev.afina.data;

import java.util.OptionalDouble;

/**
 * What a model predicts: the {@code problem_type} in config.json. Each has a class of its own to
 * train and predict with, so most programs don't need this enum; {@link #of(Dataset)} is for those
 * that learn only from their data which one to use.
 */
public enum ProblemType {
  /** Exactly one label per text, by softmax: {@code Classifier}. */
  SINGLE_LABEL("single_label_classification"),

  /** Any number of labels per text, each by a sigmoid of its own: {@code MultiLabelClassifier}. */
  MULTI_LABEL("multi_label_classification"),

  /** One or more numbers per text: {@code Regressor}. */
  REGRESSION("regression");

  private final String key;

  ProblemType(String key) {
    this.key = key;
  }

  /** The name in config.json. */
  public String key() {
    return key;
  }

  /**
   * Infers the type from the targets, by the rule of transformers. Rows with lists of labels are
   * multi-label. Rows with values are a regression, and so are rows whose labels are all numbers,
   * at least one of which has a fraction, such as {@code 4.5}. Everything else is single-label.
   *
   * <p>Whole numbers are therefore classes. To predict ratings from 1 to 5 as numbers, use {@code
   * Regressor.builder()}.
   */
  public static ProblemType of(Dataset data) {
    if (data.stream().anyMatch(row -> row.labels() != null)) {
      return MULTI_LABEL;
    }
    boolean fraction = false;
    for (Example row : data) {
      if (row.values() != null) {
        return REGRESSION;
      }
      String label = row.label();
      if (label == null) {
        continue;
      }
      OptionalDouble number = Numerals.finite(label);
      if (number.isEmpty()) {
        return SINGLE_LABEL;
      }
      fraction |= number.getAsDouble() != Math.rint(number.getAsDouble());
    }
    return fraction ? REGRESSION : SINGLE_LABEL;
  }
}
