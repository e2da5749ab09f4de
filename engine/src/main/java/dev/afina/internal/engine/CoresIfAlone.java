package dev.afina.internal.engine;

import java.util.Arrays;

/**
 * Whether a task that has the machine to itself gets one core or all.
 *
 * <p>On an idle machine all cores are faster. Where something else wants a core (another program, a
 * thread of the same one, Java's compilers in a young process), PyTorch's threads wait for each
 * other after every operator, and a task on two cores may take twice as long as on one. The system
 * does not tell in time, and not at all from within a container. So what tasks of about the same
 * size took decides, and now and then a task tries the other number: soon after a change, then so
 * seldom that trials cost two percent of the time. The first task gets one core, since Java is
 * still compiling then.
 *
 * <p>Thread safe.
 */
public final class CoresIfAlone {
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

  /** By half the number of bits of the task's size: 2 to 7 tokens, 8 to 31, 32 to 127, … */
  private final Choice[] choices = new Choice[Long.SIZE / 2 + 1];

  public CoresIfAlone() {
    Arrays.setAll(choices, bits -> new Choice());
  }

  /**
   * What decides for a task.
   *
   * @param tokens its size, 0 or more
   */
  public Choice of(long tokens) {
    return choices[(Long.SIZE - Long.numberOfLeadingZeros(tokens)) / 2];
  }

  /**
   * Records the task of the current thread, if it had the machine to itself: see {@link
   * Workers#isAlone}.
   *
   * @param nanos what it took
   * @param tokens its size, 0 or more
   */
  public void took(long nanos, long tokens) {
    if (Workers.isAlone()) {
      took(Workers.coresOfThread() > 1, nanos, tokens);
    }
  }

  /**
   * Records a task.
   *
   * @param onAll whether it had all cores, and not one
   */
  void took(boolean onAll, long nanos, long tokens) {
    of(tokens).took(onAll, (double) nanos / (tokens + TOKENS_OF_OVERHEAD));
  }

  /** For tasks of one class of sizes. */
  public static final class Choice {
    private boolean prefersAll;
    private double preferred; // nanoseconds a token, an average; 0 if unknown
    private double other; // that of the last trial; 0 if unknown
    private int sinceTrial;
    private int interval = SOON;

    private Choice() {}

    /**
     * The number of cores of the next task.
     *
     * @param all the number of all cores
     */
    synchronized int choose(int all) {
      boolean isTrial = preferred > 0 && (other == 0 || sinceTrial >= interval);
      return prefersAll == isTrial ? 1 : all;
    }

    private synchronized void took(boolean onAll, double each) {
      if (onAll != prefersAll) {
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
        prefersAll = !prefersAll;
        double slower = preferred;
        preferred = other;
        other = slower;
        sinceTrial = 0;
        interval = SOON;
      }
    }
  }
}
