package dev.afina.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import dev.afina.engine.PackedEncoder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model's parameters, seen from one place of the key hierarchy, with the layers that use them.
 *
 * <p>A view: it owns nothing. Results belong to the manager of their input.
 */
public final class Weights {
  private final Parameters parameters;
  private final @Nullable PackedEncoder packed;
  private final String prefix;

  /** A view of all keys. */
  public Weights(Parameters parameters) {
    this(parameters, null, "");
  }

  /**
   * A view of all keys for prediction.
   *
   * @param packed the same weights of the encoder's layers, or null
   */
  Weights(Parameters parameters, @Nullable PackedEncoder packed) {
    this(parameters, packed, "");
  }

  private Weights(Parameters parameters, @Nullable PackedEncoder packed, String prefix) {
    this.parameters = parameters;
    this.packed = packed;
    this.prefix = prefix;
  }

  /** The view of the keys under {@code path}. */
  public Weights at(String path) {
    return new Weights(parameters, packed, prefix + path + ".");
  }

  /** x · weightᵀ + bias: (R, in) to (R, out). */
  public NDArray linear(String name, NDArray x) {
    return parameters.linear(prefix + name, x);
  }

  /** Weight and bias of a linear layer, to be packed. */
  PackedEncoder.Linear linear(String name) {
    return new PackedEncoder.Linear(array(name + ".weight"), array(name + ".bias"));
  }

  /** Weight and bias of a LayerNorm, to be packed. */
  PackedEncoder.Norm norm(String name) {
    return new PackedEncoder.Norm(array(name + ".weight"), array(name + ".bias"));
  }

  /** The encoder's layers packed for prediction; empty where they are to be computed one by one. */
  Optional<PackedEncoder> packed() {
    return Optional.ofNullable(packed);
  }

  /** Normalises the last axis. */
  public NDArray layerNorm(String name, NDArray x, double epsilon) {
    NDArray weight = array(name + ".weight");
    Shape size = weight.getShape();
    return x.getNDArrayInternal()
        .layerNorm(x, size, weight, array(name + ".bias"), (float) epsilon)
        .singletonOrThrow();
  }

  /** The rows of a table at {@code ids}: (R) to (R, size). */
  public NDArray embedding(String name, NDArray ids) {
    return rows(array(name + ".weight"), ids);
  }

  /** The rows of (R, size) at {@code indexes}, which must be in range. */
  static NDArray rows(NDArray table, NDArray indexes) {
    return indexes
        .getNDArrayInternal()
        .embedding(indexes, table, SparseFormat.DENSE)
        .singletonOrThrow();
  }

  private NDArray array(String name) {
    return parameters.array(prefix + name);
  }
}
