package dev.afina.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnReader;
import org.jspecify.annotations.Nullable;

/** The lists of a column, one a row, of a group of rows. */
final class Lists implements RowValues {
  /** A few bytes can announce any number of equal values. */
  private static final int MOST = 1 << 16;

  private final ColumnReader reader;
  private final ColumnShape shape;
  private final Values items;
  private long left;

  /**
   * Of a group of rows.
   *
   * @param items the same reader's values
   * @param count how many values there are, where an empty list is one, too
   */
  Lists(ColumnReader reader, ColumnShape shape, Values items, long count) {
    this.reader = reader;
    this.shape = shape;
    this.items = items;
    this.left = count;
  }

  @Override
  public @Nullable Object next() throws IOException {
    if (left <= 0) {
      throw new IOException("a column of lists has fewer rows than are announced");
    }
    int level = reader.getCurrentDefinitionLevel();
    if (level < shape.item()) {
      reader.consume();
      left--;
      requireRowsEnd();
      return level < shape.list() ? null : List.of();
    }
    List<@Nullable Object> list = new ArrayList<>();
    do {
      if (list.size() == MOST) {
        throw new Refused("a row has a list of more than " + MOST + " values");
      }
      list.add(items.next());
      left--;
    } while (reader.getCurrentRepetitionLevel() > 0);
    return list;
  }

  @Override
  public void requireEnd() throws IOException {
    if (left != 0) {
      throw new IOException("a column of lists has more rows than are announced");
    }
  }

  private void requireRowsEnd() throws IOException {
    if (reader.getCurrentRepetitionLevel() > 0) {
      throw new IOException("a list that is empty goes on");
    }
  }
}
