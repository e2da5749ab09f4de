package dev.afina.training;

import java.util.List;

/** A {@link Schedule} at work in one training: the share of the peak rate that an update uses. */
interface LearningRate {

  /**
   * The share for the next update, 0 or more.
   *
   * @param done updates already done, from 0
   */
  double factor(int done);

  /** Takes note of the watched metric's value, after each evaluation. */
  default void evaluated(double value) {}

  /** What a checkpoint must hold so that the rest goes on as it would have. */
  default List<Double> state() {
    return List.of();
  }

  /** Goes on from what {@link #state()} gave. */
  default void restore(List<Double> state) {}
}
