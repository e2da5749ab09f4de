package dev.afina.data;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The objects of a file with one object per line. Blank lines are skipped. */
final class JsonLines implements JsonDataFile.Objects {
  private static final String EXPECTED =
      ", expected one object a line, such as {\"text\": \"...\"}, or one array of objects";

  private final Path path;
  private final RowReader reader;
  private final JsonRow.Members members;
  private boolean first = true;

  /** The current line, counted from 1. */
  private long line;

  JsonLines(Path path, RowReader reader, JsonRow.Members members) {
    this.path = path;
    this.reader = reader;
    this.members = members;
  }

  @Override
  public @Nullable JsonRow next() throws IOException {
    String text;
    do {
      line++;
      text = reader.readLine();
    } while (text != null && text.isBlank());
    return text == null ? null : object(text);
  }

  private JsonRow object(String text) throws DatasetException {
    Reader in = new StringReader(text);
    try (JsonReader json =
        JsonRow.strict(PythonNumbers.mayBeIn(text) ? new PythonNumbers(in) : in)) {
      JsonToken kind = json.peek();
      if (kind != JsonToken.BEGIN_OBJECT) {
        String described = JsonExamples.described(JsonRow.value(json, false));
        requireEnd(json);
        throw problem(described + EXPECTED, null);
      }
      JsonRow row = JsonRow.read(json, members);
      requireEnd(json);
      first = false;
      return row;
    } catch (DatasetException e) {
      throw e;
    } catch (IOException e) { // of the parser: a string has no other
      String hint =
          first && text.strip().startsWith("{")
              ? "; rows inside an object that spans lines are read by JsonFormat.rowsIn(...)"
              : "";
      throw problem("not JSON" + EXPECTED + hint, e);
    }
  }

  /** Peeking makes the parser reject anything after the value. */
  static void requireEnd(JsonReader json) throws IOException {
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw new IOException("text behind the end");
    }
  }

  @Override
  public DatasetException problem(String problem, @Nullable Throwable cause) {
    return new DatasetException(path, line, problem, cause);
  }
}
