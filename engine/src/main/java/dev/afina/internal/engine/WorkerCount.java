package dev.afina.internal.engine;

import org.jspecify.annotations.Nullable;

/** How many workers a process has. */
final class WorkerCount {
  /** Names the number of workers. */
  static final String PROPERTY = "afina.workers";

  private static final int MOST = 1024;

  private WorkerCount() {}

  /**
   * The number that somebody named, else as many as PyTorch would use threads, but no more than the
   * processors that Java sees: in a container Java knows the quota of CPU time, and OpenMP does
   * not.
   *
   * @param wanted the value of {@link #PROPERTY}
   * @param ofDjl the value of {@code ai.djl.pytorch.num_threads}, which PyTorch has followed
   * @param ofPyTorch the physical cores, or that value
   * @param processors as Java sees them
   * @throws IllegalArgumentException for a value of the property that is no number from 1 to 1,024
   */
  static int of(@Nullable String wanted, @Nullable String ofDjl, int ofPyTorch, int processors) {
    if (wanted != null) {
      return parsed(wanted);
    }
    return ofDjl != null ? ofPyTorch : Math.min(ofPyTorch, processors);
  }

  private static int parsed(String wanted) {
    if (wanted.matches("[0-9]{1,4}")) {
      int count = Integer.parseInt(wanted);
      if (count >= 1 && count <= MOST) {
        return count;
      }
    }
    throw new IllegalArgumentException(
        "-D" + PROPERTY + ": expected a number of threads from 1 to 1024, got \"" + wanted + "\"");
  }
}
