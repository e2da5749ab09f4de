package dev.afina.metrics;

/**
 * How the scores of the classes are combined into one number.
 *
 * <p>For single-label predictions only the classes that occur in the truth or in the prediction are
 * averaged, as in scikit-learn without its {@code labels} argument. For multi-label predictions all
 * labels are.
 */
public enum Averaging {
  /**
   * Sums true positives, predictions and support over the classes, then computes one ratio, so that
   * every text counts the same. With one label per text, micro precision, recall and F1 all equal
   * the accuracy.
   */
  MICRO,

  /** The plain mean over the classes: a rare class counts as much as a common one. */
  MACRO,

  /**
   * The mean over the classes weighted by their support, the number of texts whose true class they
   * are.
   */
  WEIGHTED,

  /**
   * The mean over the texts of each text's score over its labels. Only for multi-label predictions:
   * with one label per text it would be the accuracy.
   */
  SAMPLES
}
