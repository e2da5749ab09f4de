package dev.afina.data;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a row's object has under the wanted members. The others are passed over without being kept,
 * so a row takes no more memory than its texts.
 */
final class JsonRow {
  /** More names of members than a message shows are not kept. */
  private static final int NAMES = 50;

  private final Map<String, @Nullable Cell> values = new HashMap<>();
  private final Set<String> names = new LinkedHashSet<>();
  private @Nullable String array;

  private JsonRow() {}

  /**
   * Reads the object that comes next.
   *
   * @param wanted members by name or path
   */
  static JsonRow read(JsonReader json, Collection<String> wanted) throws IOException {
    JsonRow row = new JsonRow();
    row.object(json, "", wanted);
    return row;
  }

  /** Whether the row has a wanted member. */
  boolean has(String member) {
    return values.containsKey(member);
  }

  /** The value of a wanted member; null where it is null, or the row has no such member. */
  @Nullable Cell value(String member) {
    return values.get(member);
  }

  /** The names of the row's own members, the first of them. */
  Set<String> names() {
    return names;
  }

  /** A member that is an array; null if none is. */
  @Nullable String array() {
    return array;
  }

  private void object(JsonReader json, String path, Collection<String> wanted) throws IOException {
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      JsonToken kind = json.peek();
      String full = path + name;
      if (path.isEmpty()) {
        note(name, kind);
      }
      if (wanted.contains(full)) {
        values.put(full, value(json));
      } else if (kind == JsonToken.BEGIN_OBJECT
          && wanted.stream().anyMatch(other -> other.startsWith(full + "."))) {
        object(json, full + ".", wanted);
      } else {
        json.skipValue();
      }
    }
    json.endObject();
  }

  private void note(String name, JsonToken kind) {
    if (names.size() < NAMES) {
      names.add(name);
    }
    if (array == null && kind == JsonToken.BEGIN_ARRAY) {
      array = name;
    }
  }

  /** Reads the value that comes next; null for null. */
  static @Nullable Cell value(JsonReader json) throws IOException {
    JsonToken kind = json.peek();
    return switch (kind) {
      case STRING -> new Cell.Text(json.nextString());
      case NUMBER -> new Cell.Numeral(json.nextString());
      case BOOLEAN -> new Cell.Truth(json.nextBoolean());
      case BEGIN_ARRAY -> list(json);
      case NULL -> {
        json.nextNull();
        yield null;
      }
      default -> {
        json.skipValue();
        yield new Cell.Other("an object");
      }
    };
  }

  private static Cell list(JsonReader json) throws IOException {
    List<@Nullable Cell> cells = new ArrayList<>();
    json.beginArray();
    while (json.hasNext()) {
      if (cells.size() > Cell.MOST) {
        json.skipValue();
      } else if (json.peek() == JsonToken.BEGIN_ARRAY) {
        json.skipValue();
        cells.add(new Cell.Other("an array"));
      } else {
        cells.add(value(json));
      }
    }
    json.endArray();
    return new Cell.Several(cells);
  }
}
