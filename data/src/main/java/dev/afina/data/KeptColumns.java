package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Which other columns the rows keep.
 *
 * @param <C> how a format names a column
 * @param columns distinct columns; empty if all are kept
 * @param all whether to keep all columns except those of text, pair and target
 */
record KeptColumns<C>(List<C> columns, boolean all) {
  KeptColumns {
    columns = List.copyOf(columns);
    Set<C> seen = new HashSet<>();
    for (C column : columns) {
      if (!seen.add(column)) {
        throw new IllegalArgumentException(
            "keep: column %s is given twice".formatted(Excerpt.of(column)));
      }
    }
  }

  static <C> KeptColumns<C> none() {
    return new KeptColumns<>(List.of(), false);
  }

  static <C> KeptColumns<C> everything() {
    return new KeptColumns<>(List.of(), true);
  }

  static <C> KeptColumns<C> of(List<C> columns) {
    return new KeptColumns<>(columns, false);
  }

  /** The same columns, named as in another format. */
  <D> KeptColumns<D> map(Function<C, D> name) {
    return new KeptColumns<>(columns.stream().map(name).toList(), all);
  }
}
