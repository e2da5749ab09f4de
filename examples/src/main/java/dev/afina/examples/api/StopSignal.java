package dev.afina.examples.api;

import dev.afina.ExitHold;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits for SIGTERM or Ctrl-C, and lets the process end with code 0 where what it had accepted was
 * answered; the JVM's own code would be 143 or 130.
 */
public final class StopSignal implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "sentiment-api-stop");
  private final ExitHold hold = ExitHold.begin(); // models answer until this is closed
  private volatile boolean answered;

  private StopSignal() {}

  /** Begins to listen. */
  public static StopSignal listen() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** Returns when the process is told to end. */
  public void await() throws InterruptedException {
    requested.await();
  }

  /** Says that all requests were answered and everything is closed. */
  public void allAnswered() {
    answered = true;
  }

  /** Lets the process end. */
  @Override
  public void close() {
    hold.close();
    ended.countDown();
    if (requested.getCount() > 0) {
      removeHook();
    }
  }

  private void removeHook() {
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The exit has begun, and the hook finds nothing to wait for.
    }
  }

  private void stop() {
    requested.countDown();
    try {
      if (ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS) && answered) {
        Runtime.getRuntime().halt(0);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
