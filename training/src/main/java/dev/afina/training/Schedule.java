package dev.afina.training;

/**
 * A learning rate schedule: the share of the peak rate that an update uses, as a function of how
 * many updates were done before it.
 */
@FunctionalInterface
public interface Schedule {

  /**
   * The factor in [0, 1] for the next update.
   *
   * @param done updates already done, from 0
   */
  double factor(int done);

  /**
   * Rises from 0 over {@code warmupSteps}, then falls to 0 at {@code totalSteps}: with a warmup the
   * very first update has rate 0, as in transformers' {@code get_linear_schedule_with_warmup}.
   */
  static Schedule linear(int warmupSteps, int totalSteps) {
    if (warmupSteps < 0 || totalSteps < 1) {
      throw new IllegalArgumentException(
          "schedule: expected warmupSteps >= 0 and totalSteps >= 1, got "
              + warmupSteps
              + " and "
              + totalSteps);
    }
    return done ->
        done < warmupSteps
            ? (double) done / warmupSteps
            : Math.max(0.0, (double) (totalSteps - done) / Math.max(1, totalSteps - warmupSteps));
  }
}
