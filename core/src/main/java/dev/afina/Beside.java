package dev.afina;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that is made on a thread of its own while the caller does other work: what is read at a
 * program's start takes some tenths of a second, of which another core can take a half. For one
 * thread.
 */
final class Beside<T> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Beside.class);

  private final FutureTask<T> making;
  private final Consumer<T> remover;
  private boolean taken;

  /** Makes it. */
  interface Maker<T> {
    T make() throws IOException;
  }

  private Beside(Maker<T> maker, Consumer<T> remover) {
    this.making = new FutureTask<>(maker::make);
    this.remover = remover;
  }

  /**
   * Begins.
   *
   * @param thread its name; it inherits the context class loader
   * @param remover gets what was made and not taken
   */
  static <T> Beside<T> begin(String thread, Maker<T> maker, Consumer<T> remover) {
    Beside<T> begun = new Beside<>(maker, remover);
    Thread worker = new Thread(begun.making, thread);
    worker.setDaemon(true);
    worker.start();
    return begun;
  }

  /**
   * Waits for what is made, which is the caller's then.
   *
   * @throws IOException by which making it failed, as with any unchecked exception or error
   */
  T take() throws IOException {
    taken = true;
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return making.get();
        } catch (InterruptedException e) {
          interrupted = true; // told to the caller afterwards
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits for the end; what was not taken is removed. */
  // The caller has failed already, or does not need it, and must not lose what it made.
  @SuppressWarnings({"PMD.AvoidCatchingGenericException", "PMD.AvoidCatchingThrowable"})
  @Override
  public void close() {
    if (taken) {
      return;
    }
    try {
      remover.accept(take());
    } catch (IOException | RuntimeException | Error e) {
      log.debug("what nobody waits for has failed", e);
    }
  }
}
