package dev.afina.metrics;

import java.util.List;

/**
 * A table of precision, recall, F1 and support of each label, with averages, for texts with any
 * number of labels. Its text equals that of scikit-learn 1.9's {@code classification_report} for
 * multi-label data to the character.
 *
 * <pre>
 *               precision    recall  f1-score   support
 *
 *          joy       1.00      0.50      0.67         2
 *        anger       0.50      1.00      0.67         1
 *
 *    micro avg       0.67      0.67      0.67         3
 *    macro avg       0.75      0.75      0.67         3
 * weighted avg       0.83      0.67      0.67         3
 *  samples avg       0.50      0.50      0.44         3
 * </pre>
 *
 * <p>Lists all labels, with two decimals. Undefined scores print as 0, as in {@link
 * MultiLabelMatrix}.
 *
 * <p>Immutable and thread safe: each option returns a new report.
 */
public final class MultiLabelReport {
  private final MultiLabelMatrix matrix;
  private final int digits;

  private MultiLabelReport(MultiLabelMatrix matrix, int digits) {
    this.matrix = matrix;
    this.digits = digits;
  }

  static MultiLabelReport of(MultiLabelMatrix matrix) {
    return new MultiLabelReport(matrix, ReportTable.DEFAULT_DIGITS);
  }

  /**
   * The same report with this many decimals.
   *
   * @param digits 0 or more; 2 by default
   * @throws IllegalArgumentException if negative
   */
  public MultiLabelReport digits(int digits) {
    ReportTable.checkDigits(digits);
    return new MultiLabelReport(matrix, digits);
  }

  /** The table; every line ends in {@code \n}, including the last. */
  @Override
  public String toString() {
    List<String> labels = matrix.labels();
    ReportTable table = new ReportTable(labels, digits);
    int total = 0;
    for (int label = 0; label < labels.size(); label++) {
      table.row(
          labels.get(label),
          matrix.precision(label),
          matrix.recall(label),
          matrix.f1(label),
          Integer.toString(matrix.support(label)));
      total += matrix.support(label);
    }
    table.blank();
    average(table, "micro avg", Averaging.MICRO, total);
    average(table, "macro avg", Averaging.MACRO, total);
    average(table, "weighted avg", Averaging.WEIGHTED, total);
    average(table, "samples avg", Averaging.SAMPLES, total);
    return table.toString();
  }

  private void average(ReportTable table, String heading, Averaging averaging, int support) {
    table.row(
        heading,
        matrix.precision(averaging),
        matrix.recall(averaging),
        matrix.f1(averaging),
        Integer.toString(support));
  }
}
