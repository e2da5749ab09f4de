package dev.afina.internal.engine;

/**
 * Chooses the faster of two ways to do tasks of about the same size, by what they took. The first
 * task goes the first way. Now and then a task tries the other way: soon after a change, then so
 * seldom that trials cost two percent of the time.
 *
 * <p>Thread safe.
 */
final class FasterOfTwo {
  /** The number of classes of sizes. */
  static final int CLASSES = Long.SIZE / 2 + 1;

  /** Tasks between two trials, at least. */
  private static final int SOON = 4;

  /** Tasks between two trials, at most. */
  private static final int SELDOM = 1_000;

  /** The tasks between two trials for each task's time that a trial costs. */
  private static final int TASKS_A_COST = 50;

  /** The weight of a task in the average. */
  private static final double WEIGHT = 0.1;

  /** What a task counts at most, in averages: one that was disturbed must not change the choice. */
  private static final double MOST = 2;

  /**
   * What a task without tokens would take, in tokens, so that the lengths of one class can be
   * compared. A text of 4 tokens takes MiniLM a fifth of the time of 128 on two cores, and a tenth
   * on one.
   */
  private static final int TOKENS_OF_OVERHEAD = 24;

  private boolean prefersSecond;
  private double preferred; // nanoseconds a token, an average; 0 if unknown
  private double other; // that of the last trial; 0 if unknown
  private int sinceTrial;
  private int interval = SOON;

  /**
   * The class of a task's size, by half the number of its bits: 2 to 7 tokens, 8 to 31, 32 to 127,
   * …
   *
   * @param tokens 0 or more
   */
  static int classOf(long tokens) {
    return (Long.SIZE - Long.numberOfLeadingZeros(tokens)) / 2;
  }

  /** Whether the next task goes the second way. */
  synchronized boolean isSecond() {
    boolean isTrial = preferred > 0 && (other == 0 || sinceTrial >= interval);
    return prefersSecond != isTrial;
  }

  /**
   * What a task takes by the way that is preferred.
   *
   * @param tokens its size
   * @return nanoseconds; 0 if unknown
   */
  synchronized double nanos(long tokens) {
    return preferred * (tokens + TOKENS_OF_OVERHEAD);
  }

  /**
   * Records a task.
   *
   * @param second whether it went the second way
   * @param nanos what it took
   * @param tokens its size
   */
  synchronized void took(boolean second, long nanos, long tokens) {
    double each = (double) nanos / (tokens + TOKENS_OF_OVERHEAD);
    if (second != prefersSecond) {
      other = each;
      sinceTrial = 0;
      double cost = other / preferred - 1;
      interval = (int) Math.min(Math.min(2 * interval, SELDOM), SOON + TASKS_A_COST * cost);
    } else {
      double counted = Math.min(each, MOST * preferred);
      preferred = preferred == 0 ? each : preferred + WEIGHT * (counted - preferred);
      sinceTrial++;
    }
    if (other > 0 && other < preferred) {
      prefersSecond = !prefersSecond;
      double slower = preferred;
      preferred = other;
      other = slower;
      sinceTrial = 0;
      interval = SOON;
    }
  }
}
