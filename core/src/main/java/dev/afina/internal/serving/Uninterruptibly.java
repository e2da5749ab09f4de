package dev.afina.internal.serving;

/** Waits that an interrupt does not end. The thread's interrupt flag is set again afterwards. */
final class Uninterruptibly {
  private Uninterruptibly() {}

  /** A wait for a result, repeated when it is interrupted. */
  interface Wait<T> {
    T get() throws InterruptedException;
  }

  static <T> T get(Wait<T> wait) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return wait.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
