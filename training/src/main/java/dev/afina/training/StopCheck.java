package dev.afina.training;

import java.io.InterruptedIOException;

/** Asked again and again by long work, so that it ends soon when it should. */
@FunctionalInterface
public interface StopCheck {

  /**
   * Returns when the work may go on.
   *
   * @throws InterruptedIOException when the thread was interrupted or the JVM is shutting down
   */
  void check() throws InterruptedIOException;
}
