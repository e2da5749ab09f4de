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
 * Reads chosen columns with Apache's decoder; only their bytes are read and decompressed. Supports
 * snappy, zstd, gzip and lz4_raw. Thread safe.
 *
 * <p>The decoder trusts the sizes in a file and allocates memory for them. So all sizes are checked
 * first, by {@link FooterCheck}, {@link ChunkCheck} and {@link CheckedPages}.
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

  /** Checked here because the decoder's own message gives no reason. */
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
   * The exception for an invalid file. The decoder throws many kinds of unchecked exceptions for
   * it.
   */
  static IOException unreadable(Path file, Exception thrown) {
    Exception e =
        thrown instanceof UncheckedIOException
            ? Objects.requireNonNull((IOException) thrown.getCause())
            : thrown;
    String what = e instanceof Refused ? ": " : ": not a Parquet file that can be read: ";
    return new IOException(file + what + reason(e), e);
  }

  /** The reason on one line; the decoder's exception names mean nothing to a user. */
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
