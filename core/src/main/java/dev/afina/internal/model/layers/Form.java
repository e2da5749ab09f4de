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
 * What layers are made of: where a model's parameters come from, and how what costs most is
 * computed. By default all is computed by plain operators.
 */
public interface Form {

  /**
   * The parameter of a checkpoint key, as layers use it at this moment; it stays the form's.
   *
   * @throws IllegalStateException where there is none
   */
  NDArray array(String key);

  /**
   * An array that is the same for all uses of a model, such as a table of angles; it stays the
   * form's.
   *
   * @param name one name, one array
   * @param maker makes it in the manager given, at the first call
   */
  NDArray constant(String name, Function<NDManager, NDArray> maker);

  /** A linear layer. */
  default Linear linear(LinearSpec spec) {
    return new PlainLinear(this, spec);
  }

  /** A linear layer whose result is {@linkplain #kept kept}, so that its speed does not matter. */
  default Linear unpacked(LinearSpec spec) {
    return linear(spec);
  }

  /**
   * What is computed of parameters alone, where they stay as they are.
   *
   * @param maker computes it in the manager given, which is the form's
   * @return empty where parameters change, and it must be computed with each use
   */
  default <T> Optional<T> kept(Function<NDManager, T> maker) {
    return Optional.empty();
  }

  /** A layer whose outputs are two halves: the first, activated, times the second. */
  default Linear gated(LinearSpec spec) {
    return new PlainGated(linear(spec.then(Activation.LINEAR)), spec.activation());
  }

  /**
   * Queries, keys and values of attention from one layer.
   *
   * @param rows the fewest tokens that queries are asked for
   * @param all of 3 · H outputs: queries, then keys, then values
   */
  default Projection projection(Rows rows, LinearSpec all) {
    return new SplitProjection(linear(all));
  }

  /** The same from one layer whose outputs are ordered by heads. */
  default Projection projection(Rows rows, ByHeads all) {
    return new ByHeadsProjection(this, all, linear(all.all()));
  }

  /**
   * Queries, keys and values of attention.
   *
   * @param rows the fewest tokens that queries are asked for
   */
  default Projection projection(Rows rows, LinearSpec query, LinearSpec key, LinearSpec value) {
    return new PlainProjection(linear(query), linear(key), linear(value));
  }

  /**
   * Layers one after the other in one call.
   *
   * @param layers at least one
   * @return empty where they are called one by one
   */
  default Optional<PackedStack> stack(List<PostNormLayer> layers) {
    return Optional.empty();
  }

  /**
   * A network of these parts, with nothing between them, in one call.
   *
   * @return empty where they are called one by one
   */
  default Optional<PackedNetwork> network(
      Embeddings embeddings, PostNormStack layers, FirstTokenHead head) {
    return Optional.empty();
  }

  /** The kernels for what has no parameters; empty for plain operators. */
  default Optional<PackedKernels> kernels() {
    return Optional.empty();
  }
}
