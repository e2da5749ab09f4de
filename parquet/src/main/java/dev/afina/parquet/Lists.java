package dev.afina.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnReader;
import org.jspecify.annotations.Nullable;

/** The lists of a column in a row group, one per row. */
final class Lists implements RowValues {
  /** The longest list: a few bytes can encode any number of equal values. */
  private static final int MOST = 1 << 16;

  private final ColumnReader reader;
  private final ColumnShape shape;
  private final Values items;
  private long left;

  /**
   * The lists of a row group.
   *
   * @param items the values of the same reader
   * @param count the number of values, where an empty list counts as one
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
