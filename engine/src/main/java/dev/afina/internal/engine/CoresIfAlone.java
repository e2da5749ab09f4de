package dev.afina.internal.engine;

import java.util.Arrays;

/**
 * Whether a task that has the machine to itself gets one core or all.
 *
 * <p>On an idle machine all cores are faster. Where something else wants a core (another program, a
 * thread of the same one, Java's compilers in a young process), PyTorch's threads wait for each
 * other after every operator, and a task on two cores may take twice as long as on one. The system
 * does not tell in time, and not at all from within a container. So what tasks of about the same
 * size took decides ({@link FasterOfTwo}). The first task gets one core, since Java is still
 * compiling then.
 *
 * <p>Thread safe.
 */
public final class CoresIfAlone {
  private final Choice[] choices = new Choice[FasterOfTwo.CLASSES];

  public CoresIfAlone() {
    Arrays.setAll(choices, bits -> new Choice());
  }

  /**
   * What decides for a task.
   *
   * @param tokens its size, 0 or more
   */
  public Choice of(long tokens) {
    return choices[FasterOfTwo.classOf(tokens)];
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
    of(tokens).faster.took(onAll, nanos, tokens);
  }

  /** For tasks of one class of sizes. */
  public static final class Choice {
    private final FasterOfTwo faster = new FasterOfTwo(); // one core, or all

    private Choice() {}

    /**
     * The number of cores of the next task.
     *
     * @param all the number of all cores
     */
    int choose(int all) {
      return faster.isSecond() ? all : 1;
    }
  }
}
