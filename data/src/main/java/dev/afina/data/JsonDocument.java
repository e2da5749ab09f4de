package dev.afina.data;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The objects of a file that is one array, or one object with the array somewhere inside. */
final class JsonDocument implements JsonDataFile.Objects {
  private final Path path;
  private final RowReader reader;
  private final @Nullable String rowsIn;
  private final JsonRow.Members members;
  private final JsonReader json;

  /** The path prefix of each open object. */
  private final Deque<String> open = new ArrayDeque<>();

  /** The current row, counted from 0. */
  private long row = -1;

  private boolean found;
  private boolean inArray;

  /**
   * The objects of one file.
   *
   * @param rowsIn the member with the array, or its path; null if the file is the array
   */
  JsonDocument(Path path, RowReader reader, @Nullable String rowsIn, JsonRow.Members members) {
    this.path = path;
    this.reader = reader;
    this.rowsIn = rowsIn;
    this.members = members;
    this.json = JsonRow.strict(new PythonNumbers(reader));
  }

  @Override
  public @Nullable JsonRow next() throws IOException {
    try {
      if (++row == 0) {
        begin();
      }
      while (inArray || !open.isEmpty()) {
        if (!inArray) {
          member();
        } else if (json.hasNext()) {
          return object();
        } else {
          json.endArray();
          inArray = false;
          reader.beginRow();
        }
      }
      if (!found && rowsIn != null) {
        throw problem(
            "no array %s in this file; name its member, or its path with dots, by JsonFormat.rowsIn(...)"
                .formatted(Excerpt.quoted(rowsIn)),
            null);
      }
      JsonLines.requireEnd(json);
      return null;
    } catch (DatasetException | RowReader.TooLong e) {
      throw e;
    } catch (IOException e) {
      if (reader.failure() != null) {
        throw reader.failure();
      }
      throw problem("not JSON: " + Excerpt.of(firstLine(e), 200), e);
    }
  }

  private void begin() throws IOException {
    reader.beginRow();
    if (rowsIn == null) {
      array();
    } else {
      if (json.peek() != JsonToken.BEGIN_OBJECT) {
        throw problem(
            "%s, expected an object with the rows in %s; for an array of rows leave JsonFormat.rowsIn(...) out"
                .formatted(
                    JsonExamples.described(JsonRow.value(json, false)), Excerpt.quoted(rowsIn)),
            null);
      }
      enter("");
    }
  }

  private void array() throws IOException {
    json.beginArray();
    reader.beginRow();
    inArray = true;
    found = true;
  }

  private void enter(String path) throws IOException {
    json.beginObject();
    reader.beginRow();
    open.push(path);
  }

  /** Reads the next member of the innermost object, or its end. */
  private void member() throws IOException {
    if (!json.hasNext()) {
      json.endObject();
      open.pop();
      reader.beginRow();
      return;
    }
    String full = open.getFirst() + json.nextName();
    JsonToken kind = json.peek();
    if (full.equals(rowsIn) && kind == JsonToken.BEGIN_ARRAY) {
      array();
    } else if (kind == JsonToken.BEGIN_OBJECT && rowsIn != null && rowsIn.startsWith(full + ".")) {
      enter(full + ".");
    } else {
      reader.skip();
      json.skipValue();
      reader.beginRow();
    }
  }

  private JsonRow object() throws IOException {
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      throw problem(
          JsonExamples.described(JsonRow.value(json, false))
              + ", expected an object such as {\"text\": \"...\"}",
          null);
    }
    JsonRow row = JsonRow.read(json, members);
    reader.beginRow();
    return row;
  }

  /** What the parser says, without the advice to its own users. */
  private static String firstLine(IOException e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    int what = line.indexOf("malformed JSON");
    return line.startsWith("Use JsonReader.") && what > 0 ? line.substring(what) : line;
  }

  @Override
  public DatasetException problem(String problem, @Nullable Throwable cause) {
    return new DatasetException(path, "row %s (counted from 0): %s".formatted(row, problem), cause);
  }
}
