package dev.afina.internal.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import dev.afina.internal.checkpoint.TensorData;
import dev.afina.internal.engine.Finite;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.engine.PackedFormat;
import dev.afina.internal.engine.PackedKernels;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.Constants;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.Form;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.PackedForm;
import dev.afina.internal.model.layers.ParameterSpec;
import dev.afina.internal.model.layers.PlainForm;
import dev.afina.internal.model.layers.TokenRows;
import dev.afina.internal.model.lora.Adapter;
import dev.afina.tokenization.Encoding;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An architecture with its weights and the configuration of its checkpoint. Owns the arrays until
 * closed. Any number of threads may compute with it as long as none changes the weights.
 */
public final class Model implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Model.class);

  private final Architecture architecture;
  private final JsonObject config;
  private final NDManager manager;
  private final Map<String, NDArray> arrays;
  private final Constants constants;
  private final Network plain;
  private final long bytes;
  private volatile Optional<Adapter> adapter = Optional.empty();

  /**
   * @param manager the owner of the arrays, which the model closes
   * @param arrays the weights by checkpoint key, in the order of {@link ModelSpec#parameters()}
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
    this.constants = new Constants(manager);
    this.bytes = arrays.values().stream().mapToLong(a -> a.size() * Float.BYTES).sum();
    this.plain = bind(new PlainForm(this.arrays, constants));
  }

  /** The architecture to which the weights belong. */
  public Architecture architecture() {
    return architecture;
  }

  /** The configuration of the checkpoint; a copy. */
  public JsonObject config() {
    return config.deepCopy();
  }

  /** The size of the arrays in bytes; a packed form takes at most as much again. */
  public long bytes() {
    return bytes;
  }

  /** The arrays by checkpoint key, owned by the model. */
  public Map<String, NDArray> arrays() {
    return arrays;
  }

  /**
   * The array of a parameter, owned by the model.
   *
   * @throws IllegalArgumentException if the architecture has no such key
   */
  public NDArray array(String key) {
    NDArray array = arrays.get(key);
    if (array == null) {
      throw new IllegalArgumentException("no parameter \"" + key + "\"");
    }
    return array;
  }

  /**
   * The low-rank updates that are merged into the arrays, if only these and the head were trained.
   */
  public Optional<Adapter> adapter() {
    return adapter;
  }

  /** Sets {@link #adapter()}; to be called by code that changes the arrays. */
  public void adapted(Optional<Adapter> merged) {
    adapter = merged;
  }

  /** Arrays that the architecture needs besides its parameters. They live as long as the model. */
  public Constants constants() {
    return constants;
  }

  /** The network that computes by plain operators. */
  public Network network() {
    return plain;
  }

  /** Binds the network to layers of this form. */
  public Network bind(Form form) {
    return architecture.bind(new Binder(form));
  }

  /** A batch of texts for this model, whose arrays belong to {@code manager}. */
  public PackedBatch batch(List<Encoding> texts, NDManager manager) {
    return batch(texts, manager, TokenRows.IDS);
  }

  /**
   * A batch of texts for a token embedding with other rows than one per token id.
   *
   * @param rows the row of each token
   */
  public PackedBatch batch(List<Encoding> texts, NDManager manager, TokenRows rows) {
    ModelSpec spec = architecture.spec();
    return new PackedBatch(texts, spec.vocabularySize(), spec.maxTokens(), manager, rows);
  }

  /**
   * Computes logits by plain operators and without dropout: (B, C) in the order of the batch, owned
   * by the batch's manager.
   */
  public NDArray logits(PackedBatch batch) {
    return logits(batch, Dropout.NONE);
  }

  /** Computes logits by plain operators with dropout. */
  public NDArray logits(PackedBatch batch, Dropout dropout) {
    return plain.logits(batch, dropout);
  }

  /**
   * Packs copies of the encoder's current layers for prediction. The caller closes the result.
   *
   * @return empty if the kernels are missing or compute wrongly on this machine (a log line says
   *     which), or {@code -Dafina.fusedOps=false} is set
   */
  public Optional<PackedModel> pack(PackedFormat format) {
    return format.kernels().flatMap(kernels -> pack(format, kernels));
  }

  // The natives report failure by many exception types; any of them means "not here".
  @SuppressWarnings("PMD.AvoidCatchingGenericException")
  private Optional<PackedModel> pack(PackedFormat format, PackedKernels kernels) {
    PackedForm form = new PackedForm(new PlainForm(arrays, constants), kernels);
    try {
      PackedModel packed = new PackedModel(bind(form), form);
      if (form.isRight()) {
        return Optional.of(packed);
      }
      packed.close();
      return Optional.empty();
    } catch (RuntimeException e) {
      form.close();
      log.warn(
          "packed layers in {} are not usable here: {}; the plain path serves, slower",
          format,
          e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Throws if a weight is infinite or NaN.
   *
   * @throws IllegalStateException with the parameter and the position
   */
  public void requireFinite() {
    arrays.forEach(
        (key, array) ->
            nonFinite(array)
                .ifPresent(
                    place -> {
                      throw new IllegalStateException(
                          "parameter \"" + key + "\": " + place + ", expected finite numbers");
                    }));
  }

  /** Some of the weights, for a checkpoint file; see {@link #tensors()}. */
  public Map<String, TensorData> tensors(Predicate<ParameterSpec> which) {
    Map<String, TensorData> tensors = tensors();
    architecture.spec().parameters().stream()
        .filter(which.negate())
        .forEach(spec -> tensors.remove(spec.key()));
    return tensors;
  }

  /** Describes the first element that is infinite or NaN; empty if all are finite. */
  static Optional<String> nonFinite(NDArray array) {
    OptionalLong first = Finite.firstNonFinite(array);
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
   * this model is closed or trained further. (All machines that PyTorch supports are little-endian,
   * as the file is.)
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
