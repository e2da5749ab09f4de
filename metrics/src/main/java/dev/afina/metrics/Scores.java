package dev.afina.metrics;

/** Checks of a model's scores and probabilities, each with a one-line message. */
final class Scores {
  /**
   * Accepts probabilities rounded to two decimals and softmax in 16 bits, but hardly ever logits.
   */
  private static final double SUM_TOLERANCE = 0.02;

  private Scores() {}

  /** Rows of equal length, at least one with at least one value; returns that length. */
  static int checkRows(String name, double[][] rows, String one) {
    if (rows == null || rows.length == 0) {
      throw new IllegalArgumentException(
          name
              + ": "
              + (rows == null ? "null" : "empty")
              + ", expected one row per text, at least one");
    }
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] == null) {
        throw new IllegalArgumentException(name + "[" + i + "]: null, expected one " + one);
      }
      checkWidth(name, i, rows[i].length, rows[0].length);
    }
    if (rows[0].length == 0) {
      throw new IllegalArgumentException(name + "[0]: length 0, expected one " + one);
    }
    return rows[0].length;
  }

  /** Like {@link #checkRows}, and all values must be finite. */
  static int checkScores(String name, double[][] scores, String one) {
    int width = checkRows(name, scores, one);
    for (int i = 0; i < scores.length; i++) {
      checkNumbers(name + "[" + i + "]", scores[i]);
    }
    return width;
  }

  static void checkNumbers(String name, double[] numbers) {
    if (numbers == null || numbers.length == 0) {
      throw new IllegalArgumentException(
          name + ": " + (numbers == null ? "null" : "empty") + ", expected at least one number");
    }
    for (int i = 0; i < numbers.length; i++) {
      if (!Double.isFinite(numbers[i])) {
        throw new IllegalArgumentException(
            name + "[" + i + "]: " + numbers[i] + ", expected a finite number");
      }
    }
  }

  /** Numbers from 0 to 1. */
  static void checkShares(String name, double[] probabilities) {
    for (int c = 0; c < probabilities.length; c++) {
      if (!(probabilities[c] >= 0 && probabilities[c] <= 1)) { // NaN fails both
        throw new IllegalArgumentException(
            name
                + "["
                + c
                + "]: "
                + probabilities[c]
                + ", expected 0 to 1; give probabilities, not logits");
      }
    }
  }

  /** One row per text that sums to 1; returns the number of classes, at least 2. */
  static int checkProbabilities(double[][] probabilities) {
    int classes = checkRows("probabilities", probabilities, "probability per class");
    if (classes < 2) {
      throw new IllegalArgumentException(
          "probabilities[0]: length " + classes + ", expected 2 classes or more");
    }
    for (int i = 0; i < probabilities.length; i++) {
      checkShares("probabilities[" + i + "]", probabilities[i]);
      double sum = 0;
      for (double probability : probabilities[i]) {
        sum += probability;
      }
      if (Math.abs(sum - 1) > SUM_TOLERANCE) {
        throw new IllegalArgumentException(
            "probabilities["
                + i
                + "]: sum "
                + sum
                + ", expected 1; give each text's probabilities over all classes");
      }
    }
    return classes;
  }

  /** One row per text, with a value per label. */
  static void checkLabelSets(String name, boolean[][] sets, int labels) {
    if (sets == null || sets.length == 0) {
      throw new IllegalArgumentException(
          name
              + ": "
              + (sets == null ? "null" : "empty")
              + ", expected one row per text, at least one");
    }
    for (int i = 0; i < sets.length; i++) {
      if (sets[i] == null) {
        throw new IllegalArgumentException(
            name + "[" + i + "]: null, expected one value per label");
      }
      if (sets[i].length != labels) {
        throw new IllegalArgumentException(
            name
                + "["
                + i
                + "]: length "
                + sets[i].length
                + ", expected "
                + labels
                + ", one per label");
      }
    }
  }

  private static void checkWidth(String name, int text, int length, int expected) {
    if (length != expected) {
      throw new IllegalArgumentException(
          name
              + "["
              + text
              + "]: length "
              + length
              + ", expected "
              + expected
              + " as in the first row");
    }
  }
}
