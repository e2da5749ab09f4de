package dev.afina;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.engine.Workers;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.PackedModel;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.tokenization.Encoding;
import dev.afina.training.StopCheck;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Runs a model over encoded texts, in batches of about equal length, on the {@link Workers}.
 *
 * <p>Single texts of concurrent callers wait in a queue, and a worker that becomes free takes all
 * of them at once: the busier it is, the larger the batches. Each caller blocks until its result is
 * ready, so the queue never holds more requests than there are calling threads.
 *
 * <p>A text's logits do not depend on the texts beside it but for float rounding: nothing is
 * padded.
 *
 * @param <P> what the model says of one text
 */
final class Predictor<P> {
  /** Bounds the memory of one forward pass: about 100 MB a layer for a base-sized model. */
  private static final int MAX_TOKENS_A_BATCH = 1024;

  private static final int MAX_TEXTS_A_BATCH = 64;

  /** Of one text's passes with dropout; a part of what those of a seed are, so it never changes. */
  private static final int MAX_TOKENS_OF_PASSES = 512;

  /** Below this, handing a batch to another thread costs more than it saves. */
  private static final int MIN_TOKENS_A_BATCH = 64;

  /** Of each worker: a few seconds with a base-sized model. */
  private static final int BATCHES_A_CHECK = 4;

  private final Model model;
  private final Optional<PackedModel> packed;
  private final Task<P, ?> task;
  private final Queue<Request<P>> waiting = new ConcurrentLinkedQueue<>();

  /** A single text and who waits for it. */
  private record Request<P>(Encoding text, CompletableFuture<P> result) {}

  /**
   * Takes over nothing.
   *
   * @param packed the same model, packed, where it could be
   */
  Predictor(Model model, Optional<PackedModel> packed, Task<P, ?> task) {
    this.model = model;
    this.packed = packed;
    this.task = task;
  }

  /** One text, together with those that other threads bring at the same time. */
  P predict(Encoding text) {
    Request<P> request = new Request<>(text, new CompletableFuture<>());
    try (NativeUse use = NativeUse.begin()) {
      waiting.add(request);
      Workers.submit(this::serveWaiting);
      return request.result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** Many texts, in their order. */
  List<P> predict(List<Encoding> texts) {
    try {
      return predict(texts, () -> {});
    } catch (InterruptedIOException e) {
      throw new AssertionError("a check that never stops has stopped", e);
    }
  }

  /** The same, which ends between some batches when it should. */
  List<P> predict(List<Encoding> texts, StopCheck stop) throws InterruptedIOException {
    List<P> predictions = new ArrayList<>(texts.size()); // in the order of the batches
    List<List<Integer>> batches = batches(texts);
    int batchesToCheck = BATCHES_A_CHECK * Workers.count();
    for (int from = 0; from < batches.size(); from += batchesToCheck) {
      stop.check();
      List<Supplier<List<P>>> work = new ArrayList<>();
      List<List<Integer>> round =
          batches.subList(from, Math.min(batches.size(), from + batchesToCheck));
      for (List<Integer> batch : round) {
        work.add(
            () ->
                computeNext(
                    batch.stream().map(texts::get).toList(),
                    i -> "text " + batch.get(i) + " (counted from 0)"));
      }
      run(work, stop).forEach(predictions::addAll);
    }
    return inOrder(predictions, batches.stream().flatMap(List::stream).mapToInt(i -> i).toArray());
  }

  /**
   * Predictions in the order of the texts.
   *
   * @param texts which text each prediction is of
   */
  private static <P> List<P> inOrder(List<P> predictions, int... texts) {
    int[] places = new int[texts.length];
    for (int i = 0; i < texts.length; i++) {
      places[texts[i]] = i;
    }
    return Arrays.stream(places).mapToObj(predictions::get).toList();
  }

  /**
   * Many passes over each text with elements dropped, by plain operators. Each text's passes are a
   * few batches that are always the same, so they depend on the seed and on nothing else.
   *
   * @return the passes of each text
   * @throws IllegalStateException when the model drops nothing
   */
  List<List<P>> predictWithDropout(List<Encoding> texts, int passes, long seed) {
    List<Supplier<List<P>>> work = new ArrayList<>();
    List<Integer> textOfWork = new ArrayList<>();
    List<Dropout> all = new ArrayList<>();
    for (int text = 0; text < texts.size(); text++) {
      Encoding encoding = texts.get(text);
      int name = text;
      int most = Math.max(1, MAX_TOKENS_OF_PASSES / encoding.size());
      Dropout dropouts = Dropout.seeded(seed, OptionalDouble.empty());
      all.add(dropouts);
      for (int from = 0; from < passes; from += most) {
        List<Encoding> copies = Collections.nCopies(Math.min(most, passes - from), encoding);
        Dropout own = dropouts.ofShard(from / most);
        work.add(
            () -> {
              NativeUse.requireGoingOn();
              return compute(
                  copies, i -> "text " + name + " (counted from 0)", b -> model.logits(b, own));
            });
        textOfWork.add(text);
      }
    }
    List<List<P>> results = new ArrayList<>();
    texts.forEach(text -> results.add(new ArrayList<>()));
    int batchesToCheck = BATCHES_A_CHECK * Workers.count();
    for (int from = 0; from < work.size(); from += batchesToCheck) {
      List<List<P>> round =
          Workers.run(work.subList(from, Math.min(work.size(), from + batchesToCheck)));
      for (int i = 0; i < round.size(); i++) {
        results.get(textOfWork.get(from + i)).addAll(round.get(i));
      }
    }
    if (!all.isEmpty() && all.stream().noneMatch(Dropout::isUsed)) {
      throw new IllegalStateException(
          "passes with dropout: nothing is dropped; the dropout rates in this model's config.json"
              + " are 0");
    }
    return results;
  }

  private static <T> List<T> run(List<Supplier<T>> work, StopCheck stop)
      throws InterruptedIOException {
    try {
      return Workers.run(work);
    } catch (IllegalStateException e) {
      stop.check(); // where the JVM is shutting down, a training says so in its own words
      throw e;
    }
  }

  /** On a worker: takes what waits, if another one has not yet done so. */
  private Runnable serveWaiting() {
    List<Request<P>> batch = new ArrayList<>();
    int tokens = 0;
    while (batch.size() < MAX_TEXTS_A_BATCH && tokens < MAX_TOKENS_A_BATCH) {
      Request<P> next = waiting.poll();
      if (next == null) {
        break;
      }
      batch.add(next);
      tokens += next.text.size();
    }
    return batch.isEmpty() ? () -> {} : serve(batch);
  }

  // Whatever goes wrong is the callers' to hear, else they would wait for ever.
  @SuppressWarnings("PMD.AvoidCatchingGenericException")
  private Runnable serve(List<Request<P>> batch) {
    try {
      List<P> predictions = computeNext(batch.stream().map(r -> r.text).toList(), i -> "the text");
      return () -> {
        for (int i = 0; i < batch.size(); i++) {
          batch.get(i).result.complete(predictions.get(i));
        }
      };
    } catch (RuntimeException | Error e) {
      if (batch.size() == 1) {
        return () -> batch.get(0).result.completeExceptionally(e);
      }
      // The failure belongs to one of them.
      List<Runnable> each = batch.stream().map(request -> serve(List.of(request))).toList();
      return () -> each.forEach(Runnable::run);
    }
  }

  /** On a worker: one batch, unless the JVM is shutting down. */
  private List<P> computeNext(List<Encoding> texts, IntFunction<String> names) {
    NativeUse.requireGoingOn();
    return compute(
        texts,
        names,
        batch -> packed.map(p -> p.logits(batch)).orElseGet(() -> model.logits(batch)));
  }

  /**
   * On a worker: one batch.
   *
   * @param names the texts in messages, by their place in the list
   * @param forward computes the logits of a batch
   * @throws IllegalStateException when logits are not finite
   */
  private List<P> compute(
      List<Encoding> texts, IntFunction<String> names, Function<PackedBatch, NDArray> forward) {
    try (Autograd.Mode off = Autograd.off();
        NDManager scope = PyTorch.newManager()) {
      PackedBatch batch = model.batch(texts, scope);
      float[] all = forward.apply(batch).toFloatArray();
      int outputs = task.labels().size();
      List<P> predictions = new ArrayList<>(texts.size()); // in the order of the batch
      for (int i = 0; i < batch.texts(); i++) {
        float[] row = Arrays.copyOfRange(all, i * outputs, (i + 1) * outputs);
        requireFinite(row, names, batch.index(i));
        predictions.add(task.prediction(row));
      }
      return inOrder(predictions, IntStream.range(0, batch.texts()).map(batch::index).toArray());
    }
  }

  private static void requireFinite(float[] logits, IntFunction<String> names, int text) {
    for (int label = 0; label < logits.length; label++) {
      if (!Float.isFinite(logits[label])) {
        throw new IllegalStateException(
            names.apply(text)
                + ": the model's output for label "
                + label
                + " is "
                + logits[label]
                + ", expected finite numbers; its weights are too large for this text: train it"
                + " again at a lower learning rate, or take another checkpoint");
      }
    }
  }

  /**
   * Texts by number, sorted by length and cut into batches that keep all workers busy. The longest
   * come first: so the last batches are small, and no worker waits long for the other's end.
   */
  private static List<List<Integer>> batches(List<Encoding> texts) {
    List<Integer> byLength =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> -texts.get(i).size()))
            .toList();
    long all = texts.stream().mapToLong(Encoding::size).sum();
    long share = (all + Workers.count() - 1) / Workers.count();
    long most = Math.max(MIN_TOKENS_A_BATCH, Math.min(MAX_TOKENS_A_BATCH, share));
    List<List<Integer>> batches = new ArrayList<>();
    List<Integer> batch = new ArrayList<>();
    int tokens = 0;
    for (int i : byLength) {
      int size = texts.get(i).size();
      if (batch.size() == MAX_TEXTS_A_BATCH || (!batch.isEmpty() && tokens + size > most)) {
        batches.add(batch);
        batch = new ArrayList<>();
        tokens = 0;
      }
      batch.add(i);
      tokens += size;
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }
}
