package dev.afina.metrics;

/**
 * Predictions that {@link ConfidenceInterval} can draw samples from.
 *
 * @param <P> the implementing type
 */
public interface Resampled<P> {

  /** The number of texts, at least 1. */
  int size();

  /**
   * The predictions for these texts, in this order. A text may occur more than once.
   *
   * @param texts positions from 0, at least one
   * @throws IllegalArgumentException if no position is given, or one is out of range
   */
  P select(int... texts);
}
