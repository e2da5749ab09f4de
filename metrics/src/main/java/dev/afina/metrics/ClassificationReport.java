package dev.afina.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table of precision, recall, F1 and support of each class, with averages. Its text equals that
 * of scikit-learn 1.9's {@code classification_report} to the character.
 *
 * <pre>
 *               precision    recall  f1-score   support
 *
 *          neg       0.50      0.50      0.50         2
 *          neu       0.67      1.00      0.80         2
 *          pos       1.00      0.67      0.80         3
 *
 *     accuracy                           0.71         7
 *    macro avg       0.72      0.72      0.70         7
 * weighted avg       0.76      0.71      0.71         7
 * </pre>
 *
 * <p>By default the report lists the classes that occur in the truth or in the prediction, with two
 * decimals. If the listed classes leave out one that occurs, "micro avg" replaces "accuracy" and
 * all averages are over the listed classes only. Undefined scores print as 0, as in {@link
 * ConfusionMatrix}. If no text was predicted correctly, supports print as "16.0", as they do in
 * scikit-learn.
 *
 * <p>Immutable and thread safe: each option returns a new report.
 */
public final class ClassificationReport {
  private final ConfusionMatrix matrix;
  private final int[] classes;
  private final int digits;

  private ClassificationReport(ConfusionMatrix matrix, int[] classes, int digits) {
    this.matrix = matrix;
    this.classes = classes;
    this.digits = digits;
  }

  /**
   * The report of the classes that occur in this matrix, with two decimals.
   *
   * @throws IllegalArgumentException if the matrix is null
   */
  public static ClassificationReport of(ConfusionMatrix matrix) {
    Arguments.checkMatrix(matrix);
    return new ClassificationReport(matrix, matrix.observed(), ReportTable.DEFAULT_DIGITS);
  }

  /**
   * The same report with this many decimals.
   *
   * @param digits 0 or more; 2 by default
   * @throws IllegalArgumentException if negative
   */
  public ClassificationReport digits(int digits) {
    ReportTable.checkDigits(digits);
    return new ClassificationReport(matrix, classes, digits);
  }

  /**
   * The same report over these classes only, in this order: scikit-learn's {@code labels}.
   *
   * @param classes class indices of the matrix, at least one, none twice; they need not occur
   * @throws IllegalArgumentException if null or empty, or a class is out of range or given twice
   */
  public ClassificationReport classes(int... classes) {
    Arguments.checkClasses("classes", classes, matrix.classes());
    int distinct = (int) Arrays.stream(classes).distinct().count();
    if (distinct < classes.length) {
      throw new IllegalArgumentException(
          "classes: " + Arrays.toString(classes) + ", expected each class once");
    }
    return new ClassificationReport(matrix, classes.clone(), digits);
  }

  /**
   * The same report over every class of the matrix, also those that never occur (they print as 0
   * and lower the macro average).
   */
  public ClassificationReport allClasses() {
    return new ClassificationReport(matrix, IntStream.range(0, matrix.classes()).toArray(), digits);
  }

  /** The table; every line ends in {@code \n}, including the last. */
  @Override
  public String toString() {
    LabelCounts counts = matrix.over(classes);
    List<String> labels = Arrays.stream(classes).mapToObj(matrix.labels()::get).toList();
    ReportTable table = new ReportTable(labels, digits);
    for (int i = 0; i < classes.length; i++) {
      table.row(
          labels.get(i),
          counts.precision(i),
          counts.recall(i),
          counts.f1(i),
          support(matrix.support(classes[i])));
    }
    table.blank();
    if (coversAllThatOccur()) {
      table.accuracy(matrix.accuracy(), support(counts.totalSupport()));
    } else {
      average(table, "micro avg", counts, Averaging.MICRO);
    }
    average(table, "macro avg", counts, Averaging.MACRO);
    average(table, "weighted avg", counts, Averaging.WEIGHTED);
    return table.toString();
  }

  private boolean coversAllThatOccur() {
    return Arrays.stream(matrix.observed())
        .allMatch(c -> Arrays.stream(classes).anyMatch(listed -> listed == c));
  }

  private void average(ReportTable table, String heading, LabelCounts counts, Averaging averaging) {
    table.row(
        heading,
        counts.precision(averaging),
        counts.recall(averaging),
        counts.f1(averaging),
        support(counts.totalSupport()));
  }

  /** If no text is correct, scikit-learn's counts become floats and print as "16.0". */
  private String support(int count) {
    return matrix.accuracy() == 0 ? count + ".0" : Integer.toString(count);
  }
}
