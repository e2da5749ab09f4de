package dev.afina.training;

import java.util.List;

/**
 * A {@link Schedule} at work in one training: the share of the peak learning rate that each update
 * uses.
 */
interface LearningRate {

  /**
   * The share for the next update, 0 or more.
   *
   * @param done updates already done, from 0
   */
  double factor(int done);

  /** Called after each evaluation with the value of the watched metric. */
  default void evaluated(double value) {}

  /** The state for a checkpoint. */
  default List<Double> state() {
    return List.of();
  }

  /** Restores a state that {@link #state()} returned. */
  default void restore(List<Double> state) {}
}
