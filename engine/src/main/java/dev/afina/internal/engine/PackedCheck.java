package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.afina.internal.engine.PackedKernels.Activation;
import dev.afina.internal.engine.PackedKernels.Arguments;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the packed kernels with plain operators on this machine before they are used: random
 * numbers, odd sizes, many rows on one core (as for batches) and one row on all cores. So a kernel
 * that is wrong on some processor costs speed rather than causing wrong predictions.
 */
final class PackedCheck {
  private static final Logger log = LoggerFactory.getLogger(PackedCheck.class);

  /** Odd, and more than a vector. */
  private static final int ROWS = 19;

  private static final int HEADS = 3;
  private static final long HIDDEN = 3 * 17;
  private static final long WIDE = 77;
  private static final double EPSILON = 1e-5;

  /** The first of them is {@link #ALONE}; the last is long enough for the fused kernel's blocks. */
  private static final Texts SOME = new Texts(new long[] {2, 1}, ROWS, 67);

  private static final Texts ALONE = new Texts(new long[] {1}, ROWS);

  /** Of the two short texts before one of {@link #ROWS} tokens whose attention is compared. */
  private static final int FEW = 5;

  private final PackedKernels kernels;
  private final AtomicReference<@Nullable Boolean> network = new AtomicReference<>();
  private final AtomicReference<@Nullable Boolean> parts = new AtomicReference<>();
  private final Set<Object> checked = ConcurrentHashMap.newKeySet();

  /** What determines the kernel of a product. */
  private record Product(Shape shape, boolean activated) {

    @Override
    public String toString() {
      return "products of " + shape.get(1) + " and " + shape.get(0) + " numbers";
    }
  }

  /**
   * What determines how attention is computed.
   *
   * @param divided whether several cores may share one computation
   */
  private record Heads(int heads, long hidden, boolean biased, boolean turned, boolean divided) {

    static Heads of(AttentionCall call, long hidden) {
      return new Heads(
          call.heads(),
          hidden,
          !call.biases().isEmpty(),
          !call.rotary().isEmpty(),
          !Workers.isWorker() || Workers.coresOfThread() > 1);
    }

    @Override
    public String toString() {
      return "results of attention with " + heads + " heads of " + hidden / heads;
    }

    /** Over groups of texts. */
    AttentionCall call(NDManager own, long[] texts, long... lengths) {
      List<NDArray> biases =
          LongStream.of(biased ? lengths : new long[0])
              .mapToObj(n -> RandomArrays.uniform(own, new Shape(1, heads, n, n), 2, n))
              .toList();
      long size = hidden / heads;
      List<NDArray> rotary =
          IntStream.of(turned ? new int[] {5, 6} : new int[0])
              .mapToObj(seed -> RandomArrays.uniform(own, new Shape(ROWS, size), 1, seed))
              .toList();
      double scale = 0.9 / Math.sqrt((double) size);
      return new AttentionCall(texts, lengths, false, heads, scale, biases, rotary);
    }
  }

  /** Each shape is compared only once in the lifetime of this object. Thread safe. */
  PackedCheck(PackedKernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Compares the products of a layer, if none of its shape was compared before.
   *
   * @param activated whether GELU is part of the product
   * @throws IllegalStateException if they differ
   */
  void linear(NDArray weight, NDArray bias, IValue packed, boolean activated) {
    Shape shape = weight.getShape();
    Product product = new Product(shape, activated);
    if (checked.contains(product)) {
      return;
    }
    String then = activated ? "gelu" : "none";
    try (NDManager own = PyTorch.newManager()) {
      NDArray x = RandomArrays.uniform(own, new Shape(ROWS, shape.get(1)), 1, shape.hashCode());
      NDArray plain;
      try (Arguments in = new Arguments().array(x).array(weight).array(bias).text(then)) {
        plain = kernels.callSeldom("plain_products", x, in);
      }
      requireSmall(product, "one core", difference(x, ROWS, plain, packed, bias, then));
      requireSmall(
          product, "all cores", onAllCores(() -> difference(x, 1, plain, packed, bias, then)));
    }
    checked.add(product);
  }

  /**
   * The difference between packed and plain products of the first rows, as a share of each output's
   * size.
   */
  private double difference(
      NDArray x, int rows, NDArray plain, IValue packed, NDArray bias, String then) {
    try (Arguments in =
        new Arguments()
            .array(x)
            .number((long) rows)
            .array(plain)
            .borrowed(packed)
            .array(bias)
            .text(then)) {
      return kernels.callSeldom("product_difference", x, in).getFloat();
    }
  }

  /**
   * Compares a product, with an activation and without, of random weights.
   *
   * @throws IllegalStateException where it differs
   */
  void products() {
    try (NDManager own = PyTorch.newManager()) {
      NDArray weight = RandomArrays.weight(own, HIDDEN, WIDE, 20);
      NDArray bias = RandomArrays.uniform(own, new Shape(WIDE), 0.5, 21);
      kernels.pack(weight, bias, Activation.GELU).close();
      kernels.pack(weight, bias, Activation.LINEAR).close();
    }
  }

  /**
   * Compares the attention of heads as large as those of a call, with what it adds to them, on one
   * core and on all. A worker compares on the cores that it has.
   *
   * @throws WrongKernelException where it differs or fails
   */
  // The natives report failure by many exception types; any of them means "not here".
  @SuppressWarnings("PMD.AvoidCatchingGenericException")
  void attention(AttentionCall like, long hidden) {
    Heads shape = Heads.of(like, hidden);
    if (checked.contains(shape)) {
      return;
    }
    try {
      compareAttention(shape, hidden);
    } catch (WrongKernelException e) {
      throw e;
    } catch (RuntimeException e) {
      if (NativeUse.isEnding()) { // an exit is no verdict
        throw e;
      }
      throw new WrongKernelException(shape + " cannot be had: " + TorchScriptModule.reason(e), e);
    }
    checked.add(shape);
  }

  private void compareAttention(Heads shape, long hidden) {
    try (NDManager own = PyTorch.newManager()) {
      NDArray qkv = RandomArrays.uniform(own, new Shape(2 * FEW + ROWS, 3 * hidden), 2, 1);
      AttentionCall call = shape.call(own, new long[] {2, 1}, FEW, ROWS);
      if (!Workers.isWorker()) {
        requireSmall(shape, "one core", difference(qkv, call));
      }
      requireSmall(shape, "all cores", onAllCores(() -> difference(qkv, call)));
    }
  }

  /**
   * How far the attention of texts, and that of the last of them alone, which is by products, are
   * from plain operators' on these cores.
   */
  private double difference(NDArray qkv, AttentionCall call) {
    try (Arguments in =
        new Arguments()
            .array(qkv)
            .numbers(call.texts())
            .numbers(call.lengths())
            .number((long) call.heads())
            .number(call.scale())
            .arrays(call.biases())
            .arrays(call.rotary())) {
      return kernels.callSeldom("attention_difference", qkv, in).getFloat();
    }
  }

  private static NDArray third(NDArray qkv, int which) {
    long hidden = qkv.getShape().get(1) / 3;
    return qkv.get(new NDIndex(":, {}:{}", which * hidden, (which + 1) * hidden));
  }

  /**
   * Whether a network in one call gives what {@link PlainKernels} give, found out once a process:
   * of some texts and of a short one alone, whose attention is other products, on one core and on
   * all. It goes through all that layers of BERT's kin are made of. Where it is wrong, one warning
   * says what of it is.
   */
  boolean isNetworkRight() {
    return isRight(network, this::network);
  }

  /** The same of each function by itself, those included that no network in one call has. */
  boolean arePartsRight() {
    return isRight(parts, this::parts);
  }

  /**
   * A worker does not wait for another thread's test, which needs workers. It tests on its own, on
   * the cores that it has, so its result may differ on other numbers of cores.
   */
  private boolean isRight(AtomicReference<@Nullable Boolean> known, Runnable test) {
    if (Workers.isWorker()) {
      return known.get() == null ? passes(known, test) : Boolean.TRUE.equals(known.get());
    }
    synchronized (known) {
      if (known.get() == null) {
        try (NativeUse use = NativeUse.begin()) { // an exit is no verdict
          if (passes(known, test)) {
            known.compareAndSet(null, true);
          }
        }
      }
      return Boolean.TRUE.equals(known.get());
    }
  }

  // The natives report failure by many exception types; any of them means "not here".
  @SuppressWarnings("PMD.AvoidCatchingGenericException")
  private boolean passes(AtomicReference<@Nullable Boolean> known, Runnable test) {
    try {
      test.run();
      return true;
    } catch (RuntimeException e) {
      if (known.compareAndSet(null, false)) {
        log.debug("why packed layers in {} are not usable", kernels.format(), e);
        log.warn(
            "packed layers in {} are not usable here: {}; the plain path serves, slower",
            kernels.format(),
            TorchScriptModule.reason(e));
      }
      return false;
    }
  }

  private void network() {
    try (NDManager own = PyTorch.newManager()) {
      new Sample(own).compareNetwork();
    } catch (IllegalStateException e) {
      parts(); // throws, if it is one of them
      throw e;
    }
  }

  /**
   * Compares each function on random numbers of odd sizes with {@link PlainKernels}.
   *
   * @throws IllegalStateException where one differs
   */
  void parts() {
    try (NDManager own = PyTorch.newManager()) {
      new Sample(own).compareParts();
    }
  }

  /** Texts that stand one after the other. */
  private static final class Texts {
    private final long[] counts; // of each length
    private final long[] lengths;

    Texts(long[] counts, long... lengths) {
      this.counts = counts;
      this.lengths = lengths;
    }

    int tokens() {
      return Math.toIntExact(
          IntStream.range(0, counts.length).mapToLong(g -> counts[g] * lengths[g]).sum());
    }

    /** Where each begins. */
    long[] firsts() {
      LongStream.Builder firsts = LongStream.builder();
      long at = 0;
      for (int g = 0; g < counts.length; g++) {
        for (long t = 0; t < counts[g]; t++) {
          firsts.add(at);
          at += lengths[g];
        }
      }
      return firsts.build().toArray();
    }

    AttentionCall call(boolean firstOnly) {
      return new AttentionCall(counts, lengths, firstOnly, HEADS, 0.3, List.of(), List.of());
    }
  }

  /** A small network of random numbers and odd sizes. */
  private final class Sample {
    private final NDManager own;
    private final NDArray table;
    private final NDArray other;
    private final NDArray of;
    private final NDArray to;
    private final NDArray weight;
    private final NDArray bias;
    private final NDArray queries;
    private final NDArray queryBias;
    private final NDArray others;
    private final NDArray otherBias;
    private final NDArray back;
    private final NDArray up;
    private final NDArray upBias;
    private final NDArray down;
    private final NDArray downBias;
    private final NDArray classes;
    private final NDArray classBias;

    Sample(NDManager own) {
      this.own = own;
      table = RandomArrays.uniform(own, new Shape(11, HIDDEN), 2, 1);
      other = RandomArrays.uniform(own, new Shape(7, HIDDEN), 2, 2);
      of = RandomArrays.uniform(own, new Shape(HIDDEN), 0.5, 5).addi(1);
      to = RandomArrays.uniform(own, new Shape(HIDDEN), 0.5, 6);
      weight = RandomArrays.weight(own, HIDDEN, 3 * HIDDEN, 10);
      bias = RandomArrays.uniform(own, new Shape(3 * HIDDEN), 0.5, 11);
      queries = weight.get(new NDIndex("0:{}", HIDDEN));
      queryBias = bias.get(new NDIndex("0:{}", HIDDEN));
      others = weight.get(new NDIndex("{}:", HIDDEN));
      otherBias = bias.get(new NDIndex("{}:", HIDDEN));
      back = RandomArrays.weight(own, HIDDEN, HIDDEN, 40);
      up = RandomArrays.weight(own, HIDDEN, WIDE, 20);
      upBias = RandomArrays.uniform(own, new Shape(WIDE), 0.5, 21);
      down = RandomArrays.weight(own, WIDE, HIDDEN, 30);
      downBias = RandomArrays.uniform(own, new Shape(HIDDEN), 0.5, 31);
      classes = RandomArrays.weight(own, WIDE, 5, 60);
      classBias = RandomArrays.uniform(own, new Shape(5), 0.5, 61);
    }

    /** The packed layers; to be closed. */
    private final class Packed implements AutoCloseable {
      final PackedLinear all3 = kernels.pack(weight, bias, Activation.LINEAR, false);
      final PackedLinear query = kernels.pack(queries, queryBias, Activation.LINEAR, false);
      final PackedLinear keyValue = kernels.packKeyValue(others, otherBias, false);
      final PackedLinear output = kernels.pack(back, queryBias, Activation.LINEAR, false);
      final PackedLinear wide = kernels.pack(up, upBias, Activation.GELU, false);
      final PackedLinear narrow = kernels.pack(down, downBias, Activation.LINEAR, false);
      final PackedLayer plain = layer(all3);
      final PackedLayer apart = layer(query, keyValue);

      private PackedLayer layer(PackedLinear... projections) {
        return new PackedLayer(List.of(projections), output, wide, narrow, List.of(of, to, of, to));
      }

      PackedStack stack(PackedLayer... layers) {
        return new PackedStack(HIDDEN, List.of(layers), EPSILON);
      }

      PackedNetwork network(PackedStack stack) {
        return new PackedNetwork(
            new PackedNetwork.Tables(List.of(table, other), of, to, EPSILON),
            stack,
            new PackedNetwork.Head(up, upBias, Activation.TANH, classes, classBias),
            List.of());
      }

      @Override
      public void close() {
        List.of(all3, query, keyValue, output, wide, narrow).forEach(PackedLinear::close);
      }
    }

    private NDArray embedded(List<long[]> ids) {
      NDArray rows = table.get(own.create(ids.get(0))).add(other.get(own.create(ids.get(1))));
      return PlainKernels.norm(rows, of, to, EPSILON);
    }

    private NDArray context(NDArray x, AttentionCall call) {
      NDArray qkv = PlainKernels.linear(x, weight, bias);
      return PlainKernels.attention(third(qkv, 0), third(qkv, 1), third(qkv, 2), call);
    }

    private NDArray attended(NDArray x, AttentionCall call) {
      NDArray sum = PlainKernels.linear(context(x, call), back, queryBias).add(x);
      return PlainKernels.norm(sum, of, to, EPSILON);
    }

    private NDArray expanded(NDArray attended) {
      return PlainKernels.gelu(PlainKernels.linear(attended, up, upBias));
    }

    private NDArray layer(NDArray x, AttentionCall call) {
      NDArray attended = attended(x, call);
      NDArray end = PlainKernels.linear(expanded(attended), down, downBias).add(attended);
      return PlainKernels.norm(end, of, to, EPSILON);
    }

    private NDArray logits(NDArray first) {
      NDArray pooled = PlainKernels.linear(first, up, upBias).tanh();
      return PlainKernels.linear(pooled, classes, classBias);
    }

    private List<long[]> ids(int tokens) {
      return List.of(
          RandomArrays.indexes(own, tokens, 11, 3).toLongArray(),
          RandomArrays.indexes(own, tokens, 7, 4).toLongArray());
    }

    /** Two layers, the last one with its query apart, as a model has them. */
    void compareNetwork() {
      try (Packed packed = new Packed();
          PackedStack stack = packed.stack(packed.plain, packed.apart);
          PackedNetwork network = packed.network(stack)) {
        List<long[]> ids = ids(SOME.tokens());
        AttentionCall all = SOME.call(false);
        NDArray y = layer(layer(embedded(ids), all), all);
        NDArray expected = logits(y.get(own.create(SOME.firsts())));
        compare("a network", expected, () -> network.uncheckedApply(ids, SOME.call(true), own));
        List<long[]> first = ids.stream().map(of -> Arrays.copyOf(of, ALONE.tokens())).toList();
        compare(
            "a network",
            expected.get(new NDIndex("0:1")),
            () -> network.uncheckedApply(first, ALONE.call(true), own));
      }
    }

    void compareParts() {
      List<long[]> ids = ids(SOME.tokens());
      AttentionCall all = SOME.call(false);
      AttentionCall firsts = SOME.call(true);
      NDArray first = own.create(SOME.firsts());
      NDArray x = embedded(ids);
      NDArray input = x.get(first);
      NDArray context = context(x, all);
      NDArray attended = attended(x, all);
      NDArray expanded = expanded(attended);
      NDArray expected = layer(x, all);
      NDArray logits = logits(expected.get(first));
      NDArray twice = RandomArrays.weight(own, HIDDEN, 2 * WIDE, 50);
      NDArray twiceBias = RandomArrays.uniform(own, new Shape(2 * WIDE), 0.5, 51);
      NDArray gated = PlainKernels.gated(PlainKernels.linear(x, twice, twiceBias));
      compare(
          "embeddings",
          x,
          () -> kernels.embeddings(List.of(table, other), ids, of, to, EPSILON, own));
      try (Packed packed = new Packed();
          PackedLinear halves = kernels.pack(twice, twiceBias, Activation.LINEAR, false);
          PackedStack layer = packed.stack(packed.plain);
          PackedStack last = packed.stack(packed.apart);
          PackedNetwork network = packed.network(last)) {
        compare("attention", context, () -> packed.all3.uncheckedSelfAttention(x, HIDDEN, all));
        compare(
            "attention of first tokens",
            context.get(first),
            () -> packed.query.uncheckedQueryAttention(input, packed.keyValue, x, HIDDEN, firsts));
        compare("a product with GELU", expanded, () -> packed.wide.apply(attended));
        NDArray size = gated.abs().max(); // products of two outputs are greater than these
        compare(
            "a gated product", gated.div(size), () -> halves.gated(x, Activation.GELU).div(size));
        compare(
            "a product with LayerNorm",
            expected,
            () -> packed.narrow.addNorm(expanded, attended, of, to, EPSILON));
        compare("a layer", expected, () -> layer.uncheckedApply(x, all));
        compare(
            "a layer for first tokens", expected.get(first), () -> last.uncheckedApply(x, firsts));
        compare("a layer with its query apart", expected, () -> last.uncheckedApply(x, all));
        compare("a network", logits, () -> network.uncheckedApply(ids, firsts, own));
      }
    }
  }

  private void compare(String what, NDArray expected, Supplier<NDArray> got) {
    requireEqual(what, "one core", got.get(), expected);
    requireEqual(what, "all cores", onAllCores(got), expected);
  }

  /** Whether sums of products of 8 bits overflow on this processor. */
  static boolean overflows() {
    return TorchScriptModule.open(
            "sums of 8 bits",
            PackedScript.SUM_OF_64,
            module -> {
              try (NDManager manager = PyTorch.newManager();
                  IValue ones = IValue.from((PtNDArray) manager.ones(new Shape(1, 64)));
                  IValue sum = module.call("sum_of_64", ones)) {
                return sum.toTensor((PtNDManager) manager).getFloat() < 60;
              }
            })
        .orElse(true);
  }

  private static <T> T onAllCores(Supplier<T> work) {
    return Workers.run(List.of(work)).get(0);
  }

  /** Of numbers of about 1, as a LayerNorm gives them. */
  private void requireEqual(String what, String where, NDArray got, NDArray expected) {
    requireSmall(what, where, got.sub(expected).abs().max().getFloat());
  }

  /**
   * @param what as its text says, which is made where it is needed: the first one that a JVM
   *     formats takes milliseconds
   */
  private void requireSmall(Object what, String where, double difference) {
    if (!(difference <= kernels.format().tolerance())) { // NaN is none
      throw new WrongKernelException(
          String.format(Locale.ROOT, "%s differ from plain ones on %s", what, where));
    }
  }
}
