package dev.afina.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.afina.engine.PackedEncoder.Format;
import dev.afina.engine.PackedEncoder.Layer;
import dev.afina.engine.PackedEncoder.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Compares what is packed with plain operators, on this machine, before it is used: random numbers,
 * odd sizes, many rows on one core as batches have them, and one row on all. A kernel that is wrong
 * on a processor that we never saw then costs speed, and no wrong prediction.
 */
final class PackedCheck {
  /** Odd, and more than a vector. */
  private static final int ROWS = 19;

  private static final NDIndex FIRST_ROW = new NDIndex("0:1");

  private final Format format;
  private final TorchScriptModule module;
  private final Set<Object> checked = ConcurrentHashMap.newKeySet();

  /** What makes one product another kernel than the next. */
  private record Product(Shape shape, boolean activated) {}

  private record Heads(int heads, long hidden) {}

  /** Remembers what was right: a shape is compared once as long as this lives. Thread safe. */
  PackedCheck(Format format, TorchScriptModule module) {
    this.format = format;
    this.module = module;
  }

  /**
   * Compares the products of a layer, where none of its shape was compared before.
   *
   * @param activated whether GELU is part of the product
   * @throws IllegalStateException where they differ
   */
  void linear(Linear linear, IValue weight, boolean activated) {
    Shape shape = linear.weight().getShape();
    Product product = new Product(shape, activated);
    if (checked.contains(product)) {
      return;
    }
    String what =
        String.format(Locale.ROOT, "products of %d and %d numbers", shape.get(1), shape.get(0));
    try (NDManager own = PyTorch.newManager();
        IValue bias = IValue.from((PtNDArray) linear.bias());
        IValue then = IValue.from(activated ? "gelu" : "none")) {
      NDArray x = RandomArrays.uniform(own, new Shape(ROWS, shape.get(1)), 1, shape.hashCode());
      NDArray plain = PlainEncoder.linear(x, linear);
      NDArray scale = plain.abs().max(new int[] {0}); // of each output; before GELU, which shrinks
      NDArray expected = activated ? PlainEncoder.gelu(plain) : plain;
      NDArray rows = call("linear", List.of(x), weight, bias, then);
      requireEqual(what, "one core", rows, expected, scale);
      NDArray first = x.get(FIRST_ROW);
      NDArray row = onAllCores(() -> call("linear", List.of(first), weight, bias, then));
      requireEqual(what, "all cores", row, expected.get(FIRST_ROW), scale);
    }
    checked.add(product);
  }

  /**
   * Compares the attention of heads as large as these.
   *
   * @throws IllegalStateException where it differs
   */
  void attention(int heads, long hidden) {
    Heads shape = new Heads(heads, hidden);
    if (checked.contains(shape)) {
      return;
    }
    long[] texts = {2, 1};
    long[] lengths = {5, ROWS};
    long tokens = 2 * 5 + ROWS;
    try (NDManager own = PyTorch.newManager();
        IValue counts = IValue.listFrom(texts);
        IValue sizes = IValue.listFrom(lengths);
        IValue all = IValue.from(0L);
        IValue number = IValue.from((long) heads)) {
      NDArray q = RandomArrays.uniform(own, new Shape(tokens, hidden), 2, 1);
      NDArray kv = RandomArrays.uniform(own, new Shape(tokens, 2 * hidden), 2, 2);
      NDArray k = kv.get(new NDIndex(":, 0:{}", hidden));
      NDArray v = kv.get(new NDIndex(":, {}:", hidden));
      NDArray expected = PlainEncoder.attention(q, k, v, heads, texts, lengths);
      requireEqual(
          String.format(
              Locale.ROOT, "results of attention with %d heads of %d", heads, hidden / heads),
          "one core",
          call("attention", List.of(q, kv), counts, sizes, all, number),
          expected,
          own.ones(new Shape(1)));
    }
    checked.add(shape);
  }

  TorchScriptModule module() {
    return module;
  }

  /** Packs two random layers of odd sizes and compares their results; see {@link PlainEncoder}. */
  static void selfTest(Format format, TorchScriptModule module) {
    int heads = 3;
    int hidden = 3 * 17;
    int feedForward = 77;
    long[] texts = {2, 1};
    long[] lengths = {3, 67};
    try (NDManager manager = PyTorch.newManager()) {
      List<Layer> layers = new ArrayList<>();
      for (int seed = 10; seed <= 20; seed += 10) {
        layers.add(RandomArrays.layer(manager, hidden, feedForward, seed));
      }
      NDArray x = RandomArrays.uniform(manager, new Shape(2 * 3 + 67, hidden), 2, 3);
      NDArray first = manager.create(new long[] {0, 3, 6});
      NDArray expected = PlainEncoder.apply(x, layers, heads, 1e-5, texts, lengths, first);
      PackedCheck check = new PackedCheck(format, module);
      try (PackedEncoder encoder =
          PackedEncoder.pack(
              format,
              module,
              layers,
              heads,
              PackedEncoder.Activation.GELU,
              1e-5,
              Optional.empty())) {
        Supplier<NDArray> result = () -> encoder.apply(x, texts, lengths, first);
        String what = "results of random layers";
        NDArray scale = manager.ones(new Shape(1)); // of what a LayerNorm gives
        check.requireEqual(what, "one core", result.get(), expected, scale);
        check.requireEqual(what, "all cores", onAllCores(result), expected, scale);
      }
    }
  }

  /** Whether sums of products of 8 bits overflow on this processor. */
  static boolean overflows() {
    return TorchScriptModule.open(
            "sums of 8 bits",
            PackedKernels.SUM_OF_64,
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
    if (!(difference <= format.tolerance())) { // NaN is none
      throw new IllegalStateException(
          String.format(Locale.ROOT, "%s differ from plain ones on %s", what, where));
    }
  }

  /** Calls a function of arrays and of further arguments; the result is in the first's manager. */
  private NDArray call(String function, List<NDArray> arrays, IValue... further) {
    List<IValue> arguments = new ArrayList<>();
    try {
      arrays.forEach(array -> arguments.add(IValue.from((PtNDArray) array)));
      IValue[] all = Stream.concat(arguments.stream(), Stream.of(further)).toArray(IValue[]::new);
      try (IValue result = module.call(function, all)) {
        return result.toTensor((PtNDManager) arrays.get(0).getManager());
      }
    } finally {
      arguments.forEach(IValue::close);
    }
  }
}
