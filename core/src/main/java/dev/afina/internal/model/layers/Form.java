package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.engine.PackedKernels;
import dev.afina.internal.engine.PackedNetwork;
import dev.afina.internal.engine.PackedStack;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How layers are computed: where their parameters come from, and how the expensive operations are
 * carried out. By default everything is computed by plain operators.
 */
public interface Form {

  /**
   * The current array of a parameter, owned by the form.
   *
   * @throws IllegalStateException if there is none
   */
  NDArray array(String key);

  /**
   * An array that is the same for all uses of a model, such as a table of angles; owned by the
   * form.
   *
   * @param name identifies the array
   * @param maker makes it in the given manager, on the first call
   */
  NDArray constant(String name, Function<NDManager, NDArray> maker);

  /** A linear layer. */
  default Linear linear(LinearSpec spec) {
    return new PlainLinear(this, spec);
  }

  /** A linear layer whose result is {@linkplain #kept kept}, so that packing it would not pay. */
  default Linear unpacked(LinearSpec spec) {
    return linear(spec);
  }

  /**
   * Keeps a result that depends on parameters alone, if they do not change.
   *
   * @param maker computes it in the given manager, which belongs to the form
   * @return empty if parameters change, so that it must be computed at each use
   */
  default <T> Optional<T> kept(Function<NDManager, T> maker) {
    return Optional.empty();
  }

  /** A gated linear layer: the first half of its outputs, activated, times the second half. */
  default Linear gated(LinearSpec spec) {
    return new PlainGated(linear(spec.then(Activation.LINEAR)), spec.activation());
  }

  /**
   * Queries, keys and values from one layer.
   *
   * @param rows the fewest tokens that queries are computed for
   * @param all of 3 · H outputs: queries, then keys, then values
   */
  default Projection projection(Rows rows, LinearSpec all) {
    return new SplitProjection(linear(all));
  }

  /** Queries, keys and values from one layer whose outputs are ordered by heads. */
  default Projection projection(Rows rows, ByHeads all) {
    return new ByHeadsProjection(this, all, linear(all.all()));
  }

  /**
   * Queries, keys and values from three layers.
   *
   * @param rows the fewest tokens that queries are computed for
   */
  default Projection projection(Rows rows, LinearSpec query, LinearSpec key, LinearSpec value) {
    return new PlainProjection(linear(query), linear(key), linear(value));
  }

  /**
   * A stack of layers as a single call.
   *
   * @param layers at least one
   * @return empty if they are called one by one
   */
  default Optional<PackedStack> stack(List<PostNormLayer> layers) {
    return Optional.empty();
  }

  /**
   * A network of these parts, with nothing between them, as a single call.
   *
   * @return empty if they are called one by one
   */
  default Optional<PackedNetwork> network(
      Embeddings embeddings, PostNormStack layers, FirstTokenHead head) {
    return Optional.empty();
  }

  /** The kernels for operations without parameters; empty for plain operators. */
  default Optional<PackedKernels> kernels() {
    return Optional.empty();
  }
}
