package dev.afina.internal.model.layers;

import ai.djl.ndarray.types.Shape;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A parameter that an architecture has.
 *
 * @param key its key in the checkpoint
 * @param shape as stored; a linear weight is (out, in)
 * @param part where it belongs, which decides whether it may be missing
 * @param initial what it holds where it is new
 */
public record ParameterSpec(String key, Shape shape, Part part, Initial initial) {

  /** The parts of a model. */
  public enum Part {
    /** The table with a row for each token id; must be in the checkpoint. */
    TOKEN_EMBEDDING,
    /** Must be in the checkpoint. */
    ENCODER,
    /** Between encoder and output: new where the checkpoint has none. */
    HEAD,
    /** The last layer, whose size is the number of labels: new for other labels. */
    OUTPUT;

    /** Whether it comes after the encoder's last layer. */
    public boolean isHead() {
      return this == HEAD || this == OUTPUT;
    }
  }

  // The names that transformers' Trainer spares from weight decay.
  private static final Pattern SPARED =
      Pattern.compile("bias|layernorm|rmsnorm|(^|\\.)norm($|\\.)|_norm($|\\.)");

  /** Whether it comes after the encoder's last layer. */
  public boolean isHead() {
    return part.isHead();
  }

  /** Whether weight decay applies: not to biases and norms, but to embeddings. */
  public boolean decayed() {
    return !SPARED.matcher(key.toLowerCase(Locale.ROOT)).find();
  }
}
