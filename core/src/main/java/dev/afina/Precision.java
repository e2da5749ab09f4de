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
 * The number format in which the encoder's linear layers, which are most of the work, are computed;
 * in training also those of the head, like PyTorch's autocast. Weights are always kept, trained and
 * saved in float32, and everything else is computed in float32.
 */
public enum Precision {
  /** 32-bit floating point. The default everywhere. */
  FLOAT32(PackedFormat.FLOAT32),

  /**
   * The range of float32 with 8 bits of precision instead of 24; sums are accumulated in float32.
   * The same as PyTorch's autocast. Fast on processors with AVX512_BF16 or AMX instructions; expect
   * no gain on others. For training and prediction.
   */
  BFLOAT16(PackedFormat.BFLOAT16),

  /**
   * Weights rounded to 16-bit floats (11 bits of precision), computed in float32. For prediction
   * only, on x86-64. It reads half the memory, which helps single short texts: for 4 to 25 tokens a
   * MiniLM took 0.6 to 0.8 times as long as in float32 (AMD Zen 4, 2 cores, nothing else running);
   * for 64 or more tokens, and for lists, there is no difference. The logits of small models of all
   * families change by less than 0.02. A text's result does not depend on the other texts of its
   * batch.
   */
  FLOAT16_WEIGHTS(PackedFormat.FLOAT16_WEIGHTS),

  /**
   * 8-bit integers, with one scale per row of a weight matrix and one for the tokens of a batch
   * (dynamic quantization). For prediction only, on x86-64. A text's result depends slightly on the
   * other texts of its batch, because they share a scale. On processors without VNNI instructions
   * (before about 2019) inputs are quantized to 7 bits, because sums of 8-bit products would
   * overflow there.
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
            + " is not available: this build of PyTorch lacks it, it computes wrongly on this"
            + " machine or cannot hold a weight of this model (the log says what), or"
            + " -Dafina.fusedOps=false switched it off; use FLOAT32");
  }
}
