package dev.afina.data;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
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

  /**
   * A value.
   *
   * @param kind BEGIN_ARRAY and BEGIN_OBJECT for what has no single value
   * @param text of a string, a number or a boolean; else empty
   */
  record Value(JsonToken kind, String text) {
    /** For messages. */
    String described() {
      return switch (kind) {
        case STRING -> "a string";
        case NULL -> "null";
        case BEGIN_ARRAY -> "an array";
        case BEGIN_OBJECT -> "an object";
        default -> Excerpt.of(text);
      };
    }
  }

  private final Map<String, Value> values = new HashMap<>();
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

  /** The value of a wanted member; null where the row has none. */
  @Nullable Value value(String member) {
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
        values.put(full, value(json, kind));
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

  private static Value value(JsonReader json, JsonToken kind) throws IOException {
    return switch (kind) {
      case STRING, NUMBER -> new Value(kind, json.nextString());
      case BOOLEAN -> new Value(kind, String.valueOf(json.nextBoolean()));
      default -> {
        json.skipValue();
        yield new Value(kind, "");
      }
    };
  }
}
