package dev.afina.parquet;

import dev.afina.ParquetReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.ParquetRuntimeException;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.DummyRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Apache's decoder, asked for single columns: only their bytes are read and unpacked. Snappy, zstd,
 * gzip and lz4_raw are known.
 */
public final class ApacheParquetReader implements ParquetReader {
  /** For {@link java.util.ServiceLoader}. */
  public ApacheParquetReader() {}

  @Override
  public Footer footer(Path file) throws IOException {
    try (ParquetFileReader reader = open(file)) {
      FileMetaData meta = reader.getFooter().getFileMetaData();
      return new Footer(
          meta.getSchema().getFields().stream().map(Type::getName).toList(),
          meta.getKeyValueMetaData());
    } catch (RuntimeException e) {
      throw unreadable(file, e);
    }
  }

  @Override
  public void read(Path file, List<String> columns, Rows rows) throws IOException {
    try (ParquetFileReader reader = open(file)) {
      FileMetaData meta = reader.getFooter().getFileMetaData();
      MessageType schema = projection(file, meta.getSchema(), columns);
      reader.setRequestedSchema(schema);
      for (PageReadStore group = reader.readNextRowGroup();
          group != null;
          group = reader.readNextRowGroup()) {
        read(group, schema, meta.getCreatedBy(), rows);
      }
    } catch (RuntimeException e) {
      throw unreadable(file, e);
    }
  }

  private static ParquetFileReader open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) { // the decoder's own message names no reason
      throw Files.exists(file)
          ? new FileNotFoundException(file + ": not a file")
          : new NoSuchFileException(file.toString());
    }
    return ParquetFileReader.open(
        new LocalInputFile(file),
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new Codecs())
            .build());
  }

  /** The schema with these columns only, in this order. */
  private static MessageType projection(Path file, MessageType schema, List<String> columns)
      throws IOException {
    List<Type> fields = new ArrayList<>();
    for (String column : columns) {
      if (!schema.containsField(column)) {
        throw new IOException(
            file + ": no column \"" + column + "\", the file has " + schema.getFields());
      }
      Type field = schema.getType(column);
      if (!field.isPrimitive() || field.isRepetition(Type.Repetition.REPEATED)) {
        throw new IOException(
            file
                + ": column \""
                + column
                + "\" is a list, a map or a struct, expected one of single values");
      }
      fields.add(field);
    }
    return new MessageType(schema.getName(), fields);
  }

  private static void read(
      PageReadStore group, MessageType schema, @Nullable String writer, Rows rows)
      throws IOException {
    ColumnReadStoreImpl store =
        new ColumnReadStoreImpl(
            group, new DummyRecordConverter(schema).getRootConverter(), schema, writer);
    List<ColumnReader> readers = schema.getColumns().stream().map(store::getColumnReader).toList();
    @Nullable Object[] values = new @Nullable Object[readers.size()];
    for (long row = 0; row < group.getRowCount(); row++) {
      for (int i = 0; i < values.length; i++) {
        ColumnReader reader = readers.get(i);
        values[i] = value(reader);
        reader.consume();
      }
      rows.row(values);
    }
  }

  private static @Nullable Object value(ColumnReader reader) {
    int defined = reader.getDescriptor().getMaxDefinitionLevel();
    if (reader.getCurrentDefinitionLevel() < defined) {
      return null;
    }
    PrimitiveType type = reader.getDescriptor().getPrimitiveType();
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> reader.getBoolean();
      case INT32 -> (long) reader.getInteger();
      case INT64 -> reader.getLong();
      case FLOAT -> (double) reader.getFloat();
      case DOUBLE -> reader.getDouble();
      // The annotation of the type decides how bytes are shown: UTF-8 for strings.
      case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> type.stringifier().stringify(reader.getBinary());
    };
  }

  /** The decoder throws unchecked exceptions for broken files, and others where bytes lie. */
  private static IOException unreadable(Path file, RuntimeException e) {
    String kind = e instanceof ParquetRuntimeException ? "" : e.getClass().getSimpleName() + ", ";
    return new IOException(
        file
            + ": not a Parquet file that can be read ("
            + kind
            + String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ")
            + ")",
        e);
  }
}
