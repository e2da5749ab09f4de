package dev.afina.metrics;

/**
 * How the scores of single classes become one number.
 *
 * <p>With one label a text, only classes that occur in the truth or in the prediction take part, as
 * when scikit-learn is called without {@code labels}: a class that a test set does not hold and
 * that nothing is taken for changes no average. With several labels a text, all labels do.
 */
public enum Averaging {
  /**
   * Sums true positives, predictions and support over the classes, then takes one ratio: every text
   * counts the same. With one label per text micro precision, recall and F1 all equal accuracy.
   */
  MICRO,

  /** The plain mean over the classes: a rare class counts as much as a common one. */
  MACRO,

  /**
   * The mean over the classes weighted by their support, that is by how often each one is the
   * truth.
   */
  WEIGHTED,

  /**
   * The mean over texts of each text's own score over its labels. For several labels a text only:
   * with one label it would be the accuracy.
   */
  SAMPLES
}
