package dev.afina.internal.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.util.OptionalInt;

/**
 * An adapter that belongs to a checkpoint: what it says and its tensors. Used by one thread; who
 * opened it closes it.
 *
 * @param config with the base as it was found
 */
public record AdapterSource(AdapterConfig config, TensorSource tensors) implements Closeable {
  /** What PEFT puts before the names of the model's modules. */
  public static final String PREFIX = "base_model.model.";

  /** What follows the name of a layer for the matrix that comes first. */
  public static final String A = ".lora_A.weight";

  /** The same for the matrix that comes after it. */
  public static final String B = ".lora_B.weight";

  /** The file that is written, and looked for first. */
  public static final String WEIGHTS = "adapter_model.safetensors";

  /** What older versions of PEFT write. */
  static final String PICKLED_WEIGHTS = "adapter_model.bin";

  /** The number of outputs of the head, where the adapter has it. */
  OptionalInt outputs() {
    for (String layer : new String[] {"classifier.out_proj", "classifier"}) {
      TensorInfo output = tensors.tensors().get(PREFIX + layer + ".weight");
      if (output != null && !output.shape().isEmpty() && output.shape().get(0) <= 1 << 20) {
        return OptionalInt.of(output.shape().get(0).intValue());
      }
    }
    return OptionalInt.empty();
  }

  @Override
  public void close() throws IOException {
    tensors.close();
  }
}
