package dev.afina.internal.tuning;

import java.util.ArrayList;
import java.util.List;

/**
 * Decides which trials are hopeless, by the rule of Optuna's MedianPruner: those whose best value
 * so far is worse than the median of the earlier trials' values at the same evaluation.
 */
public final class MedianRule {
  private final boolean greaterIsBetter;
  private final int trialsBefore;
  private final List<List<Double>> earlier = new ArrayList<>();

  /**
   * @param trialsBefore the number of first trials that are never ended
   */
  public MedianRule(boolean greaterIsBetter, int trialsBefore) {
    this.greaterIsBetter = greaterIsBetter;
    this.trialsBefore = trialsBefore;
  }

  /**
   * Whether a trial should end.
   *
   * @param values of its evaluations so far, 1 or more
   */
  public boolean isHopeless(List<Double> values) {
    if (earlier.size() < trialsBefore) {
      return false;
    }
    double[] others =
        earlier.stream()
            .filter(trial -> trial.size() >= values.size())
            .mapToDouble(trial -> trial.get(values.size() - 1))
            .sorted()
            .toArray();
    if (others.length == 0) {
      return false;
    }
    int middle = others.length / 2;
    double median =
        others.length % 2 == 1 ? others[middle] : (others[middle - 1] + others[middle]) / 2;
    double best =
        greaterIsBetter
            ? values.stream().mapToDouble(v -> v).max().orElseThrow()
            : values.stream().mapToDouble(v -> v).min().orElseThrow();
    return greaterIsBetter ? best < median : best > median;
  }

  /** Records the values of a trial that has ended, for later ones. */
  public void ended(List<Double> values) {
    earlier.add(List.copyOf(values));
  }
}
