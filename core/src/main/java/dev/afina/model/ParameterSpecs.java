package dev.afina.model;

import ai.djl.ndarray.types.Shape;
import dev.afina.model.ParameterSpec.Part;
import java.util.ArrayList;
import java.util.List;

/** Collects the parameters of an architecture in the words of its layers. */
public final class ParameterSpecs {
  private final List<ParameterSpec> specs = new ArrayList<>();

  /** The word embedding (rows, size): {@code key.weight}. */
  public ParameterSpecs words(String key, int rows, int size) {
    return add(key + ".weight", Part.WORDS, rows, size);
  }

  /** Another embedding table (rows, size): {@code key.weight}. */
  public ParameterSpecs embedding(String key, int rows, int size) {
    return add(key + ".weight", Part.ENCODER, rows, size);
  }

  /** A LayerNorm: {@code key.weight} and {@code key.bias}. */
  public ParameterSpecs layerNorm(String key, int size) {
    return add(key + ".weight", Part.ENCODER, size).add(key + ".bias", Part.ENCODER, size);
  }

  /** A linear layer of the encoder: {@code key.weight} (out, in) and {@code key.bias}. */
  public ParameterSpecs linear(String key, int in, int out) {
    return linear(key, in, out, Part.ENCODER);
  }

  /** A linear layer of any part. */
  public ParameterSpecs linear(String key, int in, int out, Part part) {
    return add(key + ".weight", part, out, in).add(key + ".bias", part, out);
  }

  /** What was collected, in order. */
  public List<ParameterSpec> list() {
    return List.copyOf(specs);
  }

  private ParameterSpecs add(String key, Part part, long... shape) {
    specs.add(new ParameterSpec(key, new Shape(shape), part));
    return this;
  }
}
