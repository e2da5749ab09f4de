package dev.afina.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the system lets this process have more threads: a container's {@code pids.max} or {@code
 * ulimit -u} may not. PyTorch's OpenMP ends the process where it is refused one, so Java asks
 * first, which only gets an error.
 */
final class SpareThreads {
  private static final Logger log = LoggerFactory.getLogger(SpareThreads.class);

  /** The JVM starts threads of its own meanwhile. */
  private static final int OF_JAVA = 2;

  private SpareThreads() {}

  /**
   * Starts threads, ends them, and says whether all could be started: twice as many as are asked
   * for and some more, since one that has ended counts for a moment longer.
   */
  static boolean areThere(int count) {
    return areThere(2 * count + OF_JAVA, 0);
  }

  /**
   * The same for just so many.
   *
   * @param stack the bytes of each one's stack; 0 for Java's default
   */
  static boolean areThere(int count, long stack) {
    CountDownLatch asked = new CountDownLatch(1);
    List<Thread> started = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        Thread thread = new Thread(null, () -> await(asked), "afina-spare-" + i, stack);
        thread.setDaemon(true);
        thread.start();
        started.add(thread);
      }
      return true;
    } catch (OutOfMemoryError e) {
      log.warn(
          "the system refuses this process {} more threads ({}): what several cores would share is"
              + " computed on one; raise pids.max or ulimit -u",
          count,
          e.getMessage());
      return false;
    } finally {
      asked.countDown();
      started.forEach(SpareThreads::join);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) { // then it ends a little earlier
      Thread.currentThread().interrupt();
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
