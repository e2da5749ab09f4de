package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The numbers in which packed linear layers are computed; all else is float32. */
public enum PackedFormat {
  /** float32 by oneDNN. */
  FLOAT32("Tensor", 64, 1e-4, Float.MAX_VALUE),
  /** Inputs, weights and results rounded to bfloat16, sums in float32, by oneDNN. */
  BFLOAT16("Tensor", 64, 0.05, Float.MAX_VALUE),
  /**
   * Weights rounded to float16, inputs, sums and results in float32, by FBGEMM. It reads half the
   * memory, which is what a product of few tokens waits for.
   */
  FLOAT16_WEIGHTS("__torch__.torch.classes.quantized.LinearPackedParamsBase", 1, 0.005, 65_504),
  /**
   * 8 bits by FBGEMM: weights with one scale a row, inputs with one scale for all tokens of the
   * batch at hand. Inputs have 7 bits on processors without VNNI instructions, whose sums of 8 bits
   * overflow.
   */
  INT8("__torch__.torch.classes.quantized.LinearPackedParamsBase", 1, 0.15, Float.MAX_VALUE);

  private final String weightType;
  private final int block;
  private final double tolerance;
  private final float greatestWeight;

  @SuppressWarnings("ImmutableEnumChecker") // set on first use
  private Optional<PackedKernels> kernels = Optional.empty();

  @SuppressWarnings("ImmutableEnumChecker")
  private boolean opened;

  /**
   * @param block weights get rows of zeros until they are a multiple of it: on some processors
   *     (seen on AMD Zen 5) oneDNN 3.7.1 computes the outputs beyond the last whole block of 64
   *     wrongly
   * @param tolerance how far a product may be from the plain one, as a share of the output's
   *     greatest value; measured differences are a quarter of it or less
   * @param greatestWeight that it can hold; FBGEMM would take a greater one for this one
   */
  PackedFormat(String weightType, int block, double tolerance, float greatestWeight) {
    this.weightType = weightType;
    this.block = block;
    this.tolerance = tolerance;
    this.greatestWeight = greatestWeight;
  }

  /**
   * The kernels, opened once a process. They are tested when they are used: ask {@link
   * PackedKernels#isNetworkRight} or {@link PackedKernels#arePartsRight} first. Here it is only
   * found out which form of a product serves.
   *
   * @return empty where PyTorch lacks them, where no form computes rightly on this machine (one
   *     line of the log says so) or {@code -Dafina.fusedOps=false} was given
   */
  public synchronized Optional<PackedKernels> kernels() {
    if (!opened) {
      opened = true;
      kernels =
          TorchScriptModule.openFirst(
              "packed layers in " + name(),
              functions(),
              module -> {
                PackedKernels opening = new PackedKernels(this, module);
                if (this != FLOAT32) {
                  opening.check().products();
                }
                return opening;
              });
    }
    return kernels;
  }

  /** The fastest first. */
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

  /** These products, the layers that are made of them, and what both are compared with. */
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
   * Refuses a weight that the format cannot hold.
   *
   * @throws IllegalStateException naming the weight
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
    }
  }

  double tolerance() {
    return tolerance;
  }
}
