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
 * The wanted members of one row's object. Other members are skipped while parsing, so that a row
 * takes no more memory than its texts.
 */
final class JsonRow {
  /** The number of member names to keep for messages. */
  private static final int NAMES = 50;

  /** An object with more members is not a row. */
  static final int MOST_MEMBERS = 10_000;

  /**
   * Which members are wanted, by name or path.
   *
   * @param used the members of text and target
   * @param kept other members to keep, with everything inside
   * @param others whether to keep all members that are not used
   */
  record Members(Set<String> used, Set<String> kept, boolean others) {
    private boolean isNamed(String full) {
      return used.contains(full) || kept.contains(full);
    }

    private boolean isKept(String full) {
      return kept.contains(full) || (others && !used.contains(full));
    }

    /** Whether a wanted member is nested in this one. */
    private boolean isAbove(String full) {
      return Stream.concat(used.stream(), kept.stream())
          .anyMatch(other -> other.startsWith(full + "."));
    }
  }

  /**
   * A wanted member.
   *
   * @param depth the number of objects around it
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

  /** Reads the next object. */
  static JsonRow read(JsonReader json, Members members) throws IOException {
    JsonRow row = new JsonRow(members);
    row.object(json, "", 0);
    return row;
  }

  /** A parser that, unlike Gson's default, rejects comments and unquoted strings. */
  static JsonReader strict(Reader in) {
    JsonReader json = new JsonReader(in);
    json.setStrictness(Strictness.STRICT);
    return json;
  }

  /** Whether the row has a wanted member. */
  boolean has(String member) {
    return values.containsKey(member);
  }

  /** The value of a wanted member; null if it is null or missing. */
  @Nullable Cell value(String member) {
    Found found = values.get(member);
    return found == null ? null : found.cell();
  }

  /** The wanted members that the row has, in the row's order. */
  Set<String> found() {
    return values.keySet();
  }

  /** Whether the row has more wanted members than the limit. */
  boolean hasTooMany() {
    return tooMany;
  }

  /** The first names of the row's top-level members, for messages. */
  Set<String> names() {
    return names;
  }

  /** The name of a member that is an array; null if there is none. */
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

  /** A member's own name takes precedence over an equal path. */
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
   * Reads the next value; null for a JSON null.
   *
   * @param keep whether to keep the JSON of an object
   */
  static @Nullable Cell value(JsonReader json, boolean keep) throws IOException {
    JsonToken kind = json.peek();
    return switch (kind) {
      case STRING -> new Cell.Text(json.nextString());
      case NUMBER -> new Cell.Numeral(json.nextString());
      case BOOLEAN -> new Cell.Bool(json.nextBoolean());
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
    return new Cell.Array(cells);
  }
}
