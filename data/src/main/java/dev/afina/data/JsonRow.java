package dev.afina.data;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a row's object has under the wanted members. The others are passed over without being kept,
 * so a row takes no more memory than its texts.
 */
final class JsonRow {
  /** More names of members than a message shows are not kept. */
  private static final int NAMES = 50;

  /** Rows with more members are none. */
  static final int MOST_MEMBERS = 10_000;

  /**
   * Which members are wanted, by name or path.
   *
   * @param used for text and target
   * @param kept beside these, with all that lies inside
   * @param others whether all that is not used is kept as well
   */
  record Members(Set<String> used, Set<String> kept, boolean others) {
    private boolean isNamed(String full) {
      return used.contains(full) || kept.contains(full);
    }

    private boolean isKept(String full) {
      return kept.contains(full) || (others && !used.contains(full));
    }

    /** Whether one that is named lies within this one. */
    private boolean isAbove(String full) {
      return Stream.concat(used.stream(), kept.stream())
          .anyMatch(other -> other.startsWith(full + "."));
    }
  }

  /**
   * A wanted member.
   *
   * @param depth of the objects that it lies in
   */
  private record Found(@Nullable Cell cell, int depth) {}

  private final Members members;
  private final Map<String, Found> values = new LinkedHashMap<>();
  private final Set<String> names = new LinkedHashSet<>();
  private @Nullable String array;
  private boolean tooMany;

  private JsonRow(Members members) {
    this.members = members;
  }

  /** Reads the object that comes next. */
  static JsonRow read(JsonReader json, Members members) throws IOException {
    JsonRow row = new JsonRow(members);
    row.object(json, "", 0);
    return row;
  }

  /** A parser that takes no comments and bare words, as its default does. */
  static JsonReader strict(Reader in) {
    JsonReader json = new JsonReader(in);
    json.setStrictness(Strictness.STRICT);
    return json;
  }

  /** Whether the row has a wanted member. */
  boolean has(String member) {
    return values.containsKey(member);
  }

  /** The value of a wanted member; null where it is null, or the row has no such member. */
  @Nullable Cell value(String member) {
    Found found = values.get(member);
    return found == null ? null : found.cell();
  }

  /** The wanted members that the row has, in its order. */
  Set<String> found() {
    return values.keySet();
  }

  /** Whether not all wanted members were taken. */
  boolean hasTooMany() {
    return tooMany;
  }

  /** The names of the row's own members, the first of them. */
  Set<String> names() {
    return names;
  }

  /** A member that is an array; null if none is. */
  @Nullable String array() {
    return array;
  }

  private void object(JsonReader json, String path, int depth) throws IOException {
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      JsonToken kind = json.peek();
      String full = path + name;
      if (depth == 0) {
        note(name, kind);
      }
      boolean within = kind == JsonToken.BEGIN_OBJECT && members.isAbove(full);
      if (within && !members.isNamed(full)) {
        object(json, full + ".", depth + 1);
      } else if (members.isNamed(full) || members.others()) {
        Cell cell = value(json, members.isKept(full));
        take(full, new Found(cell, depth));
        if (within && cell instanceof Cell.Other other && !other.json().isEmpty()) {
          object(strict(new StringReader(other.json())), full + ".", depth + 1);
        }
      } else {
        json.skipValue();
      }
    }
    json.endObject();
  }

  /** A member's own name counts more than a path that is written alike. */
  private void take(String full, Found found) {
    Found known = values.get(full);
    if (known == null && values.size() == MOST_MEMBERS) {
      tooMany = true;
    } else if (known == null || found.depth() <= known.depth()) {
      values.put(full, found);
    }
  }

  private void note(String name, JsonToken kind) {
    if (names.size() < NAMES) {
      names.add(name);
    }
    if (array == null && kind == JsonToken.BEGIN_ARRAY) {
      array = name;
    }
  }

  /**
   * Reads the value that comes next; null for null.
   *
   * @param keep whether an object's JSON is kept
   */
  static @Nullable Cell value(JsonReader json, boolean keep) throws IOException {
    JsonToken kind = json.peek();
    return switch (kind) {
      case STRING -> new Cell.Text(json.nextString());
      case NUMBER -> new Cell.Numeral(json.nextString());
      case BOOLEAN -> new Cell.Truth(json.nextBoolean());
      case BEGIN_ARRAY -> list(json, keep);
      case NULL -> {
        json.nextNull();
        yield null;
      }
      default -> nested(json, "an object", keep);
    };
  }

  private static Cell nested(JsonReader json, String described, boolean keep) throws IOException {
    if (keep) {
      return new Cell.Other(described, JsonText.copy(json));
    }
    json.skipValue();
    return new Cell.Other(described, "");
  }

  private static Cell list(JsonReader json, boolean keep) throws IOException {
    List<@Nullable Cell> cells = new ArrayList<>();
    json.beginArray();
    while (json.hasNext()) {
      if (cells.size() > Cell.MOST) {
        json.skipValue();
      } else if (json.peek() == JsonToken.BEGIN_ARRAY) {
        cells.add(nested(json, "an array", keep));
      } else {
        cells.add(value(json, keep));
      }
    }
    json.endArray();
    return new Cell.Several(cells);
  }
}
