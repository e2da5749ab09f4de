package dev.afina.internal.serving;

import dev.afina.ModelListener;
import dev.afina.OverloadedException;
import dev.afina.internal.engine.CoresIfAlone;
import dev.afina.internal.engine.Workers;
import dev.afina.tokenization.Encoding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The single texts of concurrent callers on their way to the workers, in two queues: short texts,
 * and documents (long texts and texts of several windows). A worker that becomes free takes as many
 * texts from a queue as fit into a batch, but of short texts no more than its share of all that are
 * in flight. So batches grow with the load.
 *
 * <p>Short texts go first; they wait for at most {@linkplain Workers#submit one batch} of
 * documents, which is small while short texts arrive. If a document does not fit into a batch, the
 * rest of its windows goes to the end of the queue.
 *
 * <p>A caller may give a text up while a worker computes it, so the end of all calls does not mean
 * that the model can be freed: {@code batches} counts what workers do. Thread safe.
 */
final class TextQueue {
  /** The maximum length of a short text: a paragraph, a quarter of what BERT can read. */
  private static final int MAX_TOKENS_OF_SHORT = 128;

  /** Of a failure, a millisecond apart. */
  private static final int TRIES_TO_TELL = 1_000;

  private final Function<List<Encoding>, List<float[]>> forward;
  private final TextsInFlight inFlight;
  private final OpenCalls batches;
  private final Queue<PendingLogits> texts = new ConcurrentLinkedQueue<>();
  private final Queue<Rest> documents = new ConcurrentLinkedQueue<>();
  private final CoresIfAlone coresOfTexts = new CoresIfAlone();
  private final CoresIfAlone coresOfDocuments = new CoresIfAlone();

  /** The windows of a document that are not yet in a batch. */
  private record Rest(PendingLogits document, int from) {}

  /** A window in a batch. */
  private record Taken(PendingLogits text, int window) {
    Encoding encoding() {
      return text.windows().get(window);
    }
  }

  /** The windows that one worker computes together. */
  private static final class Batch {
    final List<Taken> windows = new ArrayList<>();
    private final int mostTokens;
    private int tokens;

    Batch(int mostTokens) {
      this.mostTokens = mostTokens;
    }

    void add(PendingLogits text, int window) {
      text.begin();
      windows.add(new Taken(text, window));
      tokens += text.windows().get(window).size();
    }

    /** Whether a window may be added. The first one always may. */
    boolean hasRoom(PendingLogits text, int window) {
      return windows.isEmpty()
          || (windows.size() < Batches.MAX_TEXTS
              && tokens + text.windows().get(window).size() <= mostTokens);
    }

    void fail(Throwable why) {
      for (int i = 0; i < windows.size(); i++) {
        TextQueue.fail(windows.get(i).text, why);
      }
    }
  }

  /**
   * @param forward computes a batch, on a worker
   * @param inFlight the texts of this queue and of all others that share the limit
   * @param batches entered for each batch; once it is closed nothing is computed
   */
  TextQueue(
      Function<List<Encoding>, List<float[]>> forward, TextsInFlight inFlight, OpenCalls batches) {
    this.forward = forward;
    this.inFlight = inFlight;
    this.batches = batches;
  }

  /**
   * Queues a text. The caller must have begun a {@link dev.afina.internal.engine.NativeUse} for as
   * long as it waits.
   *
   * @param windows one or more
   * @param limit the number of tokens in flight at which the text is rejected
   * @throws OverloadedException if there are that many
   */
  PendingLogits add(List<Encoding> windows, long limit, Deadline deadline) {
    int tokens = windows.stream().mapToInt(Encoding::size).sum();
    PendingLogits text =
        new PendingLogits(windows, tokens, deadline, () -> inFlight.remove(tokens));
    inFlight.add(tokens, limit);
    boolean complete = false;
    try {
      if (Workers.isWorker()) {
        computeHere(text);
      } else if (windows.size() == 1 && tokens <= MAX_TOKENS_OF_SHORT) {
        queue(text);
      } else {
        queue(new Rest(text, 0));
      }
      complete = true;
      return text;
    } finally {
      if (!complete) { // for want of memory or stack, which the caller is told
        boolean unused = text.fail(new CancellationException("not queued"));
      }
    }
  }

  private void queue(PendingLogits text) {
    texts.add(text);
    Workers.submit(
        Workers.Length.SHORT,
        coresOfTexts.of(text.tokens()),
        () -> !texts.isEmpty(),
        () -> unlessClosed(this::serveTexts),
        e -> fail(texts.poll(), e)); // each task stands for one text at least
  }

  /**
   * Tells a text's caller of a failure, also where the memory to tell it with is short at this
   * moment.
   */
  private static void fail(@Nullable PendingLogits text, Throwable why) {
    for (int tries = 0; text != null && tries < TRIES_TO_TELL; tries++) {
      try {
        boolean unused = text.fail(why);
        return;
      } catch (VirtualMachineError e) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
  }

  /**
   * For the few users whose code runs on a worker, such as a loss that asks another model: waiting
   * would block the core that it waits for.
   */
  private void computeHere(PendingLogits text) {
    int window = 0;
    while (window < text.windows().size()) {
      Batch batch = new Batch(Batches.MAX_TOKENS);
      while (window < text.windows().size() && batch.hasRoom(text, window)) {
        batch.add(text, window);
        window++;
      }
      unlessClosed(() -> compute(batch, coresOfTexts)).run();
    }
  }

  private void queue(Rest rest) {
    documents.add(rest);
    int tokens = rest.document.tokens();
    Workers.submit(
        Workers.Length.LONG,
        coresOfDocuments.of(tokens),
        () -> !documents.isEmpty(),
        () -> unlessClosed(this::serveDocuments),
        e -> {
          Rest lost = documents.poll();
          fail(lost == null ? null : lost.document, e);
        });
  }

  /** On a worker: computes a batch, for which the model stays. */
  private Runnable unlessClosed(Supplier<Runnable> batch) {
    if (!batches.enter()) {
      return () -> {}; // all callers have given their texts up
    }
    try {
      return batch.get();
    } finally {
      batches.leave();
    }
  }

  /** On a worker: computes its share of the short texts, if any are left. */
  // As in compute, also of those that an OutOfMemoryError has kept from it.
  @SuppressWarnings("PMD.AvoidCatchingGenericException")
  private Runnable serveTexts() {
    Batch batch = new Batch(mostTokensOfShort());
    PendingLogits next = texts.peek();
    try {
      while (next != null && batch.hasRoom(next, 0)) {
        if (texts.remove(next) && !next.isOver()) {
          batch.add(next, 0);
        }
        next = texts.peek();
      }
    } catch (RuntimeException | Error e) {
      fail(next, e);
      batch.fail(e);
      return () -> {};
    }
    return computeAll(batch, coresOfTexts);
  }

  /** On a worker: computes some of the windows that wait. */
  // As above.
  @SuppressWarnings("PMD.AvoidCatchingGenericException")
  private Runnable serveDocuments() {
    Batch batch = new Batch(mostTokensOfLong());
    Rest next = documents.peek();
    try {
      while (next != null && batch.hasRoom(next.document, next.from)) {
        if (documents.remove(next)) {
          take(next, batch);
        }
        next = documents.peek();
      }
    } catch (RuntimeException | Error e) {
      fail(next == null ? null : next.document, e);
      batch.fail(e);
      return () -> {};
    }
    return computeAll(batch, coresOfDocuments);
  }

  // As above.
  @SuppressWarnings("PMD.AvoidCatchingGenericException")
  private Runnable computeAll(Batch batch, CoresIfAlone cores) {
    if (batch.windows.isEmpty()) {
      return () -> {};
    }
    try {
      return compute(batch, cores);
    } catch (RuntimeException | Error e) { // while it told of another
      batch.fail(e);
      return () -> {};
    }
  }

  /**
   * A worker's share of all tokens in flight, so that the next worker to become free finds as many.
   * Otherwise batches of one and of fifteen texts would alternate, which costs more, and the
   * fifteen would wait for each other.
   */
  private int mostTokensOfShort() {
    long share = (inFlight.tokens() + Workers.count() - 1) / Workers.count();
    return (int) Math.max(Batches.MIN_TOKENS, Math.min(Batches.MAX_TOKENS, share));
  }

  private static int mostTokensOfLong() {
    return Workers.shortOnesCome()
        ? Math.min(Batches.MAX_TOKENS, Batches.MAX_TOKENS_BESIDE_SHORT * Workers.coresOfThread())
        : Batches.MAX_TOKENS;
  }

  private void take(Rest rest, Batch batch) {
    PendingLogits document = rest.document;
    if (document.isOver()) {
      return;
    }
    int window = rest.from;
    int windows = document.windows().size();
    while (window < windows && batch.hasRoom(document, window)) {
      batch.add(document, window);
      window++;
    }
    if (window < windows) {
      queue(new Rest(document, window)); // behind all that wait by now
    }
  }

  // Every failure must reach the callers, or they would wait for ever.
  @SuppressWarnings("PMD.AvoidCatchingGenericException")
  private Runnable compute(Batch batch, CoresIfAlone cores) {
    List<Taken> taken = batch.windows;
    long begun = System.nanoTime();
    try {
      List<float[]> logits = forward.apply(taken.stream().map(Taken::encoding).toList());
      Duration time = Duration.ofNanos(System.nanoTime() - begun);
      cores.took(time.toNanos(), batch.tokens);
      PendingLogits.Run run =
          new PendingLogits.Run(
              ModelListener.Batch.of(taken.size(), batch.tokens, time), new AtomicBoolean());
      return () -> complete(taken, logits, run);
    } catch (RuntimeException | Error e) {
      if (taken.size() == 1) {
        return () -> fail(taken.get(0).text, e);
      }
      // The failure belongs to one of them.
      List<Runnable> each = taken.stream().map(window -> computeAlone(window, cores)).toList();
      return () -> each.forEach(Runnable::run);
    }
  }

  // As above.
  @SuppressWarnings("PMD.AvoidCatchingGenericException")
  private static void complete(
      List<Taken> taken, List<float[]> logits, PendingLogits.Run computed) {
    for (int i = 0; i < taken.size(); i++) {
      Taken each = taken.get(i);
      try {
        each.text.complete(each.window, logits.get(i), computed);
      } catch (RuntimeException | Error e) {
        fail(each.text, e);
      }
    }
  }

  private Runnable computeAlone(Taken window, CoresIfAlone cores) {
    Batch batch = new Batch(0);
    batch.add(window.text, window.window);
    return compute(batch, cores);
  }
}
