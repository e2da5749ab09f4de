package dev.afina.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a row beside texts and target: an ordered map from names to values, which are
 * those of {@link ColumnValue}. Equality ignores the order. Immutable.
 */
final class RowColumns {
  static final RowColumns NONE = new RowColumns(ColumnNames.NONE);

  private final ColumnNames names;
  private final @Nullable Object[] values;

  /** Takes ownership of the array, which has one value per name. */
  RowColumns(ColumnNames names, @Nullable Object... values) {
    this.names = names;
    this.values = values;
  }

  ColumnNames names() {
    return names;
  }

  int size() {
    return values.length;
  }

  @Nullable Object value(int position) {
    return values[position];
  }

  /** The same columns with this value, which replaces that of an existing column or goes last. */
  RowColumns with(String name, @Nullable Object value) {
    int position = names.position(name);
    @Nullable Object[] changed =
        Arrays.copyOf(values, position < 0 ? values.length + 1 : values.length);
    changed[position < 0 ? values.length : position] = value;
    return new RowColumns(position < 0 ? names.plus(name) : names, changed);
  }

  /** The same columns without the one at a position. */
  RowColumns without(int position) {
    List<String> left = new ArrayList<>(names.list());
    left.remove(position);
    ColumnNames fewer = ColumnNames.NONE;
    for (String name : left) {
      fewer = fewer.plus(name); // so that rows share it
    }
    @Nullable Object[] others = new @Nullable Object[values.length - 1];
    System.arraycopy(values, 0, others, 0, position);
    System.arraycopy(values, position + 1, others, position, others.length - position);
    return new RowColumns(fewer, others);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof RowColumns columns) || values.length != columns.values.length) {
      return false;
    }
    for (int i = 0; i < values.length; i++) {
      String name = names.list().get(i);
      int there = names == columns.names ? i : columns.names.position(name);
      if (there < 0 || !Objects.equals(values[i], columns.values[there])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 0;
    for (int i = 0; i < values.length; i++) {
      hash += names.list().get(i).hashCode() ^ Objects.hashCode(values[i]);
    }
    return hash;
  }

  /** Such as {@code stars=5, tags=[a, b]}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      text.append(i == 0 ? "" : ", ").append(names.list().get(i)).append('=').append(values[i]);
    }
    return text.toString();
  }
}
