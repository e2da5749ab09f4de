package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** A load that is interrupted at any moment ends, says so, and leaves no array behind. */
class InterruptedLoadTest {
  private static final int MOMENTS = 40;

  @Test
  void interruptAtAnyMoment_endsTheLoad_orComesTooLate() throws Exception {
    Classifier.load(Golden.path("bert/model")).close(); // what stays for the process is there
    int before = LiveArrays.count();
    int ended = 0;
    for (int moment = 0; moment < MOMENTS; moment++) {
      ended += isEnded(moment) ? 1 : 0;
      awaitNoOtherThread();
      assertThat(LiveArrays.count()).as("moment %s", moment).isEqualTo(before);
    }
    assertThat(ended).isPositive();
  }

  /** Interrupts a load a while after its beginning; whether that was its end. */
  private static boolean isEnded(int moment) throws InterruptedException, ExecutionException {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    Thread loading =
        new Thread(
            () -> {
              try (Classifier loaded = Classifier.load(Golden.path("bert/model"))) {
                result.complete(false);
              } catch (InterruptedIOException | ClosedByInterruptException e) {
                result.complete(Thread.currentThread().isInterrupted());
              } catch (IOException | RuntimeException e) {
                result.completeExceptionally(e);
              }
            });
    loading.start();
    long end = System.nanoTime() + moment * 500_000L;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    loading.interrupt();
    loading.join();
    return result.get();
  }

  /** What was begun beside a load may end after it. */
  private static void awaitNoOtherThread() throws InterruptedException {
    Thread[] threads = new Thread[Thread.activeCount() + 10];
    int count = Thread.enumerate(threads);
    for (Thread thread : Arrays.copyOf(threads, count)) {
      if (thread.getName().matches("afina-(tokenizer|pytorch|kernels)")) {
        thread.join();
      }
    }
  }
}
