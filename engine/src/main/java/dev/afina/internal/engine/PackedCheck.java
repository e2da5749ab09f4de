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
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Compares what is packed with plain operators, on this machine, before it is used: random numbers,
 * odd sizes, many rows on one core as batches have them, and one row on all. A kernel that is wrong
 * on a processor that we never saw then costs speed, and no wrong prediction.
 */
final class PackedCheck {
  /** Odd, and more than a vector. */
  private static final int ROWS = 19;

  private static final NDIndex FIRST_ROW = new NDIndex("0:1");

  private final PackedKernels kernels;
  private final Set<Object> checked = ConcurrentHashMap.newKeySet();

  /** What makes one product another kernel than the next. */
  private record Product(Shape shape, boolean activated) {}

  /** What makes one attention another computation than the next. */
  private record Heads(int heads, long hidden, boolean biased, boolean turned) {

    static Heads of(AttentionCall call, long hidden) {
      return new Heads(call.heads(), hidden, !call.biases().isEmpty(), !call.rotary().isEmpty());
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

  /** Remembers what was right: a shape is compared once as long as this lives. Thread safe. */
  PackedCheck(PackedKernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Compares the products of a layer, where none of its shape was compared before.
   *
   * @param activated whether GELU is part of the product
   * @throws IllegalStateException where they differ
   */
  void linear(NDArray weight, NDArray bias, IValue packed, boolean activated) {
    Shape shape = weight.getShape();
    Product product = new Product(shape, activated);
    if (checked.contains(product)) {
      return;
    }
    String what =
        String.format(Locale.ROOT, "products of %d and %d numbers", shape.get(1), shape.get(0));
    try (NDManager own = PyTorch.newManager()) {
      NDArray x = RandomArrays.uniform(own, new Shape(ROWS, shape.get(1)), 1, shape.hashCode());
      NDArray plain = PlainKernels.linear(x, weight, bias);
      NDArray scale = plain.abs().max(new int[] {0}); // of each output; before GELU, which shrinks
      NDArray expected = activated ? PlainKernels.gelu(plain) : plain;
      requireEqual(what, "one core", product(x, packed, bias, activated), expected, scale);
      NDArray first = x.get(FIRST_ROW);
      NDArray row = onAllCores(() -> product(first, packed, bias, activated));
      requireEqual(what, "all cores", row, expected.get(FIRST_ROW), scale);
    }
    checked.add(product);
  }

  private NDArray product(NDArray x, IValue packed, NDArray bias, boolean activated) {
    try (Arguments in =
        new Arguments().array(x).borrowed(packed).array(bias).text(activated ? "gelu" : "none")) {
      return kernels.call("linear", x, in);
    }
  }

  /**
   * Compares the attention of heads as large as those of a call, with what it adds to them: of some
   * texts on one core, and of one text on all.
   *
   * @throws IllegalStateException where it differs
   */
  void attention(AttentionCall like, long hidden) {
    Heads shape = Heads.of(like, hidden);
    if (checked.contains(shape)) {
      return;
    }
    String what =
        String.format(
            Locale.ROOT,
            "results of attention with %d heads of %d",
            shape.heads,
            hidden / shape.heads);
    try (NDManager own = PyTorch.newManager()) {
      NDArray some = RandomArrays.uniform(own, new Shape(2 * 5 + ROWS, 3 * hidden), 2, 1);
      AttentionCall ofSome = shape.call(own, new long[] {2, 1}, 5, ROWS);
      requireEqual(
          what, "one core", attention(some, ofSome), plainAttention(some, ofSome), one(own));
      NDArray alone = RandomArrays.uniform(own, new Shape(ROWS, 3 * hidden), 2, 2);
      AttentionCall ofOne = shape.call(own, new long[] {1}, ROWS);
      NDArray got = onAllCores(() -> attention(alone, ofOne));
      requireEqual(what, "all cores", got, plainAttention(alone, ofOne), one(own));
    }
    checked.add(shape);
  }

  private NDArray attention(NDArray qkv, AttentionCall call) {
    return kernels.uncheckedAttention(third(qkv, 0), third(qkv, 1), third(qkv, 2), call);
  }

  private static NDArray plainAttention(NDArray qkv, AttentionCall call) {
    return PlainKernels.attention(third(qkv, 0), third(qkv, 1), third(qkv, 2), call);
  }

  private static NDArray third(NDArray qkv, int which) {
    long hidden = qkv.getShape().get(1) / 3;
    return qkv.get(new NDIndex(":, {}:{}", which * hidden, (which + 1) * hidden));
  }

  private static NDArray one(NDManager own) {
    return own.ones(new Shape(1));
  }

  /**
   * Compares each function on random numbers of odd sizes with {@link PlainKernels}.
   *
   * @throws IllegalStateException where one differs
   */
  static void selfTest(PackedKernels kernels) {
    new PackedCheck(kernels).run();
  }

  private void run() {
    int heads = 3;
    long hidden = 3 * 17;
    long feedForward = 77;
    long[] texts = {2, 1};
    long[] lengths = {3, 67};
    long tokens = 2 * 3 + 67;
    double scale = 0.3;
    AttentionCall all =
        new AttentionCall(texts, lengths, false, heads, scale, List.of(), List.of());
    AttentionCall firsts =
        new AttentionCall(texts, lengths, true, heads, scale, List.of(), List.of());
    try (NDManager own = PyTorch.newManager()) {
      NDArray table = RandomArrays.uniform(own, new Shape(11, hidden), 2, 1);
      NDArray other = RandomArrays.uniform(own, new Shape(7, hidden), 2, 2);
      NDArray firstIds = RandomArrays.indexes(own, tokens, 11, 3);
      NDArray otherIds = RandomArrays.indexes(own, tokens, 7, 4);
      List<long[]> ids = List.of(firstIds.toLongArray(), otherIds.toLongArray());
      NDArray of = RandomArrays.uniform(own, new Shape(hidden), 0.5, 5).addi(1);
      NDArray to = RandomArrays.uniform(own, new Shape(hidden), 0.5, 6);
      NDArray x = PlainKernels.norm(table.get(firstIds).add(other.get(otherIds)), of, to, 1e-5);
      compare(
          "embeddings", x, () -> kernels.embeddings(List.of(table, other), ids, of, to, 1e-5, own));

      NDArray weight = RandomArrays.weight(own, hidden, 3 * hidden, 10);
      NDArray bias = RandomArrays.uniform(own, new Shape(3 * hidden), 0.5, 11);
      NDArray qkv = PlainKernels.linear(x, weight, bias);
      NDArray q = qkv.get(new NDIndex(":, 0:{}", hidden));
      NDArray k = qkv.get(new NDIndex(":, {}:{}", hidden, 2 * hidden));
      NDArray v = qkv.get(new NDIndex(":, {}:", 2 * hidden));
      NDArray context = PlainKernels.attention(q, k, v, all);
      NDArray first = own.create(new long[] {0, 3, 6});
      NDArray queries = weight.get(new NDIndex("0:{}", hidden));
      NDArray queryBias = bias.get(new NDIndex("0:{}", hidden));
      NDArray others = weight.get(new NDIndex("{}:", hidden));
      NDArray otherBias = bias.get(new NDIndex("{}:", hidden));
      NDArray input = x.get(first);
      NDArray up = RandomArrays.weight(own, hidden, feedForward, 20);
      NDArray upBias = RandomArrays.uniform(own, new Shape(feedForward), 0.5, 21);
      NDArray down = RandomArrays.weight(own, feedForward, hidden, 30);
      NDArray downBias = RandomArrays.uniform(own, new Shape(hidden), 0.5, 31);
      NDArray twice = RandomArrays.weight(own, hidden, 2 * feedForward, 50);
      NDArray twiceBias = RandomArrays.uniform(own, new Shape(2 * feedForward), 0.5, 51);
      NDArray back = RandomArrays.weight(own, hidden, hidden, 40);
      NDArray sum = PlainKernels.linear(context, back, queryBias).add(x);
      NDArray attended = PlainKernels.norm(sum, of, to, 1e-5);
      NDArray expanded = PlainKernels.gelu(PlainKernels.linear(attended, up, upBias));
      NDArray end = PlainKernels.linear(expanded, down, downBias).add(attended);
      NDArray expected = PlainKernels.norm(end, of, to, 1e-5);
      NDArray gated = PlainKernels.gated(PlainKernels.linear(x, twice, twiceBias));
      List<NDArray> norms = List.of(of, to, of, to);
      NDArray classes = RandomArrays.weight(own, feedForward, 5, 60);
      NDArray classBias = RandomArrays.uniform(own, new Shape(5), 0.5, 61);
      NDArray pooled = PlainKernels.linear(expected.get(first), up, upBias).tanh();
      NDArray logits = PlainKernels.linear(pooled, classes, classBias);
      try (PackedLinear all3 = kernels.pack(weight, bias, Activation.LINEAR, false);
          PackedLinear query = kernels.pack(queries, queryBias, Activation.LINEAR, false);
          PackedLinear keyValue = kernels.pack(others, otherBias, Activation.LINEAR, false);
          PackedLinear output = kernels.pack(back, queryBias, Activation.LINEAR, false);
          PackedLinear wide = kernels.pack(up, upBias, Activation.GELU, false);
          PackedLinear halves = kernels.pack(twice, twiceBias, Activation.LINEAR, false);
          PackedLinear narrow = kernels.pack(down, downBias, Activation.LINEAR, false);
          PackedStack layer =
              stack(hidden, new PackedLayer(List.of(all3), output, wide, narrow, norms));
          PackedStack last =
              stack(
                  hidden, new PackedLayer(List.of(query, keyValue), output, wide, narrow, norms));
          PackedNetwork network =
              new PackedNetwork(
                  new PackedNetwork.Tables(List.of(table, other), of, to, 1e-5),
                  last,
                  new PackedNetwork.Head(up, upBias, Activation.TANH, classes, classBias))) {
        compare("attention", context, () -> all3.uncheckedSelfAttention(x, hidden, all));
        compare(
            "attention of first tokens",
            context.get(first),
            () -> query.uncheckedQueryAttention(input, keyValue, x, hidden, firsts));
        compare("a product with GELU", expanded, () -> wide.apply(attended));
        compare("a gated product", gated, () -> halves.gated(x, Activation.GELU));
        compare(
            "a product with LayerNorm",
            expected,
            () -> narrow.addNorm(expanded, attended, of, to, 1e-5));
        compare("a layer", expected, () -> layer.uncheckedApply(x, all));
        compare(
            "a layer for first tokens", expected.get(first), () -> last.uncheckedApply(x, firsts));
        compare("a layer with its query apart", expected, () -> last.uncheckedApply(x, all));
        compare("a network", logits, () -> network.uncheckedApply(ids, firsts, own));
      }
    }
  }

  private static PackedStack stack(long hidden, PackedLayer layer) {
    return new PackedStack(hidden, List.of(layer), 1e-5);
  }

  private void compare(String what, NDArray expected, Supplier<NDArray> got) {
    NDArray scale = expected.getManager().ones(new Shape(1)); // of what a LayerNorm gives
    requireEqual(what, "one core", got.get(), expected, scale);
    requireEqual(what, "all cores", onAllCores(got), expected, scale);
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

  private static NDArray onAllCores(Supplier<NDArray> work) {
    return Workers.run(List.of(work)).get(0);
  }

  /**
   * @param scale of each column: what the tolerance is a share of
   */
  private void requireEqual(
      String what, String where, NDArray got, NDArray expected, NDArray scale) {
    double difference = got.sub(expected).abs().div(scale.add(Float.MIN_NORMAL)).max().getFloat();
    if (!(difference <= kernels.format().tolerance())) { // NaN is none
      throw new IllegalStateException(
          String.format(Locale.ROOT, "%s differ from plain ones on %s", what, where));
    }
  }
}
