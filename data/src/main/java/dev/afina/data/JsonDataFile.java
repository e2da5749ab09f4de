package dev.afina.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the rows of a JSON file: one object per line, or one array of objects, which may be nested
 * in an object. Rows are read one at a time, however long the file is.
 */
final class JsonDataFile implements RowSource {
  private static final Logger log = LoggerFactory.getLogger(JsonDataFile.class);

  /** The objects of a file. */
  interface Objects {
    /** Reads the next object; null at the end. */
    @Nullable JsonRow next() throws IOException;

    /** An exception that names the position of the current object. */
    DatasetException problem(String problem, @Nullable Throwable cause);
  }

  private final DataFile file;
  private final JsonFormat format;
  private final RowReader reader;
  private final JsonExamples examples;
  private final Objects objects;
  private boolean ended;

  private JsonDataFile(
      DataFile file, JsonFormat format, RowReader reader, @Nullable ClassNames classes)
      throws IOException {
    this.file = file;
    this.format = format;
    this.reader = reader;
    JsonRow.Members members = JsonExamples.members(format);
    boolean lines = format.rowsIn() == null && reader.peekBeyondBlanks() != '[';
    this.objects =
        lines
            ? new JsonLines(file.path(), reader, members)
            : new JsonDocument(file.path(), reader, format.rowsIn(), members);
    this.examples =
        new JsonExamples(
            file.path(), format, members, classes, text -> objects.problem(text, null));
  }

  /** Opens a file whose labels stay as they are. */
  static RowSource open(Path path, JsonFormat format) throws IOException {
    return open(path, format, null);
  }

  /**
   * Opens a file.
   *
   * @param classes the names of the classes, if labels may be class numbers; null for none
   */
  static RowSource open(Path path, JsonFormat format, @Nullable ClassNames classes)
      throws IOException {
    DataFile file = new DataFile(path, format.options());
    RowReader reader = new RowReader(file.open(), format.options().limits().rowCharacters());
    try {
      return new JsonDataFile(file, format, reader, classes);
    } catch (IOException e) {
      reader.close();
      throw file.explain(e);
    }
  }

  @Override
  public @Nullable Example next() throws IOException {
    if (ended) {
      return null;
    }
    try {
      JsonRow row = objects.next();
      if (row == null) {
        ended = true;
        Optional<String> counts = examples.end();
        counts.ifPresent(text -> log.info("{}: {}", file.path(), text));
        return null;
      }
      return examples.example(row);
    } catch (RowReader.TooLong e) {
      throw objects.problem(
          "more than "
              + format.options().limits().rowCharacters()
              + " characters; if the file is one object with rows inside, call JsonFormat.rowsIn(...), else raise DataLimits.rowCharacters(...) by JsonFormat.limits(...)",
          e);
    } catch (IOException e) {
      throw file.explain(e);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
