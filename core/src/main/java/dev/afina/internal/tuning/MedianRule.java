package dev.afina.internal.tuning;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Decides which trials are hopeless, by the rule of Optuna's MedianPruner: those whose best value
 * so far is worse than the median of the complete trials' values at the same evaluation, and those
 * that have no value but NaN. Other NaNs do not count.
 */
public final class MedianRule {
  private final boolean greaterIsBetter;
  private final int trialsBefore;
  private final List<List<Double>> complete = new ArrayList<>();

  /**
   * @param trialsBefore the number of complete trials before the first is ended
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
    if (complete.size() < trialsBefore) {
      return false;
    }
    double[] own = values.stream().mapToDouble(v -> v).filter(v -> !Double.isNaN(v)).toArray();
    if (own.length == 0) {
      return true;
    }
    double[] others =
        complete.stream()
            .filter(trial -> trial.size() >= values.size())
            .mapToDouble(trial -> trial.get(values.size() - 1))
            .filter(value -> !Double.isNaN(value))
            .sorted()
            .toArray();
    if (others.length == 0) {
      return false;
    }
    int middle = others.length / 2;
    double median =
        others.length % 2 == 1 ? others[middle] : (others[middle - 1] + others[middle]) / 2;
    DoubleSummaryStatistics range = DoubleStream.of(own).summaryStatistics();
    double best = greaterIsBetter ? range.getMax() : range.getMin();
    return greaterIsBetter ? best < median : best > median;
  }

  /** Records the values of a trial that is complete, for later ones. */
  public void completed(List<Double> values) {
    complete.add(List.copyOf(values));
  }
}
