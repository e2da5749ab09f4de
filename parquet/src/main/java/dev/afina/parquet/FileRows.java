package dev.afina.parquet;

import dev.afina.data.DataLimits;
import dev.afina.data.ParquetReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.DummyRecordConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** The rows of a file. Only the bytes of one row group are in memory at a time. */
final class FileRows implements ParquetReader.Rows {
  /** A character has up to four bytes in UTF-8. */
  private static final long CHARACTER_BYTES = 4;

  private final OpenFile file;
  private final DataLimits limits;
  private final MessageType schema;
  private final List<ColumnShape> shapes = new ArrayList<>();
  private final List<BlockMetaData> groups;
  private final @Nullable Object[] values;
  private int nextGroup;
  private long rowsRead;

  // The current row group.
  private @Nullable PageReadStore pages;
  private List<RowValues> columns = List.of();
  private long left;

  /** The rows of an open file, which is closed together with this object. */
  FileRows(OpenFile file, List<String> columns, DataLimits limits) throws IOException {
    this.file = file;
    this.limits = limits;
    this.schema = projection(file.reader().getFooter().getFileMetaData().getSchema(), columns);
    for (Type column : schema.getFields()) {
      shapes.add(ColumnShape.of(column));
    }
    this.groups = file.reader().getFooter().getBlocks();
    this.values = new @Nullable Object[columns.size()];
    file.rows(); // as many as there can be
    file.reader().setRequestedSchema(schema);
  }

  /** The schema reduced to these columns, in this order. */
  private static MessageType projection(MessageType schema, List<String> columns)
      throws IOException {
    List<Type> fields = new ArrayList<>();
    for (String column : columns) {
      if (!schema.containsField(column)) {
        throw new Refused("no column \"" + column + "\"");
      }
      fields.add(schema.getType(column));
    }
    return new MessageType(schema.getName(), fields);
  }

  @Override
  public @Nullable Object @Nullable [] next() throws IOException {
    try {
      while (left == 0) {
        endGroup();
        if (nextGroup == groups.size()) {
          return null;
        }
        beginGroup(nextGroup++);
      }
      left--;
      for (int i = 0; i < values.length; i++) {
        values[i] = value(i);
      }
      rowsRead++;
      return values;
    } catch (IOException | RuntimeException e) {
      throw ApacheParquetReader.unreadable(file.path(), e);
    }
  }

  private @Nullable Object value(int column) throws IOException {
    try {
      return columns.get(column).next();
    } catch (BadValue e) {
      throw new Refused(
          "row %s (counted from 0): column \"%s\" %s"
              .formatted(rowsRead, shapes.get(column).path().get(0), e.getMessage()));
    }
  }

  private void beginGroup(int number) throws IOException {
    BlockMetaData group = groups.get(number);
    if (group.getRowCount() == 0) { // the decoder has no group without rows
      return;
    }
    Set<String> dictionaries = check(group);
    PageReadStore read = file.reader().readRowGroup(number);
    pages = read;
    long longest = limits.rowCharacters() * CHARACTER_BYTES;
    ColumnReadStoreImpl store =
        new ColumnReadStoreImpl(
            new CheckedPages(read, longest),
            new DummyRecordConverter(schema).getRootConverter(),
            schema,
            file.reader().getFooter().getFileMetaData().getCreatedBy());
    columns = new ArrayList<>();
    for (ColumnShape shape : shapes) {
      ColumnDescriptor column = schema.getColumnDescription(shape.path().toArray(String[]::new));
      ColumnReader reader = store.getColumnReader(column);
      Values single =
          new Values(reader, shape.meaning(), longest, dictionaries.contains(shape.path().get(0)));
      columns.add(
          shape.isList()
              ? new Lists(reader, shape, single, read.getPageReader(column).getTotalValueCount())
              : single);
    }
    left = group.getRowCount();
  }

  private void endGroup() throws IOException {
    if (pages != null) {
      for (RowValues column : columns) {
        column.requireEnd();
      }
      columns = List.of();
      pages.close();
      pages = null;
    }
  }

  /** Checks the wanted columns of a group. Returns those with a dictionary. */
  private Set<String> check(BlockMetaData group) throws IOException {
    Map<List<String>, ColumnShape> wanted =
        shapes.stream().collect(Collectors.toMap(ColumnShape::path, shape -> shape));
    ChunkCheck check = new ChunkCheck(file.channel(), limits);
    Set<String> dictionaries = new HashSet<>();
    Set<String> found = new HashSet<>();
    long bytes = 0;
    for (ColumnChunkMetaData chunk : group.getColumns()) {
      ColumnShape shape = wanted.get(List.of(chunk.getPath().toArray()));
      if (shape == null) {
        continue;
      }
      String name = shape.path().get(0);
      if (!found.add(name)) {
        throw new IOException("column \"" + name + "\" is twice in a group of rows");
      }
      check.check(chunk, group.getRowCount(), shape.isList());
      bytes += chunk.getTotalSize();
      if (chunk.hasDictionaryPage()) {
        dictionaries.add(name);
      }
    }
    if (found.size() != shapes.size()) {
      throw new IOException("a group of rows has the columns " + found + " of " + shapes.size());
    }
    if (bytes > limits.memoryBytes() / 2) {
      throw new Refused(
          "a group of rows has "
              + bytes
              + " bytes, more than half of the memory allowed; give Java more by -Xmx");
    }
    return dictionaries;
  }

  @Override
  public void close() throws IOException {
    try (file) {
      if (pages != null) {
        pages.close();
        pages = null;
      }
    }
  }
}
