package dev.afina.training;

import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a training end cleanly when its thread is interrupted or the JVM shuts down (Ctrl-C,
 * SIGTERM).
 *
 * <p>Without it the JVM would tear PyTorch down under a running kernel. With it, shutdown waits
 * until the training thread has left native code, at most {@value #PATIENCE_SECONDS} seconds.
 */
final class ShutdownGuard implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::shutDown, "afina-shutdown");
  private volatile boolean shuttingDown;

  ShutdownGuard() {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      shuttingDown = true; // shutdown began before the training did: the first check says so
    }
  }

  /** Throws when the training should end now; clears the thread's interrupt flag like I/O does. */
  void check(int step, int steps) throws InterruptedIOException {
    boolean interrupted = Thread.interrupted();
    if (interrupted || shuttingDown) {
      throw new InterruptedIOException(
          "training was stopped after step "
              + step
              + " of "
              + steps
              + (interrupted ? ": its thread was interrupted" : ": the JVM is shutting down"));
    }
  }

  @Override
  public void close() {
    ended.countDown();
    if (!shuttingDown) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // Shutdown began this very moment; the hook finds the latch open.
        shuttingDown = true;
      }
    }
  }

  private void shutDown() {
    shuttingDown = true;
    try {
      ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
