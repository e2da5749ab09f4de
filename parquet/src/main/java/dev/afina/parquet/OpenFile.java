package dev.afina.parquet;

import dev.afina.data.DataLimits;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.LocalInputFile;

/**
 * An open file with a checked footer and its decoder.
 *
 * @param path the file's path
 */
record OpenFile(Path path, FileChannel channel, ParquetFileReader reader) implements Closeable {

  /** Opens a file and checks its footer. */
  static OpenFile of(Path path, DataLimits limits) throws IOException {
    FileChannel channel = FileChannel.open(path);
    try {
      FooterCheck.check(channel, limits);
      ParquetReadOptions options =
          ParquetReadOptions.builder(new PlainParquetConfiguration())
              .withCodecFactory(new Codecs())
              .build();
      return new OpenFile(path, channel, ParquetFileReader.open(new LocalInputFile(path), options));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * The number of rows that the file claims to have, at most {@code Long.MAX_VALUE}.
   *
   * @throws IOException if a row group has a negative number of rows
   */
  long rows() throws IOException {
    long rows = 0;
    for (BlockMetaData group : reader.getFooter().getBlocks()) {
      if (group.getRowCount() < 0) {
        throw new IOException("it announces " + group.getRowCount() + " rows");
      }
      rows = Math.min(group.getRowCount(), Long.MAX_VALUE - rows) + rows;
    }
    return rows;
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      reader.close();
    }
  }
}
