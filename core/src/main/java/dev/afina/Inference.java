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
 * A model in one precision, ready to predict: runs it over encoded texts, in batches of about equal
 * length, on the {@link Workers}. Several {@link TextModel}s share it; the last of them to close
 * frees what is packed.
 *
 * <p>Single texts of concurrent callers wait in a queue, and a worker that becomes free takes all
 * of them at once: the busier it is, the larger the batches. Each caller blocks until its result is
 * ready, so the queue never holds more requests than there are calling threads.
 *
 * <p>A text's logits do not depend on the texts beside it but for float rounding: nothing is
 * padded.
 */
final class Inference {
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
  private final Queue<Request> waiting = new ConcurrentLinkedQueue<>();
  private int owners;

  /** A single text and who waits for its logits. */
  private record Request(Encoding text, CompletableFuture<float[]> result) {}

  /**
   * Takes over what is packed.
   *
   * @param model stays the caller's
   * @param packed the same model, packed, where it could be
   */
  Inference(Model model, Optional<PackedModel> packed) {
    this.model = model;
    this.packed = packed;
  }

  /**
   * Packs a model.
   *
   * @throws IllegalStateException where this machine cannot compute in the precision
   */
  static Inference of(Model model, Precision precision) {
    return new Inference(model, precision.pack(model));
  }

  synchronized void addOwner() {
    owners++;
  }

  synchronized void removeOwner() {
    owners--;
    if (owners == 0) {
      packed.ifPresent(PackedModel::close);
    }
  }

  /** The logits of one text, together with those that other threads bring at the same time. */
  float[] logits(Encoding text) {
    Request request = new Request(text, new CompletableFuture<>());
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

  /** The logits of many texts, in their order. */
  List<float[]> logits(List<Encoding> texts) {
    try {
      return logits(texts, () -> {});
    } catch (InterruptedIOException e) {
      throw new AssertionError("a check that never stops has stopped", e);
    }
  }

  /** The same, which ends between some batches when it should. */
  List<float[]> logits(List<Encoding> texts, StopCheck stop) throws InterruptedIOException {
    List<float[]> logits = new ArrayList<>(texts.size()); // in the order of the batches
    List<List<Integer>> batches = batches(texts);
    int batchesToCheck = BATCHES_A_CHECK * Workers.count();
    for (int from = 0; from < batches.size(); from += batchesToCheck) {
      stop.check();
      List<Supplier<List<float[]>>> work = new ArrayList<>();
      List<List<Integer>> round =
          batches.subList(from, Math.min(batches.size(), from + batchesToCheck));
      for (List<Integer> batch : round) {
        work.add(
            () ->
                computeNext(
                    batch.stream().map(texts::get).toList(),
                    i -> "text " + batch.get(i) + " (counted from 0)"));
      }
      run(work, stop).forEach(logits::addAll);
    }
    return inOrder(logits, batches.stream().flatMap(List::stream).mapToInt(i -> i).toArray());
  }

  /**
   * Logits in the order of the texts.
   *
   * @param texts which text each row is of
   */
  private static List<float[]> inOrder(List<float[]> rows, int... texts) {
    int[] places = new int[texts.length];
    for (int i = 0; i < texts.length; i++) {
      places[texts[i]] = i;
    }
    return Arrays.stream(places).mapToObj(rows::get).toList();
  }

  /**
   * Many passes over each text with elements dropped, by plain operators. Each text's passes are a
   * few batches that are always the same, so they depend on the seed and on nothing else.
   *
   * @return the logits of each text's passes
   * @throws IllegalStateException when the model drops nothing
   */
  List<List<float[]>> logitsWithDropout(List<Encoding> texts, int passes, long seed) {
    List<Supplier<List<float[]>>> work = new ArrayList<>();
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
    List<List<float[]>> results = new ArrayList<>();
    texts.forEach(text -> results.add(new ArrayList<>()));
    int batchesToCheck = BATCHES_A_CHECK * Workers.count();
    for (int from = 0; from < work.size(); from += batchesToCheck) {
      List<List<float[]>> round =
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
    List<Request> batch = new ArrayList<>();
    int tokens = 0;
    while (batch.size() < MAX_TEXTS_A_BATCH && tokens < MAX_TOKENS_A_BATCH) {
      Request next = waiting.poll();
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
  private Runnable serve(List<Request> batch) {
    try {
      List<float[]> logits = computeNext(batch.stream().map(r -> r.text).toList(), i -> "the text");
      return () -> {
        for (int i = 0; i < batch.size(); i++) {
          batch.get(i).result.complete(logits.get(i));
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
  private List<float[]> computeNext(List<Encoding> texts, IntFunction<String> names) {
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
  private List<float[]> compute(
      List<Encoding> texts, IntFunction<String> names, Function<PackedBatch, NDArray> forward) {
    try (Autograd.Mode off = Autograd.off();
        NDManager scope = PyTorch.newManager()) {
      PackedBatch batch = model.batch(texts, scope);
      float[] all = forward.apply(batch).toFloatArray();
      int outputs = all.length / batch.texts();
      List<float[]> rows = new ArrayList<>(texts.size()); // in the order of the batch
      for (int i = 0; i < batch.texts(); i++) {
        float[] row = Arrays.copyOfRange(all, i * outputs, (i + 1) * outputs);
        requireFinite(row, names, batch.index(i));
        rows.add(row);
      }
      return inOrder(rows, IntStream.range(0, batch.texts()).map(batch::index).toArray());
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
