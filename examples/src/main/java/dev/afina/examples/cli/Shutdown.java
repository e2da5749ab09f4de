package dev.afina.examples.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets a command end cleanly on Ctrl-C or SIGTERM: the JVM waits until the command has left native
 * code, finished or removed the folder that it was writing, and said what became of it.
 *
 * <p>The lock is held by the working command; the JVM's exit takes it, and never gives it back.
 */
public final class Shutdown {
  /** A step of training takes well under a second, saving a model a few. */
  private static final int PATIENCE_SECONDS = 30;

  private final ReentrantLock lock = new ReentrantLock();

  /** What a command waits for. */
  public interface Input {
    @Nullable String next() throws IOException;
  }

  /** The time in which the JVM does not exit. */
  public final class Work implements AutoCloseable {
    private Work() {
      lock.lock();
    }

    @Override
    public void close() {
      lock.unlock();
    }
  }

  /** Makes the exit of the JVM wait for work in progress. */
  public void awaitOnExit() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::await, "afina-examples-shutdown"));
  }

  /** Begins work of this thread. */
  public Work work() {
    return new Work();
  }

  /** Within work, waits for input, for which the exit need not wait. */
  public @Nullable String waitFor(Input input) throws IOException {
    lock.unlock();
    try {
      return input.next();
    } finally {
      lock.lock(); // for good, where the JVM is exiting
    }
  }

  /** Whether the JVM is exiting, by its own word: our hook may not have run yet. */
  public static boolean isRequested() {
    try {
      Runtime.getRuntime().removeShutdownHook(new Thread());
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /** Between two stages of work: throws where the JVM waits to exit, with what is kept. */
  public static void check(String kept) throws InterruptedIOException {
    if (isRequested()) {
      throw new InterruptedIOException("stopped: the JVM is shutting down; " + kept);
    }
  }

  private void await() {
    try {
      if (!lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println(
            "not waiting longer than " + PATIENCE_SECONDS + " seconds for the command to end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
