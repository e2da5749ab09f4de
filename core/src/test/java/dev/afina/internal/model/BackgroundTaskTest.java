package dev.afina.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BackgroundTaskTest {
  private final List<String> removed = new ArrayList<>();

  @Test
  void whatIsTaken_isTheCallers() throws IOException {
    try (BackgroundTask<String> made = BackgroundTask.begin("test", () -> "made", removed::add)) {
      assertThat(made.take()).isEqualTo("made");
    }
    assertThat(removed).isEmpty();
  }

  @Test
  void whatIsNotTaken_isRemovedOnceItIsMade() {
    CountDownLatch late = new CountDownLatch(1);
    try (BackgroundTask<String> made =
        BackgroundTask.begin(
            "test",
            () -> {
              await(late);
              return "made";
            },
            removed::add)) {
      assertThat(removed).isEmpty();
      late.countDown();
    }
    assertThat(removed).containsExactly("made");
  }

  @Test
  void failure_isThrownToWhoTakes() {
    IOException failure = new IOException("broken");
    try (BackgroundTask<String> made =
        BackgroundTask.begin(
            "test",
            () -> {
              throw failure;
            },
            removed::add)) {
      assertThatThrownBy(made::take).isSameAs(failure);
    }
    try (BackgroundTask<String> unused =
        BackgroundTask.begin(
            "test",
            () -> {
              throw new IllegalStateException("nobody hears");
            },
            removed::add)) {
      assertThat(removed).isEmpty();
    }
  }

  @Test
  void workWithoutAResult_hasEnded_whenItIsClosed() {
    CountDownLatch late = new CountDownLatch(1);
    try (BackgroundTask<Void> work =
        BackgroundTask.begin(
            "test",
            () -> {
              await(late);
              removed.add("done");
            })) {
      late.countDown();
    }
    assertThat(removed).containsExactly("done");
  }

  /** Neither who takes nor who closes waits; what is made later is removed where it is made. */
  @Test
  void whoIsInterrupted_leavesAtOnce_andNothingIsLeft() throws Exception {
    CountDownLatch late = new CountDownLatch(1);
    CompletableFuture<String> end = new CompletableFuture<>();
    Thread.currentThread().interrupt();
    try (BackgroundTask<String> made =
            BackgroundTask.begin(
                "test",
                () -> {
                  await(late);
                  return "made";
                },
                what -> end.complete(what + " on " + Thread.currentThread().getName()));
        BackgroundTask<Void> work = BackgroundTask.begin("work", () -> await(late))) {
      assertThatThrownBy(made::take)
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage("the thread was interrupted while a model was loaded");
      assertThatThrownBy(work::take).isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(end).isNotDone();
    late.countDown();
    assertThat(end.get(1, TimeUnit.MINUTES)).isEqualTo("made on test");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
