package dev.afina.training;

import java.io.InterruptedIOException;

/** Called repeatedly by long computations, so that they end soon when they should. */
@FunctionalInterface
public interface StopCheck {

  /**
   * Returns if the computation may go on.
   *
   * @throws InterruptedIOException if the thread is interrupted or the JVM is shutting down
   */
  void check() throws InterruptedIOException;
}
