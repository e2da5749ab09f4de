package dev.afina.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import dev.afina.checkpoint.TensorData;
import dev.afina.engine.Finite;
import dev.afina.engine.NativeUse;
import dev.afina.engine.PackedEncoder;
import dev.afina.engine.PyTorch;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An architecture with its weights and the configuration it came with. Owns the arrays until
 * closed; as many threads as like may compute with it as long as none changes the weights.
 */
public final class Model implements AutoCloseable {
  private final Architecture architecture;
  private final JsonObject config;
  private final NDManager manager;
  private final Map<String, NDArray> arrays;

  /**
   * @param manager owner of the arrays; the model closes it
   * @param arrays by checkpoint key, in the order of {@link ModelSpec#parameters()}
   */
  Model(
      Architecture architecture,
      JsonObject config,
      NDManager manager,
      Map<String, NDArray> arrays) {
    this.architecture = architecture;
    this.config = config;
    this.manager = manager;
    this.arrays = Collections.unmodifiableMap(arrays);
  }

  /** What the weights belong to. */
  public Architecture architecture() {
    return architecture;
  }

  /** A copy of the configuration that the checkpoint came with. */
  public JsonObject config() {
    return config.deepCopy();
  }

  /** The arrays by checkpoint key; they stay the model's. */
  public Map<String, NDArray> arrays() {
    return arrays;
  }

  /**
   * The array of a key that the architecture has; it stays the model's.
   *
   * @throws IllegalArgumentException for another key
   */
  public NDArray array(String key) {
    NDArray array = arrays.get(key);
    if (array == null) {
      throw new IllegalArgumentException("no parameter \"" + key + "\"");
    }
    return array;
  }

  /** Logits (B, C) in the order of the batch, owned by the batch's manager; nothing is dropped. */
  public NDArray logits(PackedBatch batch) {
    return architecture.logits(batch, new Weights(Parameters.of(arrays)), Dropout.NONE);
  }

  /**
   * The same, with the encoder's layers as they were when they were packed.
   *
   * @param encoder {@link #pack packed} from this model
   */
  public NDArray logits(PackedBatch batch, PackedEncoder encoder) {
    return architecture.logits(batch, new Weights(Parameters.of(arrays), encoder), Dropout.NONE);
  }

  /**
   * A copy of the encoder's layers as they are now, for prediction; the caller closes it.
   *
   * @return empty where PyTorch or the architecture cannot
   */
  public Optional<PackedEncoder> pack(PackedEncoder.Format format) {
    return architecture.pack(new Weights(Parameters.of(arrays)), format);
  }

  /**
   * Refuses weights that are infinite or NaN.
   *
   * @throws IllegalStateException naming the parameter and the place
   */
  public void requireFinite() {
    arrays.forEach(
        (key, array) ->
            other(array)
                .ifPresent(
                    place -> {
                      throw new IllegalStateException(
                          "parameter \"" + key + "\": " + place + ", expected finite numbers");
                    }));
  }

  /** Where an array has an element that is infinite or NaN, and which; empty for nowhere. */
  static Optional<String> other(NDArray array) {
    OptionalLong first = Finite.firstOther(array);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    long[] shape = array.getShape().getShape();
    long[] place = new long[shape.length];
    long rest = first.getAsLong();
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      place[axis] = rest % shape[axis];
      rest /= shape[axis];
    }
    float value = PyTorch.memory(array).get((int) first.getAsLong());
    return Optional.of("the element at " + Arrays.toString(place) + " is " + value);
  }

  /**
   * All weights, for a checkpoint file: views of the arrays' memory, which must be written before
   * this model is closed or trained on. (PyTorch's machines are little-endian, as the file is.)
   */
  public Map<String, TensorData> tensors() {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    arrays.forEach(
        (key, array) ->
            tensors.put(key, TensorData.floats(PyTorch.bytes(array), array.getShape().getShape())));
    return tensors;
  }

  @Override
  public void close() {
    NativeUse.free(manager::close);
  }
}
