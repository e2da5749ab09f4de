package dev.afina.internal.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.DeadlineExceededException;
import dev.afina.InFlight;
import dev.afina.ModelListener;
import dev.afina.OverloadedException;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.CoresIfAlone;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.engine.Workers;
import dev.afina.internal.engine.WrongKernelException;
import dev.afina.internal.model.HeadForm;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.Network;
import dev.afina.internal.model.PackedModel;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.Rows;
import dev.afina.tokenization.Encoding;
import dev.afina.training.StopCheck;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model in one precision, ready to predict: runs it over encoded texts on the {@link Workers}, in
 * batches of texts of similar length. Several {@code TextModel}s share it; the last of them to
 * close frees the packed layers. Thread safe.
 *
 * <p>Single texts of concurrent callers wait in a {@link TextQueue}, whose length in tokens is
 * limited. Lists are divided into {@link Batches}, of which they bring a few at a time to the
 * workers, in {@linkplain ListTurns turns}. While short single texts arrive, these batches are
 * small, and a short text waits for one of them at most.
 *
 * <p>Apart from float rounding a text's logits do not depend on the other texts of its batch,
 * because nothing is padded.
 */
public final class Inference {
  private static final Logger log = LoggerFactory.getLogger(Inference.class);

  /**
   * The maximum number of tokens in a batch of one text's passes with dropout. It determines which
   * random numbers a pass gets for a seed, so it must never change.
   */
  private static final int MAX_TOKENS_OF_PASSES = 512;

  private static final String LOGIT = "the model's output for label ";
  private static final String HIDDEN_STATE = "the model's hidden state, number ";

  /** The batches per worker between two stop checks: a few seconds with a base-sized model. */
  private static final int BATCHES_A_ROUND = 4;

  /** The rounds that all lists together have at the workers: one starts as another ends. */
  private static final int ROUNDS = 2;

  private final Model model;
  private final Optional<PackedModel> packed;
  private final Output logits;
  private final Output means;
  private final Output firsts;

  private final ListTurns turns =
      new ListTurns(ROUNDS * BATCHES_A_ROUND * Workers.count() * Batches.MAX_TOKENS);

  private final CoresIfAlone coresOfLists = new CoresIfAlone();
  private final TextsInFlight inFlight = new TextsInFlight();
  private final OpenCalls batches = new OpenCalls(); // of single texts
  private final AtomicBoolean packedIsWrong = new AtomicBoolean();
  private int owners;

  /**
   * One kind of result (logits or pooled hidden states) and the queue of the single texts that wait
   * for it.
   */
  private final class Output {
    final Function<PackedBatch, NDArray> forward;
    final String number;
    final TextQueue single =
        new TextQueue(texts -> computeBatch(texts, this, i -> "the text"), inFlight, batches);

    /**
     * @param forward computes the results of a batch: the same number of floats for each text, in
     *     the order of the batch
     * @param number the name of one such float in messages, to be followed by its index
     */
    Output(Function<PackedBatch, NDArray> forward, String number) {
      this.forward = forward;
      this.number = number;
    }
  }

  /**
   * Takes ownership of the packed model.
   *
   * @param model stays the caller's
   * @param packed the same model in packed form; empty if it could not be packed
   */
  public Inference(Model model, Optional<PackedModel> packed) {
    this.model = model;
    this.packed = packed;
    this.logits =
        new Output(batch -> pass(packed, network -> network.logits(batch, Dropout.NONE)), LOGIT);
    this.means =
        new Output(
            batch ->
                pass(
                    ofHiddenStates(),
                    network -> batch.means(network.hidden(batch, Rows.ALL, Dropout.NONE))),
            HIDDEN_STATE);
    this.firsts =
        new Output(
            batch ->
                pass(ofHiddenStates(), network -> network.hidden(batch, Rows.FIRST, Dropout.NONE)),
            HIDDEN_STATE);
  }

  /**
   * Computes by the packed network, or by the plain one if there is none. Some kernels are compared
   * with plain operators only when a batch first needs them. If one of them is wrong here, the
   * plain network computes this batch and all later ones.
   */
  private NDArray pass(Optional<PackedModel> fast, Function<Network, NDArray> work) {
    if (fast.isPresent() && !packedIsWrong.get()) {
      try {
        return work.apply(fast.get().network());
      } catch (WrongKernelException e) {
        if (packedIsWrong.compareAndSet(false, true)) {
          log.warn(
              "packed layers in {} are not usable here: {}; the plain path serves in FLOAT32, slower",
              fast.get().format(),
              e.getMessage());
        }
      }
    }
    return work.apply(model.network());
  }

  public synchronized void addOwner() {
    owners++;
  }

  /**
   * The last one waits for batches whose callers have given up, so that afterwards nothing computes
   * with the model.
   */
  public synchronized void removeOwner() {
    owners--;
    if (owners == 0) {
      boolean unused = batches.close();
      packed.ifPresent(PackedModel::close);
    }
  }

  /** Whether the last owner is gone, so that the packed model is freed. */
  public synchronized boolean isFreed() {
    return owners == 0;
  }

  /** The texts of single calls that are queued or being computed, for logits or hidden states. */
  public InFlight inFlight() {
    return inFlight.now();
  }

  /**
   * Queues a text, to be computed together with those of other threads. The caller must have begun
   * a {@link NativeUse} for as long as it waits.
   *
   * @param windows the text, or the windows of a document
   * @param limit the number of tokens in flight at which the text is rejected
   * @throws OverloadedException if there are that many
   */
  public PendingLogits submit(List<Encoding> windows, long limit, Deadline deadline) {
    return logits.single.add(windows, limit, deadline);
  }

  /**
   * The logits of one text, computed together with those of other threads.
   *
   * @throws DeadlineExceededException if it takes too long
   */
  public float[] logits(Encoding text, Deadline deadline) {
    try (NativeUse use = NativeUse.begin()) {
      return submit(List.of(text), Long.MAX_VALUE, deadline).await().get(0);
    }
  }

  /**
   * The pooled hidden states of one text's windows, computed together with those of other threads.
   *
   * @throws OverloadedException if {@code limit} tokens are in flight
   * @throws DeadlineExceededException if it takes too long
   */
  public List<float[]> hidden(
      List<Encoding> windows, HeadForm.Pooling pooling, long limit, Deadline deadline) {
    try (NativeUse use = NativeUse.begin()) {
      return pooled(pooling).single.add(windows, limit, deadline).await();
    }
  }

  /**
   * The pooled hidden states of many texts, in their order.
   *
   * @param names names the texts in messages, by index
   * @throws DeadlineExceededException if the deadline of the call passes; checked between batches
   */
  public List<float[]> hidden(
      List<Encoding> texts, HeadForm.Pooling pooling, IntFunction<String> names, ListCall call) {
    return compute(texts, pooled(pooling), names, call);
  }

  /** The packed model, if it computes hidden states correctly on this machine. */
  private Optional<PackedModel> ofHiddenStates() {
    return packed.filter(PackedModel::givesHiddenStates);
  }

  private Output pooled(HeadForm.Pooling pooling) {
    packed.ifPresent(PackedModel::givesHiddenStates); // tests kernels the first time
    return pooling == HeadForm.Pooling.MEAN ? means : firsts;
  }

  /**
   * The logits of many texts, in their order.
   *
   * @param names names the texts in messages, by index
   * @throws DeadlineExceededException if the deadline of the call passes; checked between batches
   */
  public List<float[]> logits(List<Encoding> texts, IntFunction<String> names, ListCall call) {
    return compute(texts, logits, names, call);
  }

  private List<float[]> compute(
      List<Encoding> texts, Output output, IntFunction<String> names, ListCall call) {
    try {
      return compute(texts, output, names, () -> {}, call);
    } catch (InterruptedIOException e) {
      throw new AssertionError("a check that never stops has stopped", e);
    }
  }

  /**
   * The logits of many texts, in their order.
   *
   * @throws InterruptedIOException from {@code stop}, which is called every few batches
   */
  public List<float[]> logits(List<Encoding> texts, IntFunction<String> names, StopCheck stop)
      throws InterruptedIOException {
    return compute(texts, logits, names, stop, ListCall.undivided());
  }

  private List<float[]> compute(
      List<Encoding> texts, Output output, IntFunction<String> names, StopCheck stop, ListCall call)
      throws InterruptedIOException {
    List<float[]> rows = new ArrayList<>(texts.size()); // in the order of the batches
    List<List<Integer>> batches = Batches.of(texts);
    int batchesOfRound = BATCHES_A_ROUND * Workers.count();
    for (int from = 0; from < batches.size(); from += batchesOfRound) {
      stop.check();
      List<List<Integer>> round =
          batches.subList(from, Math.min(batches.size(), from + batchesOfRound));
      if (call.isDividedForOthers() && Workers.shortOnesCome()) {
        round = round.stream().flatMap(b -> Batches.smaller(b, texts).stream()).toList();
      }
      computeRound(round, texts, output, names, stop, call).forEach(rows::addAll);
    }
    return inOrder(rows, batches.stream().flatMap(List::stream).mapToInt(i -> i).toArray());
  }

  private List<List<float[]>> computeRound(
      List<List<Integer>> round,
      List<Encoding> texts,
      Output output,
      IntFunction<String> names,
      StopCheck stop,
      ListCall call)
      throws InterruptedIOException {
    List<Supplier<List<float[]>>> work = new ArrayList<>();
    long tokens = 0;
    for (List<Integer> batch : round) {
      List<Encoding> inBatch = batch.stream().map(texts::get).toList();
      int size = inBatch.stream().mapToInt(Encoding::size).sum();
      work.add(() -> computeOfList(inBatch, output, size, call, i -> names.apply(batch.get(i))));
      tokens += size;
    }
    int turn = turns.begin(tokens, call.deadline());
    try {
      return run(work, tokens, stop);
    } finally {
      turns.end(turn);
    }
  }

  private <T> List<T> run(List<Supplier<T>> work, long tokens, StopCheck stop)
      throws InterruptedIOException {
    try {
      return Workers.run(work, coresOfLists.of(tokens));
    } catch (IllegalStateException e) {
      stop.check(); // where the JVM is shutting down, a training says so in its own words
      throw e;
    }
  }

  /** On a worker: computes a batch of a list, unless the deadline of the call has passed. */
  private List<float[]> computeOfList(
      List<Encoding> texts, Output output, int tokens, ListCall call, IntFunction<String> names) {
    call.deadline().check();
    call.begin();
    long begun = System.nanoTime();
    List<float[]> rows = computeBatch(texts, output, names);
    Duration time = Duration.ofNanos(System.nanoTime() - begun);
    coresOfLists.took(time.toNanos(), tokens);
    call.computed(ModelListener.Batch.of(texts.size(), tokens, time));
    return rows;
  }

  /**
   * Sorts rows into the order of the texts.
   *
   * @param texts the index of the text of each row
   */
  private static List<float[]> inOrder(List<float[]> rows, int... texts) {
    int[] places = new int[texts.length];
    for (int i = 0; i < texts.length; i++) {
      places[texts[i]] = i;
    }
    return Arrays.stream(places).mapToObj(rows::get).toList();
  }

  /** Some of the passes over a window. */
  private record Passes(int window, Supplier<List<float[]>> logits) {}

  /**
   * The logits of several passes with dropout over each text, by plain operators. The passes over a
   * text are divided into batches in a fixed way, so they depend on the seed and on nothing else.
   *
   * @return for each window, one text after the other, the logits of its passes
   * @throws IllegalStateException if all dropout rates are 0
   */
  public List<List<float[]>> logitsWithDropout(List<List<Encoding>> texts, int passes, long seed) {
    List<Dropout> dropouts = new ArrayList<>(); // by text
    List<Passes> work = passes(texts, passes, seed, dropouts);
    List<List<float[]>> results = new ArrayList<>();
    texts.forEach(windows -> windows.forEach(window -> results.add(new ArrayList<>())));
    int batchesOfRound = BATCHES_A_ROUND * Workers.count();
    for (int from = 0; from < work.size(); from += batchesOfRound) {
      List<Passes> round = work.subList(from, Math.min(work.size(), from + batchesOfRound));
      List<List<float[]>> logits;
      int turn = turns.begin(turns.limit() / ROUNDS, Deadline.NONE);
      try {
        logits = Workers.run(round.stream().map(Passes::logits).toList());
      } finally {
        turns.end(turn);
      }
      for (int i = 0; i < round.size(); i++) {
        results.get(round.get(i).window()).addAll(logits.get(i));
      }
    }
    if (!dropouts.isEmpty() && dropouts.stream().noneMatch(Dropout::isUsed)) {
      throw new IllegalStateException(
          "passes with dropout: nothing is dropped; the dropout rates in this model's config.json"
              + " are 0");
    }
    return results;
  }

  /**
   * @param dropouts gets one for each text
   */
  private List<Passes> passes(
      List<List<Encoding>> texts, int count, long seed, List<Dropout> dropouts) {
    List<Passes> work = new ArrayList<>();
    int window = 0;
    for (int text = 0; text < texts.size(); text++) {
      Dropout dropout = Dropout.seeded(seed, OptionalDouble.empty());
      dropouts.add(dropout);
      String name = "text " + text + " (counted from 0)";
      int part = 0;
      for (Encoding encoding : texts.get(text)) {
        int most = Math.max(1, MAX_TOKENS_OF_PASSES / encoding.size());
        for (int from = 0; from < count; from += most) {
          List<Encoding> copies = Collections.nCopies(Math.min(most, count - from), encoding);
          Dropout own = dropout.ofShard(part);
          part++;
          Output output = new Output(batch -> model.logits(batch, own), LOGIT);
          work.add(new Passes(window, () -> computeBatch(copies, output, i -> name)));
        }
        window++;
      }
    }
    return work;
  }

  /**
   * On a worker: computes one batch, unless the JVM is shutting down.
   *
   * @param names names the texts in messages, by index
   * @return a row for each text, in the order of the list
   * @throws IllegalStateException if a number is not finite
   */
  private List<float[]> computeBatch(
      List<Encoding> texts, Output output, IntFunction<String> names) {
    NativeUse.requireNotShuttingDown();
    try (Autograd.Mode off = Autograd.off();
        NDManager scope = PyTorch.newManager()) {
      PackedBatch batch = model.batch(texts, scope);
      float[] all = output.forward.apply(batch).toFloatArray();
      int size = all.length / batch.texts();
      List<float[]> rows = new ArrayList<>(texts.size()); // in the order of the batch
      for (int i = 0; i < batch.texts(); i++) {
        float[] row = Arrays.copyOfRange(all, i * size, (i + 1) * size);
        requireFinite(row, output, names, batch.index(i));
        rows.add(row);
      }
      return inOrder(rows, IntStream.range(0, batch.texts()).map(batch::index).toArray());
    }
  }

  private static void requireFinite(
      float[] row, Output output, IntFunction<String> names, int text) {
    for (int i = 0; i < row.length; i++) {
      if (!Float.isFinite(row[i])) {
        throw new IllegalStateException(
            names.apply(text)
                + ": "
                + output.number
                + i
                + " is "
                + row[i]
                + ", expected finite numbers; its weights are too large for this text: train it"
                + " again at a lower learning rate, or take another checkpoint");
      }
    }
  }
}
