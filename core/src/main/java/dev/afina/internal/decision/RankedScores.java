package dev.afina.internal.decision;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The scores of texts, each right or wrong, in descending order, from which thresholds are chosen.
 * A threshold takes the texts with the highest scores; texts with equal scores are taken together.
 */
public final class RankedScores {
  /** In place of a group: no text is taken. */
  private static final int NONE = -1;

  /** Of each group of equal scores, from the highest down. */
  private final double[] scores;

  /** Of this group and those above. */
  private final int[] taken;

  private final int[] right;

  /**
   * @param scores in [0, 1]
   * @param right whether it is right to take each
   */
  public RankedScores(double[] scores, boolean[] right) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .mapToInt(i -> i)
            .toArray();
    double[] groups = new double[order.length];
    int[] all = new int[order.length];
    int[] good = new int[order.length];
    int group = -1;
    int rightSoFar = 0;
    for (int rank = 0; rank < order.length; rank++) {
      double score = scores[order[rank]];
      if (group < 0 || score < groups[group]) {
        group++;
        groups[group] = score;
      }
      rightSoFar += right[order[rank]] ? 1 : 0;
      all[group] = rank + 1;
      good[group] = rightSoFar;
    }
    this.scores = Arrays.copyOf(groups, group + 1);
    this.taken = Arrays.copyOf(all, group + 1);
    this.right = Arrays.copyOf(good, group + 1);
  }

  /** How many groups a threshold can take: a score of 0 exceeds none. */
  private int groups(boolean reached) {
    int all = scores.length;
    return !reached && all > 0 && scores[all - 1] == 0 ? all - 1 : all;
  }

  /**
   * The threshold that takes this group and those above: midway to the next score, so that no text
   * is close to it, 0 if all are taken, 1 if none is ({@link #NONE}). Whether a score must reach or
   * exceed it makes no difference, unless there is no number between the two scores.
   */
  private double threshold(int group, boolean reached) {
    if (group == NONE) {
      return 1;
    }
    if (group == scores.length - 1) {
      return 0;
    }
    double above = scores[group];
    double below = scores[group + 1];
    double midway = below + (above - below) / 2;
    if (reached) {
      return midway > below ? midway : above;
    }
    return midway < above ? midway : below;
  }

  /**
   * The threshold of a label.
   *
   * @param label names it in messages
   * @param having how many texts have it, also of those that are not among the scores
   * @param texts how many there are
   * @param reached whether a score must reach the threshold, or else be over it
   * @throws IllegalArgumentException when none does what is wanted
   */
  public double threshold(
      ThresholdWish wish, String label, int having, int texts, boolean reached) {
    if (wish instanceof ThresholdWish.Given given) {
      return given.threshold();
    }
    int groups = groups(reached);
    if (groups == 0 || right[groups - 1] == 0) {
      throw new IllegalArgumentException(
          "label %s: none of the %s, so no threshold can be chosen; give one by threshold(label, probability), or take more rows"
              .formatted(
                  label,
                  having == 0
                      ? texts + " validation texts has it"
                      : having
                          + " validation texts that have it "
                          + (reached ? "is predicted as it" : "has a probability over 0")));
    }
    if (wish instanceof ThresholdWish.Best best) {
      boolean canTakeNone = !reached || scores[0] < 1;
      return threshold(best(best.metric(), groups, having, texts, canTakeNone), reached);
    }
    return threshold(group(wish, groups, label, having, reached), reached);
  }

  private int group(ThresholdWish wish, int groups, String label, int having, boolean reached) {
    if (wish instanceof ThresholdWish.Precision precision) {
      for (int group = groups - 1; group >= 0; group--) {
        if (precision(group) >= precision.least()) {
          return group;
        }
      }
      int most =
          IntStream.range(0, groups)
              .boxed()
              .max(Comparator.comparingDouble(this::precision))
              .orElseThrow();
      throw new IllegalArgumentException(
          "label %s: no threshold has a precision of %s on the validation data; the greatest is %s, with a recall of %s"
              .formatted(
                  label,
                  precision.least(),
                  shown(precision(most)),
                  shown((double) right[most] / having)));
    }
    double least = ((ThresholdWish.Recall) wish).least();
    for (int group = 0; group < groups; group++) {
      if ((double) right[group] / having >= least) {
        return group;
      }
    }
    throw new IllegalArgumentException(
        "label %s: no threshold has a recall of %s on the validation data; the greatest is %s, because the other texts that have it %s"
            .formatted(
                label,
                least,
                shown((double) right[groups - 1] / having),
                reached ? "are predicted as other labels" : "have a probability of 0"));
  }

  private int best(
      ThresholdWish.Formula metric, int groups, int having, int texts, boolean canTakeNone) {
    int best = NONE;
    double greatest =
        canTakeNone ? metric.of(0, 0, having, texts - having) : Double.NEGATIVE_INFINITY;
    for (int group = 0; group < groups; group++) {
      double tp = right[group];
      double fp = taken[group] - tp;
      double value = metric.of(tp, fp, having - tp, texts - having - fp);
      if (value >= greatest) { // of equals the lowest threshold
        greatest = value;
        best = group;
      }
    }
    return best;
  }

  private double precision(int group) {
    return (double) right[group] / taken[group];
  }

  /**
   * The lowest score to take, so that at most a share of what is taken is wrong.
   *
   * @return empty where there are no scores
   * @throws IllegalArgumentException when there is none
   */
  public OptionalDouble leastWithError(double most, int texts) {
    for (int group = scores.length - 1; group >= 0; group--) {
      if (error(group) <= most) {
        return OptionalDouble.of(threshold(group, true));
      }
    }
    if (scores.length == 0) {
      return OptionalDouble.empty();
    }
    int least =
        IntStream.range(0, scores.length)
            .boxed()
            .min(Comparator.comparingDouble(this::error))
            .orElseThrow();
    throw new IllegalArgumentException(
        "error: no confidence has an error of at most %s on the validation data; the least is %s, at which %s of the %s texts are decided"
            .formatted(most, shown(error(least)), taken[least], texts));
  }

  private double error(int group) {
    return (double) (taken[group] - right[group]) / taken[group];
  }

  private static String shown(double share) {
    return String.format(Locale.ROOT, "%.4f", share);
  }
}
