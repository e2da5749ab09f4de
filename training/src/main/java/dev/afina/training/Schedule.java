package dev.afina.training;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A learning rate schedule. During the warmup the rate rises linearly from 0, so the very first
 * update has rate 0, as in transformers; the schedule determines how it continues. The rates equal
 * those of transformers, update by update. Immutable.
 *
 * <p>In the formulas below, p is the share of the updates after the warmup that are done, in [0,
 * 1].
 */
public final class Schedule {

  /** The shape of the warmup or decay of {@link #warmupStableDecay}. */
  public enum Leg {
    /** Straight: 1 − p. */
    LINEAR("linear"),
    /** Half a cosine wave: (1 + cos πp) / 2. */
    COSINE("cosine"),
    /** Steep at first: 1 − √p. */
    ONE_MINUS_SQRT("1-sqrt");

    private final String key;

    Leg(String key) {
      this.key = key;
    }

    double fall(double p) {
      return switch (this) {
        case LINEAR -> 1 - p;
        case COSINE -> halfWave(p);
        case ONE_MINUS_SQRT -> 1 - Math.sqrt(p);
      };
    }
  }

  /** Creates the rates of one training. */
  @FunctionalInterface
  private interface Maker {
    LearningRate make(Run run);
  }

  /** The facts about a training that its rates depend on. */
  record Run(int warmup, int total, double peak, boolean greaterIsBetter) {
    /** The share of the updates after the warmup that are done. */
    double progress(int done) {
      return (double) (done - warmup) / Math.max(1, total - warmup);
    }
  }

  private final String text;
  private final Maker maker;
  private final boolean followsEvaluations;
  private final double minRate;

  private Schedule(String text, Maker maker, boolean followsEvaluations, double minRate) {
    this.text = text;
    this.maker = maker;
    this.followsEvaluations = followsEvaluations;
    this.minRate = minRate;
  }

  private static Schedule warmed(String text, double minRate, Maker maker) {
    return new Schedule(
        text,
        run -> {
          LearningRate after = maker.make(run);
          return done -> done < run.warmup() ? (double) done / run.warmup() : after.factor(done);
        },
        false,
        minRate);
  }

  /** Decays linearly to 0: 1 − p. The default. */
  public static Schedule linear() {
    return warmed(
        "linear",
        0,
        run ->
            done -> Math.max(0, (double) (run.total - done) / Math.max(1, run.total - run.warmup)));
  }

  /** Decays to 0 in half a cosine wave: (1 + cos πp) / 2. */
  public static Schedule cosine() {
    return warmed("cosine", 0, run -> done -> halfWave(run.progress(done)));
  }

  /**
   * Decays to 0 in half a cosine wave, several times, each time restarting at the peak.
   *
   * @param cycles the number of decays, 1 or more
   */
  public static Schedule cosineWithRestarts(int cycles) {
    require(cycles >= 1, "cycles", "1 or more", cycles);
    return warmed(
        "cosine_with_restarts(cycles=" + cycles + ")",
        0,
        run ->
            done -> {
              double p = run.progress(done);
              return p >= 1 ? 0 : halfWave((cycles * p) % 1.0);
            });
  }

  /**
   * Decays in half a cosine wave to a minimum rate.
   *
   * @param minShare the minimum rate as a share of the peak rate, in [0, 1]
   */
  public static Schedule cosineWithMinRate(double minShare) {
    requireShare("minShare", minShare);
    return warmed(
        "cosine_with_min_lr(min_lr_rate=" + minShare + ")",
        0,
        run -> done -> halfWave(run.progress(done)) * (1 - minShare) + minShare);
  }

  /**
   * As {@link #polynomial(double, double)} with power 1 and minimum rate 1e-7, transformers'
   * defaults.
   */
  public static Schedule polynomial() {
    return polynomial(1, 1e-7);
  }

  /**
   * Decays with (1 − p)^power to a minimum rate.
   *
   * @param power over 0; 1 is linear
   * @param minRate the minimum rate, 0 or more and less than the peak rate
   */
  public static Schedule polynomial(double power, double minRate) {
    require(power > 0 && Double.isFinite(power), "power", "a number over 0", power);
    require(minRate >= 0 && Double.isFinite(minRate), "minRate", "0 or more", minRate);
    return warmed(
        "polynomial(power=" + power + ", lr_end=" + minRate + ")",
        minRate,
        run ->
            done -> {
              double left = Math.max(0, 1 - run.progress(done));
              return ((run.peak - minRate) * Math.pow(left, power) + minRate) / run.peak;
            });
  }

  /** Stays at the peak rate. With a warmup this is transformers' {@code constant_with_warmup}. */
  public static Schedule constant() {
    return warmed("constant", 0, run -> done -> 1);
  }

  /**
   * Decays with the inverse square root of the number of updates: 1/√((updates + t − warmup)/t),
   * where t is the number of warmup updates, or 10,000 without a warmup.
   */
  public static Schedule inverseSquareRoot() {
    return warmed(
        "inverse_sqrt",
        0,
        run -> {
          int scale = run.warmup == 0 ? 10_000 : run.warmup;
          return done -> 1 / Math.sqrt((double) (done + scale - run.warmup) / scale);
        });
  }

  /**
   * As {@link #warmupStableDecay(double, Leg, Leg, double)} with a linear warmup from 0 and a
   * cosine decay to 0, transformers' defaults.
   */
  public static Schedule warmupStableDecay(double decay) {
    return warmupStableDecay(decay, Leg.LINEAR, Leg.COSINE, 0);
  }

  /**
   * Warms up, stays at the peak rate, and decays at the end.
   *
   * @param decay the length of the decay: a share of all updates if less than 1, otherwise a number
   *     of updates
   * @param rise the shape of the warmup
   * @param fall the shape of the decay
   * @param minShare the rate at both ends as a share of the peak rate, in [0, 1]
   */
  public static Schedule warmupStableDecay(double decay, Leg rise, Leg fall, double minShare) {
    require(
        decay >= 0 && Double.isFinite(decay) && (decay < 1 || decay == Math.rint(decay)),
        "decay",
        "a share in [0, 1) or a whole number of steps",
        decay);
    requireShare("minShare", minShare);
    String text =
        "warmup_stable_decay(decay=%s, warmup_type=%s, decay_type=%s, min_lr_ratio=%s)"
            .formatted(decay, rise.key, fall.key, minShare);
    return new Schedule(
        text,
        run -> {
          int falling = (int) (decay < 1 ? Math.ceil(decay * run.total) : decay);
          int stable = run.total - run.warmup - falling;
          return done -> {
            if (done < run.warmup) {
              double left = 1 - (double) done / run.warmup;
              return scaled(rise.fall(left), minShare);
            }
            if (done < run.warmup + stable) {
              return 1;
            }
            double p = (double) (done - run.warmup - stable) / Math.max(1, falling);
            return p >= 1 ? minShare : scaled(fall.fall(p), minShare);
          };
        },
        false,
        0);
  }

  /**
   * As {@link #reduceOnPlateau(double, int, double, int, double)} with torch's defaults: reduction
   * 0.1, patience 10, threshold 1e-4, no cooldown, minimum rate 0.
   */
  public static Schedule reduceOnPlateau() {
    return reduceOnPlateau(0.1, 10, 1e-4, 0, 0);
  }

  /**
   * Reduces the rate when the metric of {@link EvaluationOptions#keepBest()} stops improving.
   * Cannot be combined with a warmup. The direction of improvement is that of the metric, whereas
   * transformers always assumes that smaller is better.
   *
   * @param reduction the factor of each reduction, in (0, 1)
   * @param patience the number of evaluations in a row without improvement that are tolerated, 0 or
   *     more
   * @param threshold the relative improvement over the best value that counts, 0 or more
   * @param cooldown the number of evaluations after a reduction that do not count, 0 or more
   * @param minRate the minimum rate, 0 or more
   */
  public static Schedule reduceOnPlateau(
      double reduction, int patience, double threshold, int cooldown, double minRate) {
    require(reduction > 0 && reduction < 1, "reduction", "a number in (0, 1)", reduction);
    require(patience >= 0, "patience", "0 or more", patience);
    require(threshold >= 0 && Double.isFinite(threshold), "threshold", "0 or more", threshold);
    require(cooldown >= 0, "cooldown", "0 or more", cooldown);
    require(minRate >= 0 && Double.isFinite(minRate), "minRate", "0 or more", minRate);
    String text =
        "reduce_lr_on_plateau(factor=%s, patience=%s, threshold=%s, cooldown=%s, min_lr=%s)"
            .formatted(reduction, patience, threshold, cooldown, minRate);
    return new Schedule(
        text,
        run ->
            new Plateau(
                reduction, patience, threshold, cooldown, minRate, run.peak, run.greaterIsBetter),
        true,
        0);
  }

  /** Whether the rate depends on the values of a metric. */
  boolean followsEvaluations() {
    return followsEvaluations;
  }

  /** Rejects a warmup or a peak rate that the schedule does not support. */
  void check(double warmup, double peak) {
    if (followsEvaluations && warmup > 0) {
      throw new IllegalArgumentException("schedule(" + this + ") takes no warmup, got " + warmup);
    }
    if (minRate > 0 && peak <= minRate) {
      throw new IllegalArgumentException(
          "schedule(%s) falls to %s, which must be less than learningRate %s"
              .formatted(this, minRate, peak));
    }
  }

  /** The rates of one training. */
  LearningRate start(Run run) {
    return maker.make(run);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Schedule that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return Objects.hash(text);
  }

  /** transformers' name of the schedule, with its arguments. */
  @Override
  public String toString() {
    return text;
  }

  private static double halfWave(double p) {
    return Math.max(0, 0.5 * (1 + Math.cos(Math.PI * p)));
  }

  private static double scaled(double factor, double minShare) {
    return Math.max(0, factor * (1 - minShare) + minShare);
  }

  private static void requireShare(String name, double value) {
    require(value >= 0 && value <= 1, name, "a share in [0, 1]", value);
  }

  private static void require(boolean holds, String name, String expected, Number value) {
    if (!holds) {
      throw new IllegalArgumentException(
          "schedule: " + name + ": expected " + expected + ", got " + value);
    }
  }
}
