package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.PackedKernels.Activation;
import dev.afina.internal.engine.PlainLayer.Weights;
import dev.afina.internal.vector.Linear;
import dev.afina.internal.vector.Norm;
import dev.afina.internal.vector.VectorApi;
import dev.afina.internal.vector.VectorNetwork;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes the logits of single short texts in Java where that is faster than a native call. Only
 * in a JVM that was started with the Vector API, see {@link VectorApi}.
 *
 * <p>Little is done before some such texts have come. Then a thread copies the weights and computes
 * made-up texts until the JVM has compiled the code. Of the texts that come then, each goes the way
 * that has been faster ({@link FasterOfTwo}). The first one of each length that would go to Java is
 * computed both ways: if the logits differ, Java is never used again. A text that takes Java much
 * longer than usual is given up and computed natively.
 *
 * <p>Thread safe. Does not own the weights, which must stay open until this is closed.
 */
final class ShortTexts implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ShortTexts.class);

  /** For a text of 128 tokens Java is no faster. */
  private static final int MOST_TOKENS = 64;

  /** The texts that must have come before the weights are copied. */
  private static final int FIRST_TEXTS = 16;

  /** The texts to wait for where the heap has no room for a copy of the weights. */
  private static final int LATER = 1_000;

  /** A text is given up after so many times what the faster way takes. */
  private static final int PATIENCE = 4;

  /** In tokens: tiles of all heights, see Products. */
  private static final int[] MADE_UP = {16, 9, 7};

  /** At least so many of each length. MiniLM's thirteenth takes about as long as later ones. */
  private static final int MADE_UP_TEXTS = 30;

  /** For each length at least: a text of a tiny model hardly counts for C2. */
  private static final long MADE_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** For all of them at most. A large model may end sooner than its third length. */
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final Set<Activation> KNOWN =
      EnumSet.of(Activation.LINEAR, Activation.GELU, Activation.RELU, Activation.TANH);

  /** Compilers and caches are shared, so models are prepared one after the other. */
  private static final Object PREPARING = new Object();

  private final VectorNetwork.Embeddings embeddings;
  private final int hidden;
  private final List<Layer> layers;
  private final Unpacked dense;
  private final Unpacked output;
  private final double tolerance;
  private final FasterOfTwo[] faster = new FasterOfTwo[2 * FasterOfTwo.CLASSES]; // native, Java
  private final BitSet right = new BitSet(); // by length, once compared; guarded by itself
  private final AtomicInteger texts = new AtomicInteger(); // that came before it was ready
  private final Object reading = new Object(); // held while weights are read
  private volatile boolean isOver; // closed, or Java is not used again; then there is no network
  private volatile @Nullable VectorNetwork network; // written under reading

  /** A linear layer in PyTorch's memory. */
  private record Unpacked(
      FloatBuffer weight, FloatBuffer bias, int in, int out, Activation activation) {

    static Unpacked of(Weights weights, Activation activation) {
      Shape shape = weights.weight().getShape();
      return new Unpacked(
          PyTorch.memory(weights.weight()),
          PyTorch.memory(weights.bias()),
          (int) shape.get(1),
          (int) shape.get(0),
          activation);
    }

    Linear copy() {
      return new Linear(
          weight, bias, in, out, dev.afina.internal.vector.Activation.valueOf(activation.name()));
    }
  }

  /**
   * A layer.
   *
   * @param linears query, key, value, output, intermediate, narrow
   */
  private record Layer(List<Unpacked> linears, Norm attentionNorm, Norm outputNorm) {

    static Layer of(PlainLayer layer) {
      return new Layer(
          List.of(
              Unpacked.of(layer.query(), Activation.LINEAR),
              Unpacked.of(layer.key(), Activation.LINEAR),
              Unpacked.of(layer.value(), Activation.LINEAR),
              Unpacked.of(layer.output(), Activation.LINEAR),
              Unpacked.of(layer.intermediate(), layer.activation()),
              Unpacked.of(layer.narrow(), Activation.LINEAR)),
          norm(layer.attentionNorm(), layer.epsilon()),
          norm(layer.outputNorm(), layer.epsilon()));
    }

    VectorNetwork.Layer copy(int heads, double scale) {
      List<Linear> copies = linears.stream().map(Unpacked::copy).toList();
      return new VectorNetwork.Layer(
          copies.get(0),
          copies.get(1),
          copies.get(2),
          heads,
          scale,
          copies.get(3),
          attentionNorm,
          copies.get(4),
          copies.get(5),
          outputNorm);
    }

    long floats() {
      return linears.stream().mapToLong(l -> (long) l.in * l.out).sum();
    }
  }

  private ShortTexts(
      PackedNetwork.Tables tables,
      List<PlainLayer> layers,
      PackedNetwork.Head head,
      double tolerance) {
    this.embeddings =
        new VectorNetwork.Embeddings(
            tables.tables().stream().map(PyTorch::memory).toList(),
            norm(new Weights(tables.weight(), tables.bias()), tables.epsilon()));
    this.hidden = (int) tables.weight().size();
    this.layers = layers.stream().map(Layer::of).toList();
    this.dense = Unpacked.of(new Weights(head.weight(), head.bias()), head.activation());
    this.output =
        Unpacked.of(new Weights(head.outputWeight(), head.outputBias()), Activation.LINEAR);
    this.tolerance = tolerance;
    Arrays.setAll(faster, i -> new FasterOfTwo());
  }

  /**
   * For a network whose layers are known as they were before they were packed.
   *
   * @param layers may be empty: they are not known
   * @return empty if Java cannot compute it, or the JVM has no Vector API
   */
  static Optional<ShortTexts> of(
      PackedNetwork.Tables tables,
      List<PlainLayer> layers,
      PackedNetwork.Head head,
      PackedFormat format) {
    if (!VectorApi.isThere()
        || format != PackedFormat.FLOAT32
        || layers.isEmpty()
        || !KNOWN.contains(head.activation())
        || !tables.tables().stream().allMatch(ShortTexts::fitsABuffer)
        || !layers.stream().allMatch(layer -> KNOWN.contains(layer.activation()))) {
      return Optional.empty();
    }
    return Optional.of(new ShortTexts(tables, layers, head, format.tolerance()));
  }

  /** Buffers have less than 2 GiB. */
  private static boolean fitsABuffer(NDArray table) {
    return table.size() * Float.BYTES <= Integer.MAX_VALUE;
  }

  private static Norm norm(Weights weights, double epsilon) {
    return new Norm(
        PyTorch.memory(weights.weight()),
        PyTorch.memory(weights.bias()),
        (int) weights.weight().size(),
        epsilon);
  }

  /**
   * Computes logits the faster way.
   *
   * @param ids T numbers for each table, in range
   * @param natively the other way
   * @return (R, C), in {@code manager}
   */
  NDArray logits(
      List<long[]> ids, AttentionCall call, NDManager manager, Supplier<NDArray> natively) {
    int tokens = ids.get(0).length;
    boolean isShortText =
        tokens <= MOST_TOKENS
            && call.firstOnly()
            && call.texts().length == 1
            && call.texts()[0] == 1
            && call.biases().isEmpty()
            && call.rotary().isEmpty();
    if (!isShortText) {
      return natively.get();
    }
    int cores = Workers.coresOfThread();
    FasterOfTwo choice = choice(cores, tokens);
    VectorNetwork java = network;
    if (java == null) {
      prepareAfterSome(call);
      return timed(choice, tokens, natively);
    }
    if (!isRight(tokens) && (choice.isSecond() || choice.nanos(tokens) == 0)) {
      NDArray expected = timed(choice, tokens, natively);
      Optional<float[]> got = inJava(java, ids, cores, choice);
      got.ifPresent(logits -> compare(logits, expected.toFloatArray(), tokens));
      return expected;
    }
    if (choice.isSecond()) {
      Optional<float[]> logits = inJava(java, ids, cores, choice);
      if (logits.isPresent()) {
        return manager.create(logits.get(), new Shape(1, logits.get().length));
      }
    }
    return timed(choice, tokens, natively);
  }

  /** What decides for a text: native, or Java. */
  FasterOfTwo choice(int cores, int tokens) {
    int all = cores > 1 ? FasterOfTwo.CLASSES : 0;
    return faster[all + FasterOfTwo.classOf(tokens)];
  }

  /** Whether Java may be used from now on. */
  boolean isReady() {
    return network != null;
  }

  /** Whether Java is never used again. */
  boolean isOver() {
    return isOver;
  }

  /** Whether a text of this length had the same logits both ways. */
  boolean isRight(int tokens) {
    synchronized (right) {
      return right.get(tokens);
    }
  }

  private static NDArray timed(FasterOfTwo choice, int tokens, Supplier<NDArray> natively) {
    long begun = System.nanoTime();
    NDArray logits = natively.get();
    choice.took(false, System.nanoTime() - begun, tokens);
    return logits;
  }

  // A failure here, of memory or of threads, is not worth an error: there is another way.
  @SuppressWarnings("PMD.AvoidCatchingThrowable")
  private Optional<float[]> inJava(
      VectorNetwork java, List<long[]> ids, int cores, FasterOfTwo choice) {
    int tokens = ids.get(0).length;
    long begun = System.nanoTime();
    try {
      long patience = (long) (PATIENCE * choice.nanos(tokens));
      Optional<float[]> logits = java.logits(ids, cores, begun + patience);
      choice.took(true, System.nanoTime() - begun, tokens);
      return logits;
    } catch (Throwable e) {
      refuse("a text of " + tokens + " tokens failed", e);
      return Optional.empty();
    }
  }

  private void compare(float[] got, float[] expected, int tokens) {
    double greatest = 1;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      greatest = Math.max(greatest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(got[i] - expected[i])); // NaN, if one is
    }
    if (difference <= tolerance * greatest && Double.isFinite(greatest)) {
      synchronized (right) {
        right.set(tokens);
      }
    } else if (Double.isFinite(greatest)) { // else the model is wrong, which others report
      refuse(
          String.format(Locale.ROOT, "logits of %d tokens differ by %.1e", tokens, difference),
          null);
    }
  }

  private void refuse(String why, @Nullable Throwable cause) {
    synchronized (reading) {
      if (isOver) {
        return;
      }
      isOver = true;
      network = null;
    }
    log.warn("short texts are not computed in Java here: {}; PyTorch serves", why, cause);
  }

  /** Starts to prepare once some texts have come. */
  private void prepareAfterSome(AttentionCall call) {
    if (texts.incrementAndGet() != FIRST_TEXTS || isOver) {
      return;
    }
    int heads = call.heads();
    double scale = call.scale();
    Thread thread = new Thread(() -> prepare(heads, scale), "afina-vector-preparing");
    thread.setDaemon(true);
    thread.setContextClassLoader(ShortTexts.class.getClassLoader()); // not the caller's
    try {
      thread.start();
    } catch (OutOfMemoryError e) { // the system refuses a thread
      refuse("they could not be prepared", e);
    }
  }

  // An OutOfMemoryError among them: the copy is not needed.
  @SuppressWarnings("PMD.AvoidCatchingThrowable")
  private void prepare(int heads, double scale) {
    try {
      synchronized (PREPARING) {
        if (!hasRoom()) {
          log.debug("no room on the heap for the weights of short texts; later, perhaps");
          texts.set(FIRST_TEXTS - LATER);
          return;
        }
        List<VectorNetwork.Layer> copies = new ArrayList<>();
        for (Layer layer : layers) {
          Optional<VectorNetwork.Layer> copy = unlessOver(() -> layer.copy(heads, scale));
          copy.ifPresent(copies::add);
        }
        Optional<VectorNetwork.Head> head =
            unlessOver(() -> new VectorNetwork.Head(dense.copy(), output.copy()));
        if (head.isPresent()) {
          warmUp(copies, head.get());
          VectorNetwork ready = new VectorNetwork(embeddings, copies, head.get());
          Object unused = unlessOver(() -> network = ready);
        }
      }
    } catch (Throwable e) {
      refuse("they could not be prepared", e);
    }
  }

  private boolean hasRoom() {
    Runtime jvm = Runtime.getRuntime();
    long free = jvm.maxMemory() - jvm.totalMemory() + jvm.freeMemory();
    return Float.BYTES * layers.stream().mapToLong(Layer::floats).sum() <= free / 2;
  }

  /** Does a part of the preparation, for which {@link #close} waits. */
  private <T> Optional<T> unlessOver(Supplier<T> part) {
    synchronized (reading) {
      return isOver ? Optional.empty() : Optional.of(part.get());
    }
  }

  /** Computes made-up texts, with a table of their own: the model's may be closed meanwhile. */
  private void warmUp(List<VectorNetwork.Layer> copies, VectorNetwork.Head head) {
    FloatBuffer table = FloatBuffer.allocate(hidden);
    for (int i = 0; i < hidden; i++) {
      table.put(i, i % 7 - 3);
    }
    VectorNetwork made =
        new VectorNetwork(
            new VectorNetwork.Embeddings(List.of(table), embeddings.norm()), copies, head);
    long end = System.nanoTime() + WARM_UP_NANOS;
    int computed = 0;
    for (int tokens : MADE_UP) {
      long enough = System.nanoTime() + MADE_UP_NANOS;
      for (int i = 0; i < MADE_UP_TEXTS || System.nanoTime() - enough < 0; i++) {
        if (isOver) {
          return;
        }
        if (made.logits(List.of(new long[tokens]), 1, end).isEmpty()) {
          if (computed < MADE_UP_TEXTS) {
            refuse("Java computes too slowly", null);
          }
          return;
        }
        computed++;
      }
    }
  }

  /** Waits for a copy that is being made, so that nothing reads the weights afterwards. */
  @Override
  public void close() {
    synchronized (reading) {
      isOver = true;
      network = null;
    }
  }
}
