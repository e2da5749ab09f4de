package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.serving.OpenCalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a model that can be replaced while it is in use:
 *
 * <pre>{@code
 * try (ModelHandle<Prediction, Classifier> tickets =
 *     ModelHandle.builder(Classifier.load("acme/tickets@v1"))
 *         .gate(ModelGate.notWorse(heldOut, "macro_f1", 0.01))
 *         .build()) {
 *   tickets.predict("My card has not arrived");
 *   tickets.swap(() -> Classifier.load("acme/tickets@v2")); // on your own thread; calls go on
 * }
 * }</pre>
 *
 * <p>Each call is served by one model from start to end; a stream may change models between groups
 * of texts. No call fails because of a swap: new calls go to the new model, and the old one is
 * closed when its last call has ended. During a swap both models are in memory.
 *
 * <p>Create one and share it: all methods may be called concurrently from any thread.
 *
 * @param <P> the prediction for one text
 * @param <M> the type of the models
 */
public final class ModelHandle<P, M extends TextModel<P, ?>>
    implements Predictor<P>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ModelHandle.class);

  private final List<ModelGate<? super M>> gates;
  private final @Nullable ServingOptions serving;
  private final Listener listener;
  private final ReentrantLock swapping = new ReentrantLock(); // one swap at a time
  private final Object publishing = new Object();
  private volatile Served<M> served;
  private volatile boolean closed; // written with publishing
  private final AtomicInteger swaps = new AtomicInteger();

  /** A model and its running calls. */
  private record Served<M extends TextModel<?, ?>>(M model, OpenCalls calls) {
    void closeAfterLastCall() {
      if (calls.close()) {
        model.close();
      }
    }
  }

  /** Loads a model. */
  @FunctionalInterface
  public interface Source<M> {
    /** Returns a new model, which the caller closes. */
    M load() throws IOException;
  }

  /**
   * Receives swap events, on the thread that swaps. Exceptions that it throws are logged and
   * ignored.
   */
  public interface Listener {
    /**
     * Called when new calls go to the new model.
     *
     * @param swaps the number of swaps of this handle so far, this one included
     */
    default void swapped(int swaps) {}

    /**
     * Called when a swap has failed and the present model stays.
     *
     * @param reason what {@link ModelHandle#swap} is about to throw: a {@link
     *     SwapRefusedException}, or an exception from loading or evaluating the model
     */
    default void refused(Throwable reason) {}
  }

  /** Configures a handle. Not thread safe. */
  public static final class Builder<P, M extends TextModel<P, ?>> {
    private final M model;
    private final List<ModelGate<? super M>> gates = new ArrayList<>();
    private @Nullable ServingOptions serving;
    private boolean anyLabels;
    private Listener listener = new Listener() {};

    private Builder(M model) {
      this.model = Objects.requireNonNull(model, "model");
    }

    /** Adds a gate. A new model must pass all gates, which are asked in this order. */
    public Builder<P, M> gate(ModelGate<? super M> gate) {
      gates.add(Objects.requireNonNull(gate, "gate"));
      return this;
    }

    /** Also accepts new models with other labels; by default the labels must be the same. */
    public Builder<P, M> anyLabels() {
      anyLabels = true;
      return this;
    }

    /**
     * Sets the serving options of each model, see {@link TextModel#withServing}. Default: the
     * model's own.
     */
    public Builder<P, M> serving(ServingOptions options) {
      serving = Objects.requireNonNull(options, "options");
      return this;
    }

    /** Sets the listener of swaps. Default: none. */
    public Builder<P, M> listener(Listener told) {
      listener = Objects.requireNonNull(told, "listener");
      return this;
    }

    /** Creates the handle, which takes ownership of the model. */
    public ModelHandle<P, M> build() {
      return new ModelHandle<>(this);
    }
  }

  private ModelHandle(Builder<P, M> builder) {
    List<ModelGate<? super M>> all = new ArrayList<>();
    if (!builder.anyLabels) {
      all.add(ModelGate.sameLabels());
    }
    all.addAll(builder.gates);
    this.gates = List.copyOf(all);
    this.serving = builder.serving;
    this.listener = builder.listener;
    this.served = new Served<>(withServing(builder.model), new OpenCalls());
  }

  /** Creates a handle that takes ownership of a model and accepts new ones with the same labels. */
  public static <P, M extends TextModel<P, ?>> ModelHandle<P, M> of(M model) {
    return ModelHandle.<P, M>builder(model).build();
  }

  /**
   * Starts the configuration of a handle.
   *
   * @param model the first model; the handle takes ownership of it
   */
  public static <P, M extends TextModel<P, ?>> Builder<P, M> builder(M model) {
    return new Builder<>(model);
  }

  /**
   * Loads a new model, asks the gates, and serves the new model instead of the present one. Returns
   * once the old model is closed, that is, after its last call has ended. So call it neither within
   * {@link #call} nor from a {@link ModelListener}. If anything fails, the present model stays and
   * the new one is closed. Concurrent swaps run one after another.
   *
   * @param source loads the new model, of which the handle takes ownership: {@code () ->
   *     Classifier.load("acme/tickets@v2")}
   * @throws IOException if it cannot be loaded
   * @throws SwapRefusedException if a gate objects
   * @throws RuntimeException if loading or a gate throws one
   * @throws IllegalArgumentException if the source returns null or the model that is served
   * @throws IllegalStateException if this handle is closed, before or during the swap, or within a
   *     call of this handle on the same thread, which the swap would wait for
   */
  public void swap(Source<? extends M> source) throws IOException {
    Objects.requireNonNull(source, "source");
    served.calls.requireOutside();
    swapping.lock();
    try {
      requireOpen();
      Served<M> old = replace(source);
      int number = swaps.incrementAndGet();
      log.info("swap {}: new calls go to the new model", number);
      tell(l -> l.swapped(number));
      old.closeAfterLastCall();
    } catch (IOException | RuntimeException | Error e) {
      log.warn("no swap, the present model stays: {}", e.toString());
      tell(l -> l.refused(e));
      throw e;
    } finally {
      swapping.unlock();
    }
  }

  /** Publishes the new model; closes it where that fails. */
  private Served<M> replace(Source<? extends M> source) throws IOException {
    M candidate = source.load();
    if (candidate == null) {
      throw new IllegalArgumentException("source: gave null, expected a model");
    }
    Served<M> before = served;
    if (candidate == before.model) {
      throw new IllegalArgumentException("source: gave the model that is served, expected another");
    }
    boolean published = false;
    try {
      for (ModelGate<? super M> gate : gates) {
        Optional<String> objection = gate.objection(before.model, candidate);
        if (objection.isPresent()) {
          throw new SwapRefusedException(objection.get());
        }
      }
      candidate = withServing(candidate);
      synchronized (publishing) {
        requireOpen();
        served = new Served<>(candidate, new OpenCalls(before.calls));
        published = true;
      }
      return before;
    } finally {
      if (!published) {
        candidate.close();
      }
    }
  }

  /** The same model with the serving options of this handle, if it has any. */
  @SuppressWarnings("unchecked") // each model's withServing gives one of its own class
  private M withServing(M model) {
    if (serving == null) {
      return model;
    }
    M same = (M) model.withServing(serving);
    model.close();
    return same;
  }

  /**
   * Lends the present model for the duration of a call, for methods that {@link Predictor} does not
   * have.
   *
   * <pre>{@code
   * tickets.call(model -> model.predict(text, Duration.ofMillis(50)));
   * }</pre>
   *
   * @param call must neither keep the model nor close it
   * @throws IllegalStateException if this handle is closed
   */
  public <R> R call(Function<? super M, R> call) {
    Served<M> lent = lend(OpenCalls::enterHere);
    try {
      return call.apply(lent.model);
    } finally {
      lent.calls.leaveHere();
    }
  }

  private Served<M> lend(Predicate<OpenCalls> entering) {
    while (true) {
      Served<M> now = served;
      if (entering.test(now.calls)) {
        return now;
      }
      requireOpen(); // else it was replaced just now
    }
  }

  @Override
  public P predict(String text) {
    return call(model -> model.predict(text));
  }

  @Override
  public P predict(String text, String pair) {
    return call(model -> model.predict(text, pair));
  }

  @Override
  public List<P> predict(Dataset data) {
    return call(model -> model.predict(data));
  }

  @Override
  public Stream<P> predict(Stream<Example> texts, LongConsumer progress) {
    return withoutDeadline().predict(texts, progress);
  }

  @Override
  public Iterator<P> predict(Iterator<Example> texts) {
    return withoutDeadline().predict(texts);
  }

  private Predictor<P> withoutDeadline() {
    return data -> call(model -> model.withoutDeadline().predict(data));
  }

  @Override
  public CompletableFuture<P> predictAsync(String text) {
    return callAsync(model -> model.predictAsync(text));
  }

  @Override
  public CompletableFuture<P> predictAsync(String text, String pair) {
    return callAsync(model -> model.predictAsync(text, pair));
  }

  /**
   * Lends the present model until the returned future completes.
   *
   * @param call must neither keep the model nor close it
   * @return the call's future; a failed one if this handle is closed
   * @throws NullPointerException if the call returns null
   */
  public <R> CompletableFuture<R> callAsync(Function<? super M, CompletableFuture<R>> call) {
    Served<M> lent;
    try {
      lent = lend(OpenCalls::enterHere);
    } catch (IllegalStateException e) {
      return CompletableFuture.failedFuture(e);
    }
    boolean begun = false;
    try {
      CompletableFuture<R> result =
          Objects.requireNonNull(call.apply(lent.model), "call: expected a future, got null");
      begun = true;
      lent.calls.moveOn();
      return leavingFirst(result, lent.calls);
    } finally { // also of a checked exception, which Kotlin lets through
      if (!begun) {
        lent.calls.leaveHere();
      }
    }
  }

  /**
   * A future that completes as the other once the call has ended, so that what is chained to it may
   * close this handle.
   */
  private static <R> CompletableFuture<R> leavingFirst(
      CompletableFuture<R> result, OpenCalls calls) {
    CompletableFuture<R> given = new CompletableFuture<>();
    CompletableFuture<?> unused =
        result.whenComplete(
            (r, failure) -> {
              calls.leave();
              if (failure == null) {
                given.complete(r);
              } else {
                given.completeExceptionally(cause(failure));
              }
            });
    CompletableFuture<?> unusedEither = // somebody may cancel it, or complete it
        given.whenComplete((r, failure) -> result.cancel(false));
    return given;
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** The number of swaps so far. */
  public int swaps() {
    return swaps.get();
  }

  /** The load of the present model at this moment. */
  public InFlight inFlight() {
    return served.model.inFlight();
  }

  /**
   * Closes the model after running calls have ended. A swap in progress fails. Call it neither
   * within {@link #call} nor from a {@link ModelListener}; what is chained to a future may.
   *
   * @throws IllegalStateException within a call of this handle on the same thread, for which it
   *     would wait; the handle stays open
   */
  @Override
  public void close() {
    served.calls.requireOutside();
    Served<M> last;
    synchronized (publishing) {
      closed = true;
      last = served;
    }
    last.closeAfterLastCall();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this ModelHandle is closed");
    }
  }

  // Also an Error of a listener is none of the swap's.
  @SuppressWarnings("PMD.AvoidCatchingThrowable")
  private void tell(Consumer<Listener> event) {
    try {
      event.accept(listener);
    } catch (Throwable e) {
      log.warn("the listener {} failed: {}", listener.getClass().getName(), e.toString());
      log.debug("how the listener failed", e);
    }
  }
}
