package dev.afina;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a JSON Lines file: one object a line, blank lines skipped. */
final class JsonLinesFile {
  // gson's own parser takes comments, single quotes and bare words.
  private static final Gson STRICT = new GsonBuilder().setStrictness(Strictness.STRICT).create();
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");

  private final Path path;
  private final JsonFormat format;
  private long line;

  private JsonLinesFile(Path path, JsonFormat format) {
    this.path = path;
    this.format = format;
  }

  static List<Example> read(Path path, JsonFormat format) throws IOException {
    return new JsonLinesFile(path, format).read();
  }

  private List<Example> read() throws IOException {
    try (BufferedReader reader = DataFile.open(path)) {
      List<Example> rows = new ArrayList<>();
      for (String json = reader.readLine(); json != null; json = reader.readLine()) {
        line++;
        if (!json.isBlank()) {
          rows.add(example(parse(json)));
        }
      }
      return rows;
    } catch (IOException e) {
      throw DataFile.explain(path, e);
    }
  }

  private JsonObject parse(String json) throws DatasetException {
    JsonElement element;
    try {
      element = STRICT.fromJson(json, JsonElement.class);
    } catch (JsonParseException e) {
      throw problem("not JSON; expected one object a line, such as {\"text\": \"...\"}", e);
    }
    if (!element.isJsonObject()) {
      throw problem(
          "%s, expected one object a line, such as {\"text\": \"...\"}".formatted(kind(element)),
          null);
    }
    return element.getAsJsonObject();
  }

  private Example example(JsonObject row) throws DatasetException {
    String pair = format.pair();
    String label = format.label();
    return new Example(
        text(row),
        pair == null ? null : string("pair", pair, row),
        label == null ? null : label(label, row));
  }

  private String text(JsonObject row) throws DatasetException {
    if (format.text().size() == 1) {
      return string("text", format.text().get(0), row);
    }
    List<String> parts = new ArrayList<>();
    for (String member : format.text()) {
      parts.add(string("text", member, row));
    }
    return String.join(format.joiner(), parts);
  }

  private String string(String role, String member, JsonObject row) throws DatasetException {
    JsonElement value = member(role, member, row);
    if (value instanceof JsonPrimitive primitive && primitive.isString()) {
      return primitive.getAsString();
    }
    throw problem(
        "member \"%s\" for the %s is %s, expected a string".formatted(member, role, kind(value)),
        null);
  }

  private @Nullable String label(String member, JsonObject row) throws DatasetException {
    JsonElement value = member("label", member, row);
    if (value.isJsonNull()) {
      return null;
    }
    // A fraction is a score of a regression, or an integer column that a table program made float.
    if (value instanceof JsonPrimitive primitive
        && (!primitive.isNumber() || INTEGER.matcher(primitive.getAsString()).matches())) {
      String label = primitive.getAsString();
      return label.isBlank() ? null : label;
    }
    throw problem(
        "member \"%s\" for the label is %s, expected a string, an integer or null"
            .formatted(member, kind(value)),
        null);
  }

  private JsonElement member(String role, String member, JsonObject row) throws DatasetException {
    JsonElement value = row.get(member);
    if (value == null) {
      throw problem(
          "no member \"%s\" for the %s, the line has %s; name the member by JsonFormat.%s(...)%s"
              .formatted(
                  member,
                  role,
                  row.keySet().stream()
                      .map(name -> '"' + name + '"')
                      .collect(Collectors.joining(", ")),
                  role,
                  role.equals("label") ? ", or call unlabelled()" : ""),
          null);
    }
    return value;
  }

  private static String kind(JsonElement value) {
    if (value.isJsonNull()) {
      return "null";
    }
    if (value.isJsonArray()) {
      return "an array";
    }
    if (value.isJsonObject()) {
      return "an object";
    }
    JsonPrimitive primitive = value.getAsJsonPrimitive();
    return primitive.isString() ? "a string" : primitive.getAsString();
  }

  private DatasetException problem(String problem, @Nullable Throwable cause) {
    return new DatasetException(path, line, problem, cause);
  }
}
