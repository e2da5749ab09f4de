package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.engine.NativeUse;
import dev.afina.tokenization.Encoding;
import dev.afina.training.StopCheck;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads texts with a model: from texts to tokens to logits, and what a {@link Task} makes of them.
 *
 * @param inference the model; shared by all readers of it in this precision
 * @param encoder how texts become tokens
 * @param serving what is refused, how long a call may take, and who is told
 */
record TextReader(Inference inference, TextEncoder encoder, ServingOptions serving) {

  TextReader {
    serving = serving.listener(ModelListeners.guarded(serving.listener()));
  }

  /** One that serves as it does by default. */
  TextReader(Inference inference, TextEncoder encoder) {
    this(inference, encoder, ServingOptions.standard());
  }

  /** A reader of the same model that serves in another way. */
  TextReader with(ServingOptions otherServing) {
    return new TextReader(inference, encoder, otherServing);
  }

  /** A reader with the same rules that computes with another model. */
  TextReader with(Inference otherInference) {
    return new TextReader(otherInference, encoder, serving);
  }

  /**
   * Reads a text.
   *
   * @throws OverloadedException when too many tokens are in flight
   * @throws DeadlineExceededException when it takes too long
   */
  <P> P read(Example example, Task<P, ?> task, Deadline deadline) {
    long begun = System.nanoTime();
    try {
      PendingLogits text;
      P prediction;
      try (NativeUse use = NativeUse.begin()) {
        text = submit(example, deadline);
        prediction = task.prediction(text.await().get(0));
      }
      tell(text, prediction, begun);
      return prediction;
    } catch (RuntimeException | Error e) {
      tell(e);
      throw e;
    }
  }

  /**
   * Begins to read a text.
   *
   * @param ended runs when the model is not needed for it any more
   * @return completes on the executor of the serving options
   */
  <P> CompletableFuture<P> readAsync(
      Example example, Task<P, ?> task, Deadline deadline, Runnable ended) {
    long begun = System.nanoTime();
    NativeUse.@Nullable Detached use = null;
    PendingLogits text;
    try {
      use = NativeUse.beginDetached();
      text = submit(example, deadline);
    } catch (RuntimeException | Error e) {
      if (use != null) {
        use.close();
      }
      ended.run();
      tell(e);
      return CompletableFuture.failedFuture(e);
    }
    NativeUse.Detached begunUse = use;
    CompletableFuture<List<float[]>> logits = text.future();
    CompletableFuture<?> unused =
        logits.whenComplete(
            (rows, failure) -> {
              begunUse.close();
              ended.run();
            });
    BiFunction<List<float[]>, Throwable, P> answering =
        (rows, failure) -> {
          if (failure != null) {
            tell(failure);
            throw PendingLogits.unchecked(failure);
          }
          P prediction = task.prediction(rows.get(0));
          tell(text, prediction, begun);
          return prediction;
        };
    CompletableFuture<P> answer =
        serving
            .executor()
            .map(executor -> logits.handleAsync(answering, executor))
            .orElseGet(() -> logits.handleAsync(answering));
    CompletableFuture<?> unusedEither =
        answer.whenComplete(
            (prediction, failure) -> {
              if (!logits.isDone()) { // somebody has cancelled or completed it
                text.fail(new CancellationException("nobody waits for this text any more"));
                serving.listener().cancelled();
              }
            });
    return answer;
  }

  /**
   * Reads many texts.
   *
   * @throws DeadlineExceededException when it takes too long
   */
  <P> List<P> read(Dataset data, Task<P, ?> task, Deadline deadline) {
    long begun = System.nanoTime();
    ModelListener listener = serving.listener();
    boolean isMeasured = listener != ModelListener.NONE;
    try {
      List<Encoding> texts = encoder.encode(data);
      ListCall call = new ListCall(deadline, isMeasured);
      List<P> predictions = inference.logits(texts, call).stream().map(task::prediction).toList();
      if (isMeasured) {
        call.tellOfBatches(listener);
        long tokens = texts.stream().mapToLong(Encoding::size).sum();
        listener.answered(
            ModelListener.Answer.of(
                predictions,
                tokens,
                Duration.ofNanos(call.queuedNanos()),
                Duration.ofNanos(System.nanoTime() - begun)));
      }
      return predictions;
    } catch (RuntimeException | Error e) {
      tell(e);
      throw e;
    }
  }

  /** Reads many texts, takes its time, and tells nobody: for evaluations. */
  <P> List<P> readQuietly(Dataset data, Task<P, ?> task) {
    return inference.logits(encoder.encode(data)).stream().map(task::prediction).toList();
  }

  /** The logits of texts that are tokens already; ends between some batches when it should. */
  List<float[]> logits(List<Encoding> texts, StopCheck stop) throws InterruptedIOException {
    return inference.logits(texts, stop);
  }

  /** Each text's passes with elements dropped. */
  <P> List<List<P>> readWithDropout(Dataset data, int passes, long seed, Task<P, ?> task) {
    return inference.logitsWithDropout(encoder.encode(data), passes, seed).stream()
        .map(ofText -> ofText.stream().map(task::prediction).toList())
        .toList();
  }

  private PendingLogits submit(Example example, Deadline deadline) {
    deadline.check();
    Encoding encoding = encoder.encode(example);
    deadline.check();
    return inference.submit(List.of(encoding), serving.tokensInFlight(), deadline);
  }

  private void tell(PendingLogits text, Object prediction, long begun) {
    ModelListener listener = serving.listener();
    if (listener == ModelListener.NONE) {
      return;
    }
    text.tellOfBatch(listener);
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
