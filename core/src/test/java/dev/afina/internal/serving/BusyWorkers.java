package dev.afina.internal.serving;

import dev.afina.internal.engine.Workers;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** Occupies all workers until it is closed, so that what is asked for meanwhile waits. */
public final class BusyWorkers implements AutoCloseable {
  private final CountDownLatch end = new CountDownLatch(1);

  private BusyWorkers() {}

  /** Returns once all are occupied. */
  public static BusyWorkers begin() throws InterruptedException {
    BusyWorkers busy = new BusyWorkers();
    CountDownLatch begun = new CountDownLatch(Workers.count());
    Supplier<Boolean> pause =
        () -> {
          begun.countDown();
          busy.awaitEnd();
          return true;
        };
    Thread caller = new Thread(() -> Workers.run(Collections.nCopies(Workers.count(), pause)));
    caller.setDaemon(true);
    caller.start();
    begun.await();
    return busy;
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    end.countDown();
  }
}
