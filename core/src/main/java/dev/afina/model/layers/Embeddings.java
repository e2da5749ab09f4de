package dev.afina.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.SparseFormat;
import java.util.List;

/** Tables with a row for each id, whose rows are added up and normalised. */
public final class Embeddings {
  private final Form form;
  private final List<String> keys;
  private final Norm norm;

  /**
   * @param keys of the tables, in the order in which their rows are added
   */
  Embeddings(Form form, List<String> keys, Norm norm) {
    this.form = form;
    this.keys = List.copyOf(keys);
    this.norm = norm;
  }

  /**
   * The sums of the tables' rows, normalised.
   *
   * @param ids (T) for each table, in range
   * @return (T, size), in the manager of the first ids
   */
  public NDArray apply(List<NDArray> ids) {
    List<NDArray> tables = keys.stream().map(form::array).toList();
    return form.kernels()
        .map(k -> k.embeddings(tables, ids, norm.weight(), norm.bias(), norm.epsilon()))
        .orElseGet(() -> norm.apply(sum(tables, ids)));
  }

  private static NDArray sum(List<NDArray> tables, List<NDArray> ids) {
    NDArray sum = rows(tables.get(0), ids.get(0));
    for (int i = 1; i < tables.size(); i++) {
      sum = sum.add(rows(tables.get(i), ids.get(i)));
    }
    return sum;
  }

  /** The rows of (R, size) at {@code indexes}, which must be in range. */
  static NDArray rows(NDArray table, NDArray indexes) {
    return indexes
        .getNDArrayInternal()
        .embedding(indexes, table, SparseFormat.DENSE)
        .singletonOrThrow();
  }
}
