package dev.afina;

import dev.afina.data.Dataset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a model that is replaced while it serves:
 *
 * <pre>{@code
 * try (ModelHandle<Prediction, Classifier> tickets =
 *     ModelHandle.<Prediction, Classifier>builder(Classifier.load("acme/tickets@v1"))
 *         .gate(ModelGate.notWorse(heldOut, "macro_f1", 0.01))
 *         .build()) {
 *   tickets.predict("My card has not arrived");
 *   tickets.swap(() -> Classifier.load("acme/tickets@v2")); // on a thread of yours; calls go on
 * }
 * }</pre>
 *
 * <p>Each call is served by one model from its begin to its end, a stream by one for each group of
 * texts. No call is lost and none meets a closed model: from the swap on new calls go to the new
 * model, and the old one is closed when its last call has ended. While a model is loaded there are
 * two in memory.
 *
 * <p>Make one and share it: all methods may be called from any thread.
 *
 * @param <P> what the models say of one text
 * @param <M> the models
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
    Served(M model) {
      this(model, new OpenCalls());
    }

    void closeAfterLastCall() {
      if (calls.close()) {
        model.close();
      }
    }
  }

  /** Loads a model. */
  @FunctionalInterface
  public interface Source<M> {
    /** A model that the caller closes. */
    M load() throws IOException;
  }

  /** Is told of swaps by the thread that swaps. What it throws is logged. */
  public interface Listener {
    /**
     * Calls go to the new model.
     *
     * @param swaps how many there were of this handle, this one included
     */
    default void swapped(int swaps) {}

    /**
     * The present model stays.
     *
     * @param reason what {@link ModelHandle#swap} throws: a {@link SwapRefusedException}, or what
     *     loading or evaluating threw
     */
    default void refused(Throwable reason) {}
  }

  /** What a handle is made of. Not thread safe. */
  public static final class Builder<P, M extends TextModel<P, ?>> {
    private final M model;
    private final List<ModelGate<? super M>> gates = new ArrayList<>();
    private @Nullable ServingOptions serving;
    private boolean anyLabels;
    private Listener listener = new Listener() {};

    private Builder(M model) {
      this.model = Objects.requireNonNull(model, "model");
    }

    /** Adds a gate; a new model must pass all, in their order. */
    public Builder<P, M> gate(ModelGate<? super M> gate) {
      gates.add(Objects.requireNonNull(gate, "gate"));
      return this;
    }

    /** Takes new models with other labels, too; by default they must be the same. */
    public Builder<P, M> anyLabels() {
      anyLabels = true;
      return this;
    }

    /** How each model serves, see {@link TextModel#withServing}; by default as it was loaded. */
    public Builder<P, M> serving(ServingOptions options) {
      serving = Objects.requireNonNull(options, "options");
      return this;
    }

    /** Tells this listener of swaps. */
    public Builder<P, M> listener(Listener told) {
      listener = Objects.requireNonNull(told, "listener");
      return this;
    }

    /** The handle, which takes the model over. */
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
    this.served = new Served<>(withServing(builder.model));
  }

  /** A handle that takes a model over; new ones must have its labels. */
  public static <P, M extends TextModel<P, ?>> ModelHandle<P, M> of(M model) {
    return ModelHandle.<P, M>builder(model).build();
  }

  /**
   * Starts a handle.
   *
   * @param model what it serves first; the handle takes it over
   */
  public static <P, M extends TextModel<P, ?>> Builder<P, M> builder(M model) {
    return new Builder<>(model);
  }

  /**
   * Loads a new model, asks the gates, and serves it in place of the present one. Returns when the
   * old model is closed, so not before its last call has ended: never call this within {@link
   * #call}. Where anything fails the present model stays, and the new one is closed. Of several
   * swaps one follows the other.
   *
   * @param source gives a model that the handle takes over: {@code () ->
   *     Classifier.load("acme/tickets@v2")}
   * @throws IOException when it cannot be loaded
   * @throws SwapRefusedException when a gate has an objection
   * @throws RuntimeException what loading, or a gate, throws
   * @throws IllegalStateException when this handle is closed, perhaps meanwhile
   */
  public void swap(Source<? extends M> source) throws IOException {
    Objects.requireNonNull(source, "source");
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
        served = new Served<>(candidate);
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
   * Lends the present model for a call: for what a {@link Predictor} does not have.
   *
   * <pre>{@code
   * tickets.call(model -> model.predict(text, Duration.ofMillis(50)));
   * }</pre>
   *
   * @param call must not keep the model, nor close it
   * @throws IllegalStateException when this handle is closed
   */
  public <R> R call(Function<? super M, R> call) {
    Served<M> lent = lend();
    try {
      return call.apply(lent.model);
    } finally {
      lent.calls.leave();
    }
  }

  private Served<M> lend() {
    while (true) {
      Served<M> now = served;
      if (now.calls.enter()) {
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
  public CompletableFuture<P> predictAsync(String text) {
    return callAsync(model -> model.predictAsync(text));
  }

  @Override
  public CompletableFuture<P> predictAsync(String text, String pair) {
    return callAsync(model -> model.predictAsync(text, pair));
  }

  /**
   * Lends the present model until a future completes.
   *
   * @param call must not keep the model, nor close it
   * @return the call's; a failed one when this handle is closed
   */
  public <R> CompletableFuture<R> callAsync(Function<? super M, CompletableFuture<R>> call) {
    Served<M> lent;
    try {
      lent = lend();
    } catch (IllegalStateException e) {
      return CompletableFuture.failedFuture(e);
    }
    boolean begun = false;
    try {
      CompletableFuture<R> result = call.apply(lent.model);
      CompletableFuture<?> unused = result.whenComplete((r, failure) -> lent.calls.leave());
      begun = true;
      return result;
    } finally {
      if (!begun) {
        lent.calls.leave();
      }
    }
  }

  /** How many swaps there were. */
  public int swaps() {
    return swaps.get();
  }

  /** What the present model has to do at this moment. */
  public InFlight inFlight() {
    return served.model.inFlight();
  }

  /** Closes the model, after running calls have ended. A swap that is loading is refused. */
  @Override
  public void close() {
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
