package dev.afina.metrics;

import java.util.List;

/** The lines of scikit-learn 1.9's {@code classification_report}. */
final class ReportTable {
  static final int DEFAULT_DIGITS = 2; // scikit-learn's
  private static final String WIDEST_HEADING = "weighted avg";
  private static final int COLUMN = 9;

  private final StringBuilder text = new StringBuilder();
  private final int width;
  private final int digits;

  /** Starts the table with its headings. */
  ReportTable(List<String> labels, int digits) {
    int labelWidth = labels.stream().mapToInt(Text::width).max().orElse(0);
    // The digits are scikit-learn's own rule.
    this.width = Math.max(Math.max(labelWidth, WIDEST_HEADING.length()), digits);
    this.digits = digits;
    line("", "precision", "recall", "f1-score", "support");
    blank();
  }

  static void checkDigits(int digits) {
    if (digits < 0) {
      throw new IllegalArgumentException("digits: " + digits + ", expected 0 or more");
    }
  }

  void blank() {
    text.append('\n');
  }

  void row(String heading, double precision, double recall, double f1, String support) {
    line(heading, decimal(precision), decimal(recall), decimal(f1), support);
  }

  void accuracy(double accuracy, String support) {
    line("accuracy", "", "", decimal(accuracy), support);
  }

  private void line(String heading, String... cells) {
    Text.padLeft(text, heading, width).append(' ');
    for (String cell : cells) {
      Text.padLeft(text.append(' '), cell, COLUMN);
    }
    text.append('\n');
  }

  private String decimal(double value) {
    return Text.decimal(value, digits);
  }

  /** The table; every line ends in {@code \n}, including the last. */
  @Override
  public String toString() {
    return text.toString();
  }
}
