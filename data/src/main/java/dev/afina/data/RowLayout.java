package dev.afina.data;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a file make a row. All formats of tables have one.
 *
 * @param <C> how a format names a column
 * @param text the columns of the text, in the order in which they are joined
 * @param pair the column of the second text; null for none
 * @param target the columns of the target
 * @param joiner what to put between several text columns
 * @param kept the other columns to keep
 */
record RowLayout<C>(
    List<C> text, @Nullable C pair, TargetColumns<C> target, String joiner, KeptColumns<C> kept) {

  private static final String SPACE = " ";

  RowLayout {
    text = List.copyOf(text);
  }

  /** The default of a format with column names: a text and a label. */
  static <C> RowLayout<C> of(C text, C label) {
    return new RowLayout<>(
        List.of(text), null, TargetColumns.usually(label), SPACE, KeptColumns.none());
  }

  /** The default of a format without column names: nothing is known. */
  static <C> RowLayout<C> unknown() {
    return new RowLayout<>(List.of(), null, TargetColumns.unknown(), SPACE, KeptColumns.none());
  }

  RowLayout<C> withText(List<C> columns) {
    return new RowLayout<>(columns, pair, target, joiner, kept);
  }

  RowLayout<C> withPair(C column) {
    return new RowLayout<>(text, column, target, joiner, kept);
  }

  RowLayout<C> withTarget(TargetColumns<C> columns) {
    return new RowLayout<>(text, pair, columns, joiner, kept);
  }

  RowLayout<C> withJoiner(String separator) {
    return new RowLayout<>(text, pair, target, separator, kept);
  }

  RowLayout<C> withKept(KeptColumns<C> columns) {
    return new RowLayout<>(text, pair, target, joiner, columns);
  }

  /** The same layout, with columns named as in another format. */
  <D> RowLayout<D> map(Function<C, D> name) {
    return new RowLayout<>(
        text.stream().map(name).toList(),
        pair == null ? null : name.apply(pair),
        target.map(name),
        joiner,
        kept.map(name));
  }
}
