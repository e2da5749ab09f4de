package dev.afina.data;

/**
 * What a model's outputs mean: the {@code problem_type} of config.json. Each has a type of its own,
 * so a program says which it wants by the builder that it calls; {@link #of(Dataset)} is for
 * programs that don't know their data.
 */
public enum ProblemType {
  /** Exactly one label a text, by softmax: {@code Classifier}. */
  SINGLE_LABEL("single_label_classification"),

  /** Any number of labels a text, each by a sigmoid of its own: {@code MultiLabelClassifier}. */
  MULTI_LABEL("multi_label_classification"),

  /** Numbers: {@code Regressor}. */
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
   * What data is for, by the rule of transformers, which looks at the labels' type: rows with lists
   * of labels are multi-label, rows with values are a regression. So are rows whose labels are all
   * numbers, of which one has a fraction other than 0: {@code 4.5}. All else is single-label.
   *
   * <p>Whole numbers are classes; ratings from 1 to 5 as numbers to predict are asked for by {@code
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
      double number = number(label);
      if (Double.isNaN(number)) {
        return SINGLE_LABEL;
      }
      fraction |= number != Math.rint(number);
    }
    return fraction ? REGRESSION : SINGLE_LABEL;
  }

  /** A finite number, else NaN. */
  private static double number(String label) {
    try {
      double value = Double.parseDouble(label);
      return Double.isFinite(value) ? value : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
