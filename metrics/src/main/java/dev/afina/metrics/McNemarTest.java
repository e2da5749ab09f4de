package dev.afina.metrics;

/**
 * Whether two models differ on the same texts, by those that only one of them got right (Q.
 * McNemar, Note on the Sampling Error of the Difference Between Correlated Proportions or
 * Percentages, 1947). If the models were equally good, each such text would be a coin's toss.
 *
 * <p>A p-value is the probability of a difference as large as this one or larger between models
 * that are equally good; below 0.05 is usually called significant. Equal to {@code mcnemar} of
 * statsmodels.
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
   * The exact p-value: both tails of the binomial distribution of as many tosses as there are texts
   * that only one model got right. For any number of texts; 1 where there is none.
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
   * The statistic with continuity correction: {@code (|onlyFirst − onlySecond| − 1)² / (onlyFirst +
   * onlySecond)}; χ² with one degree of freedom from about 25 texts on that only one model got
   * right. NaN where there is none.
   */
  public double chiSquare() {
    double tosses = (double) onlyFirst + onlySecond;
    double difference = Math.abs((double) onlyFirst - onlySecond) - 1;
    return tosses == 0 ? Double.NaN : difference * difference / tosses;
  }

  /** The p-value of {@link #chiSquare()}; NaN where that is. */
  public double chiSquarePValue() {
    return NormalTail.bothSides(Math.sqrt(chiSquare()));
  }
}
