package dev.afina.internal.model;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that is made on a background thread while the caller does other work. Loading a model
 * takes some tenths of a second, half of which a second core can take over. Used by one thread.
 */
public final class BackgroundTask<T> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BackgroundTask.class);

  private final CompletableFuture<T> making = new CompletableFuture<>();
  private final Consumer<T> remover;
  private boolean taken;

  /** Makes the value. */
  public interface Maker<T> {
    T make() throws IOException;
  }

  /** Work without a result. */
  public interface Work {
    void run() throws IOException;
  }

  private BackgroundTask(Consumer<T> remover) {
    this.remover = remover;
  }

  /**
   * Starts to make a value.
   *
   * @param thread the name of the thread, which inherits the context class loader
   * @param remover disposes of a value that was made and not taken
   */
  public static <T> BackgroundTask<T> begin(String thread, Maker<T> maker, Consumer<T> remover) {
    BackgroundTask<T> begun = new BackgroundTask<>(remover);
    begun.start(thread, () -> begun.making.complete(maker.make()));
    return begun;
  }

  /** Starts work that has ended when this is closed. */
  public static BackgroundTask<Void> begin(String thread, Work work) {
    BackgroundTask<Void> begun = new BackgroundTask<>(nothing -> {});
    begun.start(
        thread,
        () -> {
          work.run();
          begun.making.complete(null);
        });
    return begun;
  }

  // Every failure must reach the caller.
  @SuppressWarnings("PMD.AvoidCatchingThrowable")
  private void start(String thread, Work work) {
    Thread worker =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Throwable e) {
                making.completeExceptionally(e);
              }
            },
            thread);
    worker.setDaemon(true);
    worker.start();
  }

  /**
   * Waits for the value, which the caller then owns.
   *
   * @throws InterruptedIOException if the thread is interrupted; its interrupt flag stays set
   * @throws IOException if making the value threw it; unchecked exceptions and errors are passed
   *     on, too
   */
  public T take() throws IOException {
    try {
      T made = making.get();
      taken = true;
      return made;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException ended =
          new InterruptedIOException("the thread was interrupted while a model was loaded");
      ended.initCause(e);
      throw ended;
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
    }
  }

  /**
   * Waits for the end, and disposes of a value that was not taken. If the caller is interrupted, it
   * does not wait; the value is then disposed of on the background thread once it is made.
   */
  @Override
  public void close() {
    if (taken) {
      return;
    }
    try {
      boolean unused = making.handle((made, failure) -> true).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new AssertionError("true is no failure", e);
    }
    Object unused = making.whenComplete(this::remove);
  }

  // The caller has failed already, or does not need it, and must not lose what it made.
  @SuppressWarnings("PMD.AvoidCatchingGenericException")
  private void remove(T made, @Nullable Throwable failure) {
    if (failure != null) {
      log.debug("what nobody waits for has failed", failure);
      return;
    }
    try {
      remover.accept(made);
    } catch (RuntimeException e) {
      log.debug("what nobody waits for cannot be removed", e);
    }
  }
}
