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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Compares what is packed with plain operators, on this machine, before it is used: random numbers,
 * odd sizes, one row and many, on one core and on all. A kernel that is wrong on a processor that
 * we never saw then costs speed, and no wrong prediction.
 */
final class PackedCheck {
  /** Odd, and more than kernels take at a time. */
  private static final int ROWS = 43;

  private final Format format;
  private final TorchScriptModule module;
  private final NDManager scope;
  private final Set<Product> checked = new HashSet<>();

  /** What makes one product another kernel than the next. */
  private record Product(Shape shape, boolean activated) {}

  /**
   * @param scope owner of what is made here; open longer than this
   */
  PackedCheck(Format format, TorchScriptModule module, NDManager scope) {
    this.format = format;
    this.module = module;
    this.scope = scope;
  }

  /**
   * Compares the products of a layer, if none of its shape was compared before.
   *
   * @param activated whether GELU is part of the product
   * @throws IllegalStateException where they differ
   */
  void linear(Linear linear, IValue weight, boolean activated) {
    Shape shape = linear.weight().getShape();
    if (!checked.add(new Product(shape, activated))) {
      return;
    }
    try (NDManager own = scope.newSubManager();
        IValue bias = IValue.from((PtNDArray) linear.bias());
        IValue then = IValue.from(activated ? "gelu" : "none")) {
      NDArray x = RandomArrays.uniform(own, new Shape(ROWS, shape.get(1)), 1, shape.hashCode());
      NDArray plain = PlainEncoder.linear(x, linear);
      NDArray scale = plain.abs().max(new int[] {0}); // of each output; before GELU, which shrinks
      NDArray expected = activated ? PlainEncoder.gelu(plain) : plain;
      for (int rows : new int[] {1, ROWS}) {
        NDIndex first = new NDIndex("0:{}", rows);
        requireEqual(
            String.format(Locale.ROOT, "products of %d and %d numbers", shape.get(1), shape.get(0)),
            () -> result(own, "linear", array(x.get(first)), weight, bias, then),
            expected.get(first),
            scale);
      }
    }
  }

  /**
   * Compares the attention of heads as large as these.
   *
   * @throws IllegalStateException where it differs
   */
  void attention(int heads, long hidden) {
    long[] texts = {2, 1};
    long[] lengths = {5, ROWS};
    long tokens = 2 * 5 + ROWS;
    try (NDManager own = scope.newSubManager();
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
          () -> result(own, "attention", array(q), array(kv), counts, sizes, all, number),
          expected,
          own.ones(new Shape(1)));
    }
  }

  /** Packs two random layers of odd sizes and compares their results; see {@link PlainEncoder}. */
  static void selfTest(Format format, TorchScriptModule module) {
    int heads = 3;
    int hidden = 3 * 17;
    int feedForward = 77;
    long[] texts = {2, 1, 1};
    long[] lengths = {3, 1, 67};
    try (NDManager manager = PyTorch.newManager()) {
      List<Layer> layers = new ArrayList<>();
      for (int seed = 10; seed <= 20; seed += 10) {
        layers.add(RandomArrays.layer(manager, hidden, feedForward, seed));
      }
      NDArray x = RandomArrays.uniform(manager, new Shape(2 * 3 + 1 + 67, hidden), 2, 3);
      NDArray first = manager.create(new long[] {0, 3, 6, 7});
      NDArray expected = PlainEncoder.apply(x, layers, heads, 1e-5, texts, lengths, first);
      try (PackedEncoder encoder =
          PackedEncoder.pack(format, module, layers, heads, PackedEncoder.Activation.GELU, 1e-5)) {
        new PackedCheck(format, module, manager)
            .requireEqual(
                "results of random layers",
                () -> encoder.apply(x, texts, lengths, first),
                expected,
                manager.ones(new Shape(1)));
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
                  IValue ones = array(manager.ones(new Shape(1, 64)));
                  IValue sum = module.call("sum_of_64", ones)) {
                return sum.toTensor((PtNDManager) manager).getFloat() < 60;
              }
            })
        .orElse(true);
  }

  /**
   * Compares, on one core and on all.
   *
   * @param scale of each column: what the tolerance is a share of
   */
  private void requireEqual(
      String what, Supplier<NDArray> computed, NDArray expected, NDArray scale) {
    requireEqual(what, "one core", computed.get(), expected, scale);
    NDArray onAll = Workers.run(List.of(computed)).get(0);
    requireEqual(what, "all cores", onAll, expected, scale);
  }

  private void requireEqual(
      String what, String where, NDArray got, NDArray expected, NDArray scale) {
    double difference = got.sub(expected).abs().div(scale.add(Float.MIN_NORMAL)).max().getFloat();
    if (!(difference <= format.tolerance())) { // NaN is none
      throw new IllegalStateException(
          String.format(Locale.ROOT, "%s differ from plain ones on %s", what, where));
    }
  }

  private NDArray result(NDManager own, String function, IValue... arguments) {
    try (IValue result = module.call(function, arguments)) {
      return result.toTensor((PtNDManager) own);
    }
  }

  private static IValue array(NDArray array) {
    return IValue.from((PtNDArray) array);
  }
}
