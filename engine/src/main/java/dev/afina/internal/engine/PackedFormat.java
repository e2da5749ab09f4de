package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The number formats of packed linear layers; everything else is float32. */
public enum PackedFormat {
  /** float32 by oneDNN. */
  FLOAT32("Tensor", 64, 1e-4, 0, Float.MAX_VALUE),
  /** Inputs, weights and results rounded to bfloat16, sums in float32, by oneDNN. */
  BFLOAT16("Tensor", 64, 0.05, 0, Float.MAX_VALUE),
  /**
   * Weights rounded to float16; inputs, sums and results in float32; by FBGEMM. It reads half the
   * memory, which is what limits the speed of a product of few tokens.
   */
  FLOAT16_WEIGHTS(
      "__torch__.torch.classes.quantized.LinearPackedParamsBase", 1, 0.005, 6e-6f, 65_504),
  /**
   * 8-bit integers by FBGEMM: weights with one scale per row, inputs with one scale per batch.
   * Inputs have 7 bits on processors without VNNI instructions, where sums of 8-bit products would
   * overflow.
   */
  INT8("__torch__.torch.classes.quantized.LinearPackedParamsBase", 1, 0.15, 0, Float.MAX_VALUE);

  private final String weightType;
  private final int block;
  private final double tolerance;
  private final float smallestWeight;
  private final float greatestWeight;

  @SuppressWarnings("ImmutableEnumChecker") // set on first use
  private volatile Optional<PackedKernels> kernels = Optional.empty();

  @SuppressWarnings("ImmutableEnumChecker")
  private volatile boolean opened; // written after the kernels

  @SuppressWarnings("ImmutableEnumChecker")
  private final Object opening = new Object(); // held by a thread that may wait for workers

  /**
   * @param block the number of rows of a weight is padded with zeros to a multiple of this: on some
   *     processors (seen on AMD Zen 5) oneDNN 3.7.1 computes the outputs after the last whole block
   *     of 64 wrongly
   * @param tolerance the maximum difference of a product from the plain one, as a share of the
   *     greatest output; measured differences are at most a quarter of it
   * @param smallestWeight the least that a layer's greatest weight may be: where all are smaller,
   *     rounding to float16's last steps, of 6e-8, would cost half a percent of it and more
   * @param greatestWeight the greatest weight that the format can represent; FBGEMM would silently
   *     replace a greater one by this
   */
  PackedFormat(
      String weightType, int block, double tolerance, float smallestWeight, float greatestWeight) {
    this.weightType = weightType;
    this.block = block;
    this.tolerance = tolerance;
    this.smallestWeight = smallestWeight;
    this.greatestWeight = greatestWeight;
  }

  /**
   * The kernels. They are opened once per process; a worker that needs them while another thread
   * opens them does not wait and opens its own, and those that are ready first serve from then on.
   * They are only tested on demand: call {@link PackedKernels#isNetworkRight} or {@link
   * PackedKernels#arePartsRight} before using them. This method only finds out which implementation
   * of a product works.
   *
   * @return empty if PyTorch lacks them, no implementation is correct on this machine (a log line
   *     says so), or {@code -Dafina.fusedOps=false} is set
   */
  public Optional<PackedKernels> kernels() {
    if (!opened) {
      if (Workers.isWorker()) {
        openOnce(); // not waiting for who waits for workers
      } else {
        synchronized (opening) {
          openOnce();
        }
      }
    }
    return kernels;
  }

  private void openOnce() {
    if (!opened) {
      publish(open());
    }
  }

  private Optional<PackedKernels> open() {
    return TorchScriptModule.openFirst(
        "packed layers in " + name(),
        functions(),
        module -> {
          PackedKernels made = new PackedKernels(this, module);
          if (this != FLOAT32) {
            made.check().products();
          }
          return made;
        });
  }

  /** The first ones serve. */
  private synchronized void publish(Optional<PackedKernels> made) {
    if (!opened) {
      kernels = made;
      opened = true;
    }
  }

  /** The implementations as TorchScript, the fastest first. */
  List<String> functions() {
    List<String> linears =
        switch (this) {
          case FLOAT32 -> List.of(PackedScript.FLOAT32);
          case BFLOAT16 -> List.of(PackedScript.BFLOAT16, PackedScript.UNPACKED_BFLOAT16);
          case FLOAT16_WEIGHTS -> List.of(PackedScript.FLOAT16_WEIGHTS);
          case INT8 ->
              List.of(
                  PackedScript.INT8.replace("REDUCED", PackedCheck.overflows() ? "True" : "False"));
        };
    return linears.stream().map(this::withLayers).toList();
  }

  /** Adds to these products the layers made of them, and the functions that check both. */
  String withLayers(String linear) {
    return (linear + PackedScript.LAYERS + PackedScript.CHECKS).replace("WEIGHT", weightType);
  }

  /** The type of a packed weight in a script. */
  String weightType() {
    return weightType;
  }

  int block() {
    return block;
  }

  /**
   * @throws IllegalStateException if the format cannot represent a weight
   */
  void requireInRange(NDArray weight) {
    if (greatestWeight == Float.MAX_VALUE) {
      return;
    }
    try (NDArray sizes = weight.abs();
        NDArray max = sizes.max()) {
      float greatest = max.getFloat();
      if (greatest > greatestWeight) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "a weight of %s, expected %s at most",
                greatest,
                (int) greatestWeight));
      }
      if (greatest > 0 && greatest < smallestWeight) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "a layer whose greatest weight is %s, expected %s at least",
                greatest,
                smallestWeight));
      }
    }
  }

  double tolerance() {
    return tolerance;
  }
}
