package dev.afina.internal.engine;

/**
 * Whether the tasks of one kind that have the machine to themselves get one core or all.
 *
 * <p>On an idle machine all cores are faster. Where something else wants a core (another program, a
 * thread of the same one, Java's compilers in a young process), PyTorch's threads wait for each
 * other after every operator, and a task on two cores may take twice as long as on one. The system
 * does not tell in time, and not at all from within a container. So what the last tasks took
 * decides, and now and then a task tries the other number: soon after a change, then ever more
 * seldom. The first task gets one core, since Java is still compiling then.
 *
 * <p>Thread safe.
 */
public final class LoneCores {
  /** Tasks between two trials, at least. */
  private static final int SOON = 4;

  /** Tasks between two trials, at most: a trial may take twice as long. */
  private static final int SELDOM = 64;

  /**
   * A task's share of the average. One slow task among ten fast ones must not change the choice.
   */
  private static final double SHARE = 0.1;

  /**
   * What a task without tokens would take, in tokens. A text of 4 tokens takes MiniLM a fifth of
   * the time of 128, on one core as on two.
   */
  private static final int TOKENS_OF_NONE = 24;

  private boolean prefersAll;
  private double preferred; // nanoseconds a token, an average; 0 if unknown
  private double other; // that of the last trial; 0 if unknown
  private int sinceTrial;
  private int interval = SOON;
  private boolean isChosen;

  /**
   * The number of cores of the next task.
   *
   * @param all the number of all cores
   */
  synchronized int choose(int all) {
    isChosen = true;
    return isForAll() ? all : 1;
  }

  private boolean isForAll() {
    boolean isTrial = preferred > 0 && (other == 0 || sinceTrial >= interval);
    return prefersAll != isTrial;
  }

  /**
   * Records a task. One that was not chosen for, because it had not the machine to itself, does not
   * count.
   *
   * @param onAll whether it had all cores, and not one
   * @param tokens its size
   */
  public synchronized void took(boolean onAll, long nanos, long tokens) {
    if (!isChosen) {
      return;
    }
    isChosen = false;
    double each = (double) nanos / (tokens + TOKENS_OF_NONE);
    if (onAll == prefersAll) {
      preferred = preferred == 0 ? each : preferred + SHARE * (each - preferred);
      sinceTrial++;
    } else {
      other = each;
      sinceTrial = 0;
      interval = Math.min(2 * interval, SELDOM);
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
