package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.serving.Deadline;
import dev.afina.internal.serving.Inference;
import dev.afina.internal.serving.ListCall;
import dev.afina.internal.serving.ModelListeners;
import dev.afina.internal.serving.PendingLogits;
import dev.afina.internal.text.Document;
import dev.afina.internal.text.TextEncoder;
import dev.afina.tokenization.Encoding;
import dev.afina.training.StopCheck;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Predicts texts with a model: from texts to tokens to logits to the predictions of a {@link Task}.
 * Immutable and thread safe.
 *
 * @param inference the model; shared by all its readers in this precision
 * @param encoder how texts become tokens
 * @param serving queue limit, deadline, listener and executor
 */
record TextReader(Inference inference, TextEncoder encoder, ServingOptions serving) {

  TextReader {
    serving = serving.listener(ModelListeners.guarded(serving.listener()));
  }

  /** A reader with the default serving options. */
  TextReader(Inference inference, TextEncoder encoder) {
    this(inference, encoder, ServingOptions.standard());
  }

  /** The same reader with other serving options. */
  TextReader with(ServingOptions otherServing) {
    return new TextReader(inference, encoder, otherServing);
  }

  /** The same reader with another encoder. */
  TextReader with(TextEncoder otherEncoder) {
    return new TextReader(inference, otherEncoder, serving);
  }

  /** The same reader with another model. */
  TextReader with(Inference otherInference) {
    return new TextReader(otherInference, encoder, serving);
  }

  /**
   * Predicts a text.
   *
   * @throws OverloadedException if too many tokens are in flight
   * @throws DeadlineExceededException if it takes too long
   */
  <P> P read(Example example, Task<P, ?> task, Deadline deadline) {
    long begun = System.nanoTime();
    PendingLogits text = null;
    try {
      P prediction;
      try (NativeUse use = NativeUse.begin()) {
        Document document = encode(example, deadline);
        text = submit(document, deadline);
        prediction = prediction(document, combined(text.await()), task);
      }
      tell(text, prediction, begun);
      return prediction;
    } catch (RuntimeException | Error e) {
      if (text != null) {
        tellOfBatches(text);
      }
      tell(e);
      throw e;
    }
  }

  /**
   * Predicts a text asynchronously.
   *
   * @param ended runs when the model is no longer needed for it
   * @return a future that completes on the executor of the serving options
   */
  <P> CompletableFuture<P> readAsync(
      Example example, Task<P, ?> task, Deadline deadline, Runnable ended) {
    long begun = System.nanoTime();
    NativeUse.@Nullable Detached use = null;
    Document document;
    PendingLogits queued = null;
    CompletableFuture<List<float[]>> logits;
    try {
      use = NativeUse.beginDetached();
      document = encode(example, deadline);
      queued = submit(document, deadline);
      logits = queued.future(); // the system may refuse its timer a thread
    } catch (RuntimeException | Error e) {
      if (queued != null) {
        boolean unused = queued.fail(e);
      }
      if (use != null) {
        use.close();
      }
      ended.run();
      tell(e);
      return CompletableFuture.failedFuture(e);
    }
    NativeUse.Detached begunUse = use;
    PendingLogits text = queued;
    CompletableFuture<?> unused =
        logits.whenComplete(
            (rows, failure) -> {
              begunUse.close();
              ended.run();
            });
    AtomicBoolean isTold = new AtomicBoolean(); // how the call ended
    BiFunction<List<float[]>, Throwable, P> answering =
        (rows, failure) -> {
          boolean isFirst = isTold.compareAndSet(false, true);
          try {
            if (failure != null) {
              throw PendingLogits.unchecked(failure);
            }
            P prediction = prediction(document, combined(rows), task);
            if (isFirst) {
              tell(text, prediction, begun);
            }
            return prediction;
          } catch (RuntimeException | Error e) {
            if (isFirst) {
              tellOfBatches(text);
              tell(e);
            }
            throw e;
          }
        };
    CompletableFuture<P> answer =
        serving
            .executor()
            .map(executor -> logits.handleAsync(answering, new Elsewhere(executor)))
            .orElseGet(() -> logits.handleAsync(answering));
    CompletableFuture<?> unusedEither =
        answer.whenComplete(
            (prediction, failure) -> {
              if (isTold.compareAndSet(false, true)) { // somebody has cancelled or completed it
                text.fail(new CancellationException("nobody waits for this text any more"));
                tellOfBatches(text);
                serving.listener().cancelled();
              }
            });
    return answer;
  }

  /**
   * Predicts many texts.
   *
   * @throws DeadlineExceededException if it takes too long
   */
  <P> List<P> read(Dataset data, Task<P, ?> task, Deadline deadline) {
    long begun = System.nanoTime();
    ModelListener listener = serving.listener();
    boolean isMeasured = listener != ModelListener.NONE;
    ListCall call = null;
    try {
      List<Document> texts = encoder.encode(data);
      call = new ListCall(deadline, isMeasured);
      List<P> predictions = read(texts, call, task);
      if (isMeasured) {
        call.tellOfBatches(listener);
        long tokens = texts.stream().mapToLong(Document::size).sum();
        listener.answered(
            ModelListener.Answer.of(
                predictions,
                tokens,
                Duration.ofNanos(call.queuedNanos()),
                Duration.ofNanos(System.nanoTime() - begun)));
      }
      return predictions;
    } catch (RuntimeException | Error e) {
      if (call != null) {
        call.tellOfBatches(listener);
      }
      tell(e);
      throw e;
    }
  }

  /**
   * Predicts many texts without deadline and without reporting to the listener: for evaluations,
   * whose figures must not depend on other callers.
   */
  <P> List<P> readQuietly(Dataset data, Task<P, ?> task) {
    return read(encoder.encode(data), ListCall.undivided(), task);
  }

  private <P> List<P> read(List<Document> texts, ListCall call, Task<P, ?> task) {
    List<float[]> windows = inference.logits(Document.windows(texts), names(texts), call);
    return predictions(texts, combined(texts, windows), task);
  }

  /**
   * The embedding of a text or pair.
   *
   * @throws OverloadedException as {@link #read(Example, Task, Deadline)}
   */
  float[] embedding(Example example, Pooling pooling, Deadline deadline) {
    try {
      List<Encoding> windows = encode(example, deadline).windows();
      return pooling.of(
          windows,
          inference.hidden(windows, pooling.ofTokens(), serving.tokensInFlight(), deadline));
    } catch (RuntimeException | Error e) {
      tell(e);
      throw e;
    }
  }

  /** The embeddings of many texts or pairs, in their order. */
  List<float[]> embeddings(Dataset data, Pooling pooling, Deadline deadline) {
    try {
      List<Document> texts = encoder.encode(data);
      ListCall call = new ListCall(deadline, false);
      Iterator<float[]> rows =
          inference
              .hidden(Document.windows(texts), pooling.ofTokens(), names(texts), call)
              .iterator();
      return texts.stream()
          .map(Document::windows)
          .map(windows -> pooling.of(windows, windows.stream().map(window -> rows.next()).toList()))
          .toList();
    } catch (RuntimeException | Error e) {
      tell(e);
      throw e;
    }
  }

  /**
   * The logits of encoded texts.
   *
   * @throws InterruptedIOException from {@code stop}, which is called every few batches
   */
  List<float[]> logits(List<Document> texts, StopCheck stop) throws InterruptedIOException {
    return combined(texts, inference.logits(Document.windows(texts), names(texts), stop));
  }

  /** Names the text of a window in messages. */
  private static IntFunction<String> names(List<Document> texts) {
    int[] owners = Document.owners(texts);
    return window -> "text " + owners[window] + " (counted from 0)";
  }

  /** The predictions for these logits. */
  static <P> List<P> predictions(List<Document> texts, List<float[]> logits, Task<P, ?> task) {
    return IntStream.range(0, texts.size())
        .mapToObj(i -> prediction(texts.get(i), logits.get(i), task))
        .toList();
  }

  private static <P> P prediction(Document text, float[] logits, Task<P, ?> task) {
    return task.read(task.prediction(logits), text.reading());
  }

  /** The passes with dropout over each text. */
  <P> List<List<P>> readWithDropout(Dataset data, int passes, long seed, Task<P, ?> task) {
    List<Document> texts = encoder.encode(data);
    Iterator<List<float[]>> windows =
        inference
            .logitsWithDropout(texts.stream().map(Document::windows).toList(), passes, seed)
            .iterator();
    List<List<P>> all = new ArrayList<>(texts.size());
    for (Document text : texts) {
      List<List<float[]>> own = text.windows().stream().map(window -> windows.next()).toList();
      all.add(
          IntStream.range(0, passes)
              .mapToObj(pass -> combined(own.stream().map(window -> window.get(pass)).toList()))
              .map(logits -> prediction(text, logits, task))
              .toList());
    }
    return List.copyOf(all);
  }

  /** The logits of each text, from those of all windows. */
  private List<float[]> combined(List<Document> texts, List<float[]> windows) {
    if (windows.size() == texts.size()) {
      return windows;
    }
    List<float[]> combined = new ArrayList<>(texts.size());
    int from = 0;
    for (Document text : texts) {
      int to = from + text.windows().size();
      combined.add(combined(windows.subList(from, to)));
      from = to;
    }
    return combined;
  }

  private float[] combined(List<float[]> windows) {
    return windows.size() == 1 ? windows.get(0) : encoder.longTexts().combination().of(windows);
  }

  private Document encode(Example example, Deadline deadline) {
    deadline.check();
    Document document = encoder.encode(example);
    deadline.check();
    return document;
  }

  private PendingLogits submit(Document document, Deadline deadline) {
    return inference.submit(document.windows(), serving.tokensInFlight(), deadline);
  }

  private void tellOfBatches(PendingLogits text) {
    if (serving.listener() != ModelListener.NONE) {
      text.tellOfBatches(serving.listener());
    }
  }

  private void tell(PendingLogits text, Object prediction, long begun) {
    ModelListener listener = serving.listener();
    if (listener == ModelListener.NONE) {
      return;
    }
    text.tellOfBatches(listener);
    listener.answered(
        ModelListener.Answer.of(
            List.of(prediction),
            text.tokens(),
            Duration.ofNanos(text.queuedNanos()),
            Duration.ofNanos(System.nanoTime() - begun)));
  }

  private void tell(Throwable failure) {
    ModelListener listener = serving.listener();
    if (failure instanceof OverloadedException refusal) {
      listener.refused(refusal);
    } else if (failure instanceof DeadlineExceededException miss) {
      listener.deadlineMissed(miss);
    } else {
      listener.failed(failure);
    }
  }
}
