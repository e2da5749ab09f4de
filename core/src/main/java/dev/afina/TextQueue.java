package dev.afina;

import dev.afina.internal.engine.Workers;
import dev.afina.tokenization.Encoding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The single texts of concurrent callers, on their way to the workers. A worker that becomes free
 * takes all of them at once: the busier it is, the larger the batches.
 *
 * <p>First come, first served, but for documents of several windows: these wait in a row of their
 * own, a document gets some windows into a batch and then waits behind the others, and where both
 * wait each row gets half of a batch. So a text of one window never waits for the end of a
 * document.
 */
final class TextQueue {
  /** Bounds the memory of one forward pass: about 100 MB a layer for a base-sized model. */
  static final int MAX_TOKENS_A_BATCH = 1024;

  static final int MAX_TEXTS_A_BATCH = 64;

  private final Function<List<Encoding>, List<float[]>> forward;
  private final Queue<PendingLogits> texts = new ConcurrentLinkedQueue<>();
  private final Queue<Rest> documents = new ConcurrentLinkedQueue<>();
  private final AtomicLong tokensInFlight = new AtomicLong();
  private final AtomicInteger textsInFlight = new AtomicInteger();

  /** A document's windows from one on. */
  private record Rest(PendingLogits document, int from) {}

  /** A window that goes into a batch. */
  private record Taken(PendingLogits text, int window) {
    Encoding encoding() {
      return text.windows().get(window);
    }
  }

  /** What one worker computes together. */
  private static final class Batch {
    final List<Taken> windows = new ArrayList<>();
    int tokens;

    void add(PendingLogits text, int window) {
      text.begin();
      windows.add(new Taken(text, window));
      tokens += text.windows().get(window).size();
    }

    /** Whether a share of a batch is free, 1 for all of it. */
    boolean hasRoom(double share) {
      return windows.size() < MAX_TEXTS_A_BATCH * share && tokens < MAX_TOKENS_A_BATCH * share;
    }
  }

  /** A queue in front of what computes the logits of a batch, on a worker. */
  TextQueue(Function<List<Encoding>, List<float[]>> forward) {
    this.forward = forward;
  }

  InFlight inFlight() {
    return InFlight.of(textsInFlight.get(), tokensInFlight.get());
  }

  /**
   * Queues a text. Who waits for it has begun a {@link dev.afina.internal.engine.NativeUse}.
   *
   * @param windows one or more
   * @param limit how many tokens in flight refuse it
   * @throws OverloadedException when there are as many
   */
  PendingLogits add(List<Encoding> windows, long limit, Deadline deadline) {
    int tokens = windows.stream().mapToInt(Encoding::size).sum();
    admit(tokens, limit);
    PendingLogits text = new PendingLogits(windows, tokens, deadline, () -> leave(tokens));
    if (windows.size() == 1) {
      texts.add(text);
      Workers.submit(this::serve);
    } else {
      documents.add(new Rest(text, 0));
      Workers.submit(this::serve);
    }
    return text;
  }

  private void admit(int tokens, long limit) {
    long now;
    do {
      now = tokensInFlight.get();
      if (now >= limit) {
        throw new OverloadedException(now, limit);
      }
    } while (!tokensInFlight.compareAndSet(now, now + tokens));
    textsInFlight.incrementAndGet();
  }

  private void leave(int tokens) {
    tokensInFlight.addAndGet(-tokens);
    textsInFlight.decrementAndGet();
  }

  /** On a worker: takes what waits, if another one has not yet done so. */
  private Runnable serve() {
    Batch batch = new Batch();
    takeTexts(batch, documents.isEmpty() ? 1 : 0.5);
    takeWindows(batch);
    takeTexts(batch, 1);
    return batch.windows.isEmpty() ? () -> {} : compute(batch);
  }

  private void takeTexts(Batch batch, double share) {
    while (batch.hasRoom(share)) {
      PendingLogits next = texts.poll();
      if (next == null) {
        return;
      }
      if (!next.isOver()) {
        batch.add(next, 0);
      }
    }
  }

  private void takeWindows(Batch batch) {
    while (batch.hasRoom(1)) {
      Rest next = documents.poll();
      if (next == null) {
        return;
      }
      PendingLogits document = next.document;
      if (document.isOver()) {
        continue;
      }
      int window = next.from;
      while (window < document.windows().size() && batch.hasRoom(1)) {
        batch.add(document, window);
        window++;
      }
      if (window < document.windows().size()) {
        documents.add(new Rest(document, window));
        Workers.submit(this::serve); // behind whoever waits by now
      }
    }
  }

  // Whatever goes wrong is the callers' to hear, else they would wait for ever.
  @SuppressWarnings("PMD.AvoidCatchingGenericException")
  private Runnable compute(Batch batch) {
    List<Taken> taken = batch.windows;
    long begun = System.nanoTime();
    try {
      List<float[]> logits = forward.apply(taken.stream().map(Taken::encoding).toList());
      Duration time = Duration.ofNanos(System.nanoTime() - begun);
      PendingLogits.Run run =
          new PendingLogits.Run(
              ModelListener.Batch.of(taken.size(), batch.tokens, time), new AtomicBoolean());
      return () -> {
        for (int i = 0; i < taken.size(); i++) {
          taken.get(i).text.complete(taken.get(i).window, logits.get(i), run);
        }
      };
    } catch (RuntimeException | Error e) {
      if (taken.size() == 1) {
        return () -> taken.get(0).text.fail(e);
      }
      // The failure belongs to one of them.
      List<Runnable> each = taken.stream().map(this::computeAlone).toList();
      return () -> each.forEach(Runnable::run);
    }
  }

  private Runnable computeAlone(Taken window) {
    Batch batch = new Batch();
    batch.add(window.text, window.window);
    return compute(batch);
  }
}
