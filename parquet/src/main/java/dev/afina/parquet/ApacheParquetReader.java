package dev.afina.parquet;

import dev.afina.data.DataLimits;
import dev.afina.data.ParquetReader;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.schema.Type;

/**
 * Apache's decoder, asked for single columns: only their bytes are read and unpacked. Snappy, zstd,
 * gzip and lz4_raw are known.
 *
 * <p>The decoder believes what a file says of itself and reserves memory for it. So each size is
 * looked at before: {@link FooterCheck}, {@link ChunkCheck}, {@link CheckedPages}.
 */
public final class ApacheParquetReader implements ParquetReader {
  private static final int LONGEST_MESSAGE = 500;

  /** For {@link java.util.ServiceLoader}. */
  public ApacheParquetReader() {}

  @Override
  public Footer footer(Path file) throws IOException {
    requireFile(file);
    try (OpenFile open = OpenFile.of(file, DataLimits.standard())) {
      FileMetaData meta = open.reader().getFooter().getFileMetaData();
      List<Type> columns = meta.getSchema().getFields();
      return new Footer(
          columns.stream().map(Type::getName).toList(),
          columns.stream()
              .filter(column -> !isReadable(column))
              .map(Type::getName)
              .collect(Collectors.toSet()),
          open.rows(),
          meta.getKeyValueMetaData());
    } catch (IOException | RuntimeException e) {
      throw unreadable(file, e);
    }
  }

  /** The decoder's own message names no reason. */
  private static void requireFile(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw Files.exists(file)
          ? new FileNotFoundException(file + ": not a file")
          : new NoSuchFileException(file.toString());
    }
  }

  private static boolean isReadable(Type column) {
    try {
      ColumnShape.of(column);
      return true;
    } catch (Refused e) {
      return false;
    }
  }

  @Override
  public Rows open(Path file, List<String> columns, DataLimits limits) throws IOException {
    requireFile(file);
    OpenFile open = null;
    try {
      open = OpenFile.of(file, limits);
      return new FileRows(open, columns, limits);
    } catch (IOException | RuntimeException e) {
      if (open != null) {
        open.close();
      }
      throw unreadable(file, e);
    }
  }

  /**
   * The exception for what a file's bytes led to; the decoder throws unchecked exceptions of many
   * kinds where they lie.
   */
  static IOException unreadable(Path file, Exception thrown) {
    Exception e =
        thrown instanceof UncheckedIOException
            ? Objects.requireNonNull((IOException) thrown.getCause())
            : thrown;
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
