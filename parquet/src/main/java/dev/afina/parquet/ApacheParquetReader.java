package dev.afina.parquet;

import dev.afina.data.DataLimits;
import dev.afina.data.ParquetReader;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.DummyRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Apache's decoder, asked for single columns: only their bytes are read and unpacked. Snappy, zstd,
 * gzip and lz4_raw are known.
 *
 * <p>The decoder believes what a file says of itself and reserves memory for it. So each size is
 * looked at before: {@link FooterCheck}, {@link ChunkCheck}, {@link CheckedPages}.
 */
public final class ApacheParquetReader implements ParquetReader {
  /** A row takes that much at least, wherever its values come from; see the core's RowMemory. */
  private static final int ROW_BYTES = 40;

  /** A character has up to four bytes in UTF-8. */
  private static final long CHARACTER_BYTES = 4;

  private static final int LONGEST_MESSAGE = 500;

  /** Reads a file that is open. */
  private interface Reading<T> {
    T read(FileChannel channel, ParquetFileReader reader) throws IOException;
  }

  /** What the caller threw at a row, which is no fault of the file. */
  private static final class OfCaller extends IOException {
    private static final long serialVersionUID = 1L;
    private final IOException thrown;

    OfCaller(IOException thrown) {
      super(thrown);
      this.thrown = thrown;
    }
  }

  /** For {@link java.util.ServiceLoader}. */
  public ApacheParquetReader() {}

  @Override
  public Footer footer(Path file) throws IOException {
    return open(
        file,
        DataLimits.standard(),
        (channel, reader) -> {
          FileMetaData meta = reader.getFooter().getFileMetaData();
          return new Footer(
              meta.getSchema().getFields().stream().map(Type::getName).toList(),
              meta.getKeyValueMetaData());
        });
  }

  @Override
  public void read(Path file, List<String> columns, DataLimits limits, Rows rows)
      throws IOException {
    open(
        file,
        limits,
        (channel, reader) -> {
          read(channel, reader, columns, limits, rows);
          return Boolean.TRUE;
        });
  }

  private static <T> T open(Path file, DataLimits limits, Reading<T> reading) throws IOException {
    if (!Files.isRegularFile(file)) { // the decoder's own message names no reason
      throw Files.exists(file)
          ? new FileNotFoundException(file + ": not a file")
          : new NoSuchFileException(file.toString());
    }
    try (FileChannel channel = FileChannel.open(file)) {
      FooterCheck.check(channel, limits);
      try (ParquetFileReader reader =
          ParquetFileReader.open(
              new LocalInputFile(file),
              ParquetReadOptions.builder(new PlainParquetConfiguration())
                  .withCodecFactory(new Codecs())
                  .build())) {
        return reading.read(channel, reader);
      }
    } catch (OfCaller e) {
      throw e.thrown;
    } catch (UncheckedIOException e) {
      throw unreadable(file, Objects.requireNonNull(e.getCause()));
    } catch (IOException | RuntimeException e) {
      // The decoder throws unchecked exceptions of many kinds where bytes lie.
      throw unreadable(file, e);
    }
  }

  private static void read(
      FileChannel channel,
      ParquetFileReader reader,
      List<String> columns,
      DataLimits limits,
      Rows rows)
      throws IOException {
    FileMetaData meta = reader.getFooter().getFileMetaData();
    MessageType schema = projection(meta.getSchema(), columns);
    List<ColumnShape> shapes = new ArrayList<>();
    for (Type column : schema.getFields()) {
      shapes.add(ColumnShape.of(column));
    }
    reader.setRequestedSchema(schema);
    List<BlockMetaData> groups = reader.getFooter().getBlocks();
    requireFit(groups, limits);
    for (int i = 0; i < groups.size(); i++) {
      BlockMetaData group = groups.get(i);
      if (group.getRowCount() > 0) { // the decoder has no group without rows
        Set<String> dictionaries = check(channel, group, shapes, limits);
        try (PageReadStore pages = reader.readRowGroup(i)) {
          read(pages, schema, shapes, meta.getCreatedBy(), dictionaries, limits, rows);
        }
      }
    }
  }

  /** The schema with these columns only, in this order. */
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

  /** A few bytes can announce any number of rows. */
  private static void requireFit(List<BlockMetaData> groups, DataLimits limits) throws IOException {
    long most = limits.memoryBytes() / ROW_BYTES;
    long left = most;
    for (BlockMetaData group : groups) {
      if (group.getRowCount() < 0) {
        throw new IOException("it announces " + group.getRowCount() + " rows");
      }
      if (group.getRowCount() > left) {
        throw new Refused(
            "it announces more than "
                + most
                + " rows, which the memory allowed cannot hold; give Java more by -Xmx");
      }
      left -= group.getRowCount();
    }
  }

  /** Checks the wanted columns of a group; those that have a dictionary. */
  private static Set<String> check(
      FileChannel channel, BlockMetaData group, List<ColumnShape> shapes, DataLimits limits)
      throws IOException {
    Map<List<String>, ColumnShape> wanted =
        shapes.stream().collect(Collectors.toMap(ColumnShape::path, shape -> shape));
    ChunkCheck check = new ChunkCheck(channel, limits);
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

  private static void read(
      PageReadStore group,
      MessageType schema,
      List<ColumnShape> shapes,
      @Nullable String writer,
      Set<String> dictionaries,
      DataLimits limits,
      Rows rows)
      throws IOException {
    long longest = limits.rowCharacters() * CHARACTER_BYTES;
    ColumnReadStoreImpl store =
        new ColumnReadStoreImpl(
            new CheckedPages(group, longest),
            new DummyRecordConverter(schema).getRootConverter(),
            schema,
            writer);
    List<RowValues> columns = new ArrayList<>();
    for (ColumnShape shape : shapes) {
      ColumnDescriptor column = schema.getColumnDescription(shape.path().toArray(String[]::new));
      ColumnReader values = store.getColumnReader(column);
      Values single = new Values(values, longest, dictionaries.contains(shape.path().get(0)));
      columns.add(
          shape.isList()
              ? new Lists(values, shape, single, group.getPageReader(column).getTotalValueCount())
              : single);
    }
    @Nullable Object[] values = new @Nullable Object[columns.size()];
    for (long row = 0; row < group.getRowCount(); row++) {
      for (int i = 0; i < values.length; i++) {
        values[i] = columns.get(i).next();
      }
      try {
        rows.row(values);
      } catch (IOException e) {
        throw new OfCaller(e);
      }
    }
    for (RowValues column : columns) {
      column.requireEnd();
    }
  }

  private static IOException unreadable(Path file, Exception e) {
    String what = e instanceof Refused ? ": " : ": not a Parquet file that can be read: ";
    return new IOException(file + what + reason(e), e);
  }

  /** In one line; the decoder's own names of exceptions say nothing to a user. */
  private static String reason(Exception e) {
    String message = e.getMessage();
    if (message == null
        || message.isBlank()
        || e instanceof NullPointerException
        || e instanceof IndexOutOfBoundsException) {
      return e instanceof EOFException
          ? "it ends too soon; fetch the file again"
          : "it is damaged; fetch the file again";
    }
    String line =
        message
            .strip()
            .lines()
            .map(String::strip)
            .collect(Collectors.joining(" "))
            .replaceAll("\\p{Cntrl}", " ");
    return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "...";
  }
}
