package dev.afina.data;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.afina.data.TargetColumns.Kind;
import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a JSON file: an object a line, or one array of objects, which may lie within an
 * object. Rows are read one after the other, whatever the file's length.
 */
final class JsonDataFile {
  private static final String EXPECTED =
      ", expected one object a line, such as {\"text\": \"...\"}, or one array of objects";

  private final Path path;
  private final JsonFormat format;
  private final RowCollector rows;
  private final Set<String> wanted;
  private final TargetReader targets;

  /** Of a file of lines the line, from 1; else 0. */
  private long line;

  private JsonDataFile(Path path, JsonFormat format, RowCollector rows) throws DatasetException {
    this.path = path;
    this.format = format;
    this.rows = rows;
    this.wanted = new LinkedHashSet<>(format.text());
    if (format.pair() != null) {
      wanted.add(format.pair());
    }
    List<String> members = format.target().columns();
    wanted.addAll(members);
    targets =
        new TargetReader(
            format.target(),
            "member",
            members.stream().map(Excerpt::quoted).toList(),
            members,
            problem -> problem(problem, null));
  }

  static List<Example> read(Path path, JsonFormat format) throws IOException {
    return read(path, format, new RowCollector(path, format.options().limits()));
  }

  static List<Example> read(Path path, JsonFormat format, RowCollector rows) throws IOException {
    return new JsonDataFile(path, format, rows).read();
  }

  private List<Example> read() throws IOException {
    DataFile file = new DataFile(path, format.options());
    int most = format.options().limits().rowCharacters();
    try (RowReader reader = new RowReader(file.open(), most)) {
      if (format.rowsIn() != null) {
        document(reader, format.rowsIn());
      } else if (reader.peekBeyondBlanks() == '[') {
        document(reader, null);
      } else {
        lines(reader);
      }
      return rows.rows();
    } catch (RowReader.TooLong e) {
      throw problem(
          "more than "
              + most
              + " characters; if the file is one object with rows inside, call JsonFormat.rowsIn(...), else raise DataLimits.rowCharacters(...) by JsonFormat.limits(...)",
          e);
    } catch (IOException e) {
      throw file.explain(e);
    }
  }

  private void lines(RowReader reader) throws IOException {
    line = 1;
    for (String text = reader.readLine(); text != null; text = reader.readLine()) {
      if (!text.isBlank()) {
        line(text);
      }
      line++;
    }
  }

  private void line(String text) throws DatasetException {
    try (JsonReader json = strict(new StringReader(text))) {
      JsonToken kind = json.peek();
      if (kind != JsonToken.BEGIN_OBJECT) {
        String described = described(JsonRow.value(json));
        requireEnd(json);
        throw problem(described + EXPECTED, null);
      }
      JsonRow row = JsonRow.read(json, wanted);
      requireEnd(json);
      add(row);
    } catch (DatasetException e) {
      throw e;
    } catch (IOException e) { // of the parser: a string has no other
      String hint =
          rows.size() == 0 && text.strip().startsWith("{")
              ? "; rows inside an object that spans lines are read by JsonFormat.rowsIn(...)"
              : "";
      throw problem("not JSON" + EXPECTED + hint, e);
    }
  }

  /** One array, or one object that has it somewhere. */
  private void document(RowReader reader, @Nullable String rowsIn) throws IOException {
    try (JsonReader json = strict(reader)) {
      if (rowsIn == null) {
        array(json, reader);
      } else if (!inside(json, reader, "", rowsIn)) {
        throw problem(
            "no array %s in this file; name its member, or its path with dots, by JsonFormat.rowsIn(...)"
                .formatted(Excerpt.quoted(rowsIn)),
            null);
      }
      requireEnd(json);
    } catch (DatasetException | RowReader.TooLong e) {
      throw e;
    } catch (IOException e) {
      if (reader.failure() != null) {
        throw reader.failure();
      }
      throw problem("not JSON: " + Excerpt.of(firstLine(e), 200), e);
    }
  }

  /**
   * Looks for the array in the object that comes next and reads to its end; whether it is there.
   */
  private boolean inside(JsonReader json, RowReader reader, String path, String rowsIn)
      throws IOException {
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      throw problem(
          "%s, expected an object with the rows in %s; for an array of rows leave JsonFormat.rowsIn(...) out"
              .formatted(described(JsonRow.value(json)), Excerpt.quoted(rowsIn)),
          null);
    }
    boolean found = false;
    json.beginObject();
    reader.beginRow();
    while (json.hasNext()) {
      String full = path + json.nextName();
      JsonToken kind = json.peek();
      if (full.equals(rowsIn) && kind == JsonToken.BEGIN_ARRAY) {
        array(json, reader);
        found = true;
      } else if (kind == JsonToken.BEGIN_OBJECT && rowsIn.startsWith(full + ".")) {
        found |= inside(json, reader, full + ".", rowsIn);
      } else {
        reader.skip();
        json.skipValue();
      }
      reader.beginRow();
    }
    json.endObject();
    return found;
  }

  private void array(JsonReader json, RowReader reader) throws IOException {
    json.beginArray();
    reader.beginRow();
    while (json.hasNext()) {
      JsonToken kind = json.peek();
      if (kind != JsonToken.BEGIN_OBJECT) {
        throw problem(
            described(JsonRow.value(json)) + ", expected an object such as {\"text\": \"...\"}",
            null);
      }
      add(JsonRow.read(json, wanted));
      reader.beginRow();
    }
    json.endArray();
  }

  /** The parser itself refuses what stands behind a value when it looks at it. */
  private static void requireEnd(JsonReader json) throws IOException {
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw new IOException("text behind the end");
    }
  }

  private static JsonReader strict(Reader in) {
    JsonReader json = new JsonReader(in);
    json.setStrictness(Strictness.STRICT); // its default takes comments and bare words
    return json;
  }

  private void add(JsonRow row) throws DatasetException {
    String text = text(row); // first, so that its message comes first
    String pair = format.pair() == null ? null : string("pair", format.pair(), row);
    List<String> members = format.target().columns();
    @Nullable Cell[] cells = new @Nullable Cell[members.size()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = target(members.get(i), row);
    }
    rows.add(text, pair, targets.read(cells));
  }

  private String text(JsonRow row) throws DatasetException {
    if (format.text().size() == 1) {
      return string("text", format.text().get(0), row);
    }
    List<String> parts = new ArrayList<>();
    for (String member : format.text()) {
      parts.add(string("text", member, row));
    }
    return String.join(format.joiner(), parts);
  }

  private String string(String role, String member, JsonRow row) throws DatasetException {
    requireMember(role, role, member, row);
    if (row.value(member) instanceof Cell.Text value) {
      return value.text();
    }
    throw problem(
        "member %s for the %s is %s, expected a string"
            .formatted(Excerpt.quoted(member), role, described(row.value(member))),
        null);
  }

  private @Nullable Cell target(String member, JsonRow row) throws DatasetException {
    Kind kind = format.target().kind();
    requireMember(kind == Kind.VALUES ? "values" : "label", kind.option(), member, row);
    return row.value(member);
  }

  private void requireMember(String role, String option, String member, JsonRow row)
      throws DatasetException {
    if (!row.has(member)) {
      throw problem(
          "no member %s for the %s, the row has %s; name the member by JsonFormat.%s(...)%s%s"
              .formatted(
                  Excerpt.quoted(member),
                  role,
                  row.names().isEmpty() ? "none" : Excerpt.quotedList(row.names()),
                  option,
                  option.equals("label") ? ", or call unlabelled()" : "",
                  row.array() == null || rows.size() > 0
                      ? ""
                      : "; rows inside this object are read by JsonFormat.rowsIn("
                          + Excerpt.quoted(row.array())
                          + ")"),
          null);
    }
  }

  /** What stands in the place of something else, without what is in it. */
  private static String described(@Nullable Cell cell) {
    return cell instanceof Cell.Text
        ? "a string"
        : cell instanceof Cell.Several ? "an array" : Cell.described(cell);
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private DatasetException problem(String problem, @Nullable Throwable cause) {
    return line > 0
        ? new DatasetException(path, line, problem, cause)
        : new DatasetException(
            path, "row %s (counted from 0): %s".formatted(rows.size(), problem), cause);
  }
}
