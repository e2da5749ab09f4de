package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.SparseFormat;
import dev.afina.internal.engine.PackedKernels;
import java.util.List;
import java.util.Optional;

/** Tables with a row for each id, whose rows are added up, and normalised where there is a norm. */
public final class Embeddings {
  private final Form form;
  private final List<String> keys;
  private final Optional<Norm> norm;

  /**
   * @param keys of the tables, in the order in which their rows are added
   */
  Embeddings(Form form, List<String> keys, Optional<Norm> norm) {
    this.form = form;
    this.keys = List.copyOf(keys);
    this.norm = norm;
  }

  /**
   * The sums of the tables' rows, normalised where there is a norm.
   *
   * @param ids (T) for each table, in range
   * @return (T, size), in the manager of the first ids
   */
  public NDArray apply(List<NDArray> ids) {
    List<NDArray> tables = keys.stream().map(form::array).toList();
    return norm.map(n -> normed(tables, ids, n)).orElseGet(() -> sum(tables, ids));
  }

  private NDArray normed(List<NDArray> tables, List<NDArray> ids, Norm norm) {
    Optional<PackedKernels> kernels = form.kernels();
    return kernels.isPresent()
        ? kernels.get().embeddings(tables, ids, norm.weight(), norm.bias(), norm.epsilon())
        : norm.apply(sum(tables, ids));
  }

  private static NDArray sum(List<NDArray> tables, List<NDArray> ids) {
    NDArray sum = rows(tables.get(0), ids.get(0));
    for (int i = 1; i < tables.size(); i++) {
      sum = sum.add(rows(tables.get(i), ids.get(i)));
    }
    return sum;
  }

  /** The rows of (R, size) at {@code indexes}, which must be in range, in their manager. */
  public static NDArray rows(NDArray table, NDArray indexes) {
    return indexes
        .getNDArrayInternal()
        .embedding(indexes, table, SparseFormat.DENSE)
        .singletonOrThrow();
  }
}
