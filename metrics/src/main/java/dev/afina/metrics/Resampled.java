package dev.afina.metrics;

/**
 * Predictions of which a part can be taken, so that {@link ConfidenceInterval} can draw from them.
 *
 * @param <P> the type itself
 */
public interface Resampled<P> {

  /** The number of texts, at least 1. */
  int size();

  /**
   * The predictions of these texts in this order; a text may be taken more than once.
   *
   * @param texts counted from 0, at least one
   * @throws IllegalArgumentException if there is none or no such text
   */
  P select(int... texts);
}
