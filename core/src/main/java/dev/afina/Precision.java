package dev.afina;

import dev.afina.internal.engine.DeferredLinear;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.engine.PackedFormat;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.Architecture;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.PackedModel;
import java.util.Optional;

/**
 * In which numbers the encoder's linear layers, most of the work, are computed; in training those
 * of the head, too, as PyTorch's autocast does. Weights are kept, trained and saved in float32
 * whatever it is; everything else is computed in float32.
 */
public enum Precision {
  /** 32 bits: exact but for rounding. The default everywhere. */
  FLOAT32(PackedFormat.FLOAT32),

  /**
   * Numbers of float32's range with 8 bits of precision instead of 24, sums in float32: the mixed
   * precision of PyTorch's autocast. Fast where the processor has instructions for it (AVX512_BF16
   * or AMX); elsewhere expect no gain. For training and prediction.
   */
  BFLOAT16(PackedFormat.BFLOAT16),

  /**
   * Weights rounded to 16 bits, of which 11 are precision, and computed with in float32. For
   * prediction only, on x86-64. It reads half the memory, so it is for single short texts: with 4
   * to 25 tokens a MiniLM took 0.6 to 0.8 times as long as in float32 (AMD Zen 4, 2 cores), with 64
   * and more, and in lists, as long. Logits of small models of all families differ by less than
   * 0.02; a text's result does not depend on the texts beside it.
   */
  FLOAT16_WEIGHTS(PackedFormat.FLOAT16_WEIGHTS),

  /**
   * Whole numbers of 8 bits, with one scale for each row of a weight and one for the tokens of a
   * batch (dynamic quantization). For prediction only, on x86-64. A text's result depends a little
   * on the texts beside it, because they share a scale. On processors without VNNI instructions
   * (before about 2019) inputs have 7 bits, because sums of 8 bits would overflow there.
   */
  INT8(PackedFormat.INT8);

  private final PackedFormat format;

  Precision(PackedFormat format) {
    this.format = format;
  }

  /**
   * A model for prediction; the caller closes it. In FLOAT32 it is empty where the model must be
   * computed layer by layer.
   *
   * @throws IllegalStateException where this machine cannot compute in this precision
   */
  Optional<PackedModel> pack(Model model) {
    try (NativeUse use = NativeUse.begin()) {
      Optional<PackedModel> packed = model.pack(format);
      if (packed.isEmpty() && this != FLOAT32) {
        throw unavailable();
      }
      return packed;
    }
  }

  /**
   * Opens the kernels and tests what a model needs of them, which packing it would otherwise do;
   * once a process.
   */
  void prepare(Architecture architecture) {
    try (NativeUse use = NativeUse.begin()) {
      PyTorch.newManager().close(); // where it cannot be loaded, whoever needs it tells so
      format
          .kernels()
          .ifPresent(
              kernels -> {
                boolean unused =
                    architecture.mayBeOneCall()
                        ? kernels.isNetworkRight()
                        : kernels.arePartsRight();
              });
    }
  }

  /**
   * Linear layers for training; empty where plain ones must do.
   *
   * @throws IllegalStateException where this machine cannot compute in this precision
   */
  Optional<DeferredLinear> forTraining() {
    if (this == FLOAT32) {
      return DeferredLinear.float32();
    }
    return Optional.of(DeferredLinear.bfloat16().orElseThrow(this::unavailable));
  }

  private IllegalStateException unavailable() {
    return new IllegalStateException(
        "precision: "
            + this
            + " is not available: this build of PyTorch lacks it, it computes wrongly on this machine"
            + " or cannot hold a weight of this model (the log says what), or -Dafina.fusedOps=false switched it off; use FLOAT32");
  }
}
