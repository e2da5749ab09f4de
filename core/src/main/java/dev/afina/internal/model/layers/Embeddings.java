package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.SparseFormat;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.PackedKernels;
import dev.afina.internal.engine.PackedNetwork;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Tables with a row for each id, whose rows are added up, and normalised where there is a norm. */
public final class Embeddings {
  private final Form form;
  private final List<String> keys;
  private final List<Function<PackedBatch, long[]>> ids;
  private final Optional<Norm> norm;

  /**
   * @param keys of the tables, in the order in which their rows are added
   * @param ids which rows those of a batch are: T numbers for each table, in range
   */
  Embeddings(
      Form form, List<String> keys, List<Function<PackedBatch, long[]>> ids, Optional<Norm> norm) {
    this.form = form;
    this.keys = List.copyOf(keys);
    this.ids = List.copyOf(ids);
    this.norm = norm;
  }

  /**
   * The sums of the tables' rows, normalised where there is a norm.
   *
   * @return (T, size), in the batch's manager
   */
  public NDArray apply(PackedBatch batch) {
    List<NDArray> tables = tables();
    List<long[]> ids = ids(batch);
    NDManager manager = batch.manager();
    return norm.map(n -> normed(tables, ids, n, manager))
        .orElseGet(() -> sum(tables, ids, manager));
  }

  /** The rows of a batch: T numbers for each table. */
  List<long[]> ids(PackedBatch batch) {
    return ids.stream().map(of -> of.apply(batch)).toList();
  }

  private List<NDArray> tables() {
    return keys.stream().map(form::array).toList();
  }

  private NDArray normed(List<NDArray> tables, List<long[]> ids, Norm norm, NDManager manager) {
    Optional<PackedKernels> kernels = form.kernels();
    return kernels.isPresent()
        ? kernels.get().embeddings(tables, ids, norm.weight(), norm.bias(), norm.epsilon(), manager)
        : norm.apply(sum(tables, ids, manager));
  }

  private static NDArray sum(List<NDArray> tables, List<long[]> ids, NDManager manager) {
    NDArray sum = rows(tables.get(0), Autograd.indexes(manager, ids.get(0)));
    for (int i = 1; i < tables.size(); i++) {
      sum = sum.add(rows(tables.get(i), Autograd.indexes(manager, ids.get(i))));
    }
    return sum;
  }

  /** The tables and the norm as a packed network takes them; empty without a norm. */
  Optional<PackedNetwork.Tables> packed() {
    return norm.map(n -> new PackedNetwork.Tables(tables(), n.weight(), n.bias(), n.epsilon()));
  }

  /** The rows of (R, size) at {@code indexes}, which must be in range, in their manager. */
  public static NDArray rows(NDArray table, NDArray indexes) {
    return indexes
        .getNDArrayInternal()
        .embedding(indexes, table, SparseFormat.DENSE)
        .singletonOrThrow();
  }
}
