package dev.afina;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that is made on a thread of its own while the caller does other work: what is read at a
 * program's start takes some tenths of a second, of which another core can take a half. For one
 * thread.
 */
final class Beside<T> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Beside.class);

  private final CompletableFuture<T> making = new CompletableFuture<>();
  private final Consumer<T> remover;
  private boolean taken;

  /** Makes it. */
  interface Maker<T> {
    T make() throws IOException;
  }

  /** What leaves nothing that anybody takes. */
  interface Work {
    void run() throws IOException;
  }

  private Beside(Consumer<T> remover) {
    this.remover = remover;
  }

  /**
   * Begins.
   *
   * @param thread its name; it inherits the context class loader
   * @param remover gets what was made and not taken
   */
  static <T> Beside<T> begin(String thread, Maker<T> maker, Consumer<T> remover) {
    Beside<T> begun = new Beside<>(remover);
    begun.start(thread, () -> begun.making.complete(maker.make()));
    return begun;
  }

  /** Begins something that need only have ended when this is closed. */
  static Beside<Void> begin(String thread, Work work) {
    Beside<Void> begun = new Beside<>(nothing -> {});
    begun.start(
        thread,
        () -> {
          work.run();
          begun.making.complete(null);
        });
    return begun;
  }

  // Whoever waits hears of every failure.
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
   * Waits for what is made, which is the caller's then.
   *
   * @throws InterruptedIOException when the thread is interrupted, and stays so
   * @throws IOException by which making it failed, as with any unchecked exception or error
   */
  T take() throws IOException {
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
   * Waits for the end; what was not taken is removed. Who is interrupted does not wait: then it is
   * removed where it is made, when it is.
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
