package dev.afina.metrics;

/**
 * Tests whether two models differ on the same texts, from the texts that only one of them got right
 * (Q. McNemar, Note on the Sampling Error of the Difference Between Correlated Proportions or
 * Percentages, 1947). If the models were equally good, each of these texts would be a coin toss.
 *
 * <p>A p-value is the probability of a difference at least as large as the observed one between
 * equally good models; below 0.05 is usually called significant. Values equal those of {@code
 * mcnemar} in statsmodels. Immutable and thread safe.
 *
 * @param onlyFirst the number of texts that only the first model got right
 * @param onlySecond the number of texts that only the second model got right
 */
public record McNemarTest(int onlyFirst, int onlySecond) {

  /**
   * @throws IllegalArgumentException if a number is negative
   */
  public McNemarTest {
    if (onlyFirst < 0 || onlySecond < 0) {
      throw new IllegalArgumentException(
          "onlyFirst: " + onlyFirst + ", onlySecond: " + onlySecond + ", expected 0 or more");
    }
  }

  /**
   * Compares what two models predicted for the same texts.
   *
   * @param truth the right class of each text
   * @param first the class that the first model predicted, in the same order
   * @param second the class that the second model predicted, in the same order
   * @throws IllegalArgumentException if an array is null or empty, or lengths differ
   */
  public static McNemarTest of(int[] truth, int[] first, int[] second) {
    Arguments.checkClasses("truth", truth, Integer.MAX_VALUE);
    Arguments.checkClasses("first", first, Integer.MAX_VALUE);
    Arguments.checkClasses("second", second, Integer.MAX_VALUE);
    Arguments.checkSameLength("truth", truth.length, "first", first.length);
    Arguments.checkSameLength("truth", truth.length, "second", second.length);
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int i = 0; i < truth.length; i++) {
      boolean firstRight = first[i] == truth[i];
      boolean secondRight = second[i] == truth[i];
      onlyFirst += firstRight && !secondRight ? 1 : 0;
      onlySecond += secondRight && !firstRight ? 1 : 0;
    }
    return new McNemarTest(onlyFirst, onlySecond);
  }

  /**
   * The exact two-sided p-value, from the binomial distribution of one coin toss per text that only
   * one model got right. Valid for any number of texts; 1 if there are none.
   */
  public double exactPValue() {
    int tosses = Math.addExact(onlyFirst, onlySecond);
    int fewer = Math.min(onlyFirst, onlySecond);
    // Weights by ratios from the middle outwards, so that nothing overflows and no logarithm of a
    // factorial costs digits. The distribution is symmetric: the upper half has the same sum.
    int middle = tosses / 2;
    double weight = 1;
    double lower = 0; // up to the middle
    double tail = 0;
    for (int k = middle; k >= 0 && weight > 0; k--) {
      lower += weight;
      tail += k <= fewer ? weight : 0;
      weight *= k / (double) (tosses - k + 1);
    }
    double all = tosses % 2 == 0 ? 2 * lower - 1 : 2 * lower; // the middle one counts once
    return Math.min(1, 2 * tail / all);
  }

  /**
   * The test statistic with continuity correction: {@code (|onlyFirst − onlySecond| − 1)² /
   * (onlyFirst + onlySecond)}. Approximately χ² with one degree of freedom if at least about 25
   * texts were right in only one model. NaN if there are none.
   */
  public double chiSquare() {
    double tosses = (double) onlyFirst + onlySecond;
    double difference = Math.abs((double) onlyFirst - onlySecond) - 1;
    return tosses == 0 ? Double.NaN : difference * difference / tosses;
  }

  /** The p-value of {@link #chiSquare()}; NaN if that is NaN. */
  public double chiSquarePValue() {
    return NormalTail.bothSides(Math.sqrt(chiSquare()));
  }
}
