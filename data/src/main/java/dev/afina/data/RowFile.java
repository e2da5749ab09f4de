package dev.afina.data;

import dev.afina.internal.files.WholeFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.zip.GZIPOutputStream;

/** Writes rows to a file, all or none; gzipped if its name ends in .gz. */
final class RowFile {
  private RowFile() {}

  /**
   * Writes a file.
   *
   * @throws IllegalArgumentException if a row could not be read back unchanged; the message names
   *     it
   * @throws IOException if the file cannot be written, or the rows come from a file that cannot be
   *     read
   */
  static void write(Path file, ReadingOptions options, Iterator<Example> rows, RowText text)
      throws IOException {
    Charset charset = options.charset() == null ? StandardCharsets.UTF_8 : options.charset();
    if (!charset.canEncode()) {
      throw new IllegalArgumentException(
          "charset \"%s\" can be read only; use one like UTF-8".formatted(charset.name()));
    }
    boolean gzip = file.toString().endsWith(".gz");
    try {
      WholeFile.write(
          file,
          out -> {
            OutputStream packed = gzip ? new GZIPOutputStream(out) : out;
            Writer writer = new BufferedWriter(new OutputStreamWriter(packed, charset));
            write(writer, charset.newEncoder(), rows, text);
            writer.flush();
            if (packed instanceof GZIPOutputStream ofGzip) {
              ofGzip.finish();
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void write(
      Writer out, CharsetEncoder encoder, Iterator<Example> rows, RowText text) throws IOException {
    Example example = rows.hasNext() ? rows.next() : null;
    out.write(encodable(text.header(example), encoder, text));
    for (long row = 0; example != null; row++) {
      try {
        out.write(encodable(text.row(example), encoder, text));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "row %s (counted from 0): %s".formatted(row, e.getMessage()), e);
      }
      example = rows.hasNext() ? rows.next() : null;
    }
  }

  private static String encodable(String line, CharsetEncoder encoder, RowText text) {
    return encoder.canEncode(line) ? line : text.encodable(line);
  }
}
