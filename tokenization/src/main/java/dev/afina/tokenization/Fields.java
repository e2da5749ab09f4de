package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks one object of a tokenizer.json. Callers read each field with its expected type and range;
 * finally {@link #nothingElse()} rejects fields that nobody has read. The native library would
 * ignore wrong types and values, or end the process.
 */
final class Fields {

  private final JsonObject object;
  private final String path;
  private final Set<String> asked = new TreeSet<>();

  /**
   * @param element a value that should be an object
   * @param path its path for messages, such as {@code tokenizer.json: normalizer}
   */
  Fields(@Nullable JsonElement element, String path) throws IOException {
    if (element == null || !element.isJsonObject()) {
      throw new IOException(path + ": expected an object, got " + Quoted.of(element));
    }
    this.object = element.getAsJsonObject();
    this.path = path;
  }

  JsonObject object() {
    return object;
  }

  String path() {
    return path;
  }

  boolean has(String key) {
    return object.has(key);
  }

  /** The value of a field; null if it is absent. */
  @Nullable JsonElement any(String key) {
    asked.add(key);
    return object.get(key);
  }

  /** The value of a field; null if it is absent or a JSON null. */
  @Nullable JsonElement present(String key) {
    JsonElement element = any(key);
    return element == null || element.isJsonNull() ? null : element;
  }

  boolean bool(String key) throws IOException {
    JsonElement element = any(key);
    if (element == null
        || !element.isJsonPrimitive()
        || !element.getAsJsonPrimitive().isBoolean()) {
      throw wrong(key, "true or false");
    }
    return element.getAsBoolean();
  }

  boolean bool(String key, boolean otherwise) throws IOException {
    return any(key) == null ? otherwise : bool(key);
  }

  /** Writes a field into the object: what a missing one means. */
  void set(String key, JsonElement value) {
    asked.add(key);
    object.add(key, value);
  }

  /** true, false or null. */
  void boolOrNull(String key) throws IOException {
    if (present(key) != null) {
      bool(key);
    }
  }

  /** A string whose length is in a range of code points. */
  String text(String key, int shortest, int longest) throws IOException {
    JsonElement element = any(key);
    if (element != null && JsonFile.isString(element)) {
      String text = element.getAsString();
      int length = text.codePointCount(0, text.length());
      if (length >= shortest && length <= longest) {
        return text;
      }
    }
    throw wrong(key, "a string of " + range(shortest, longest) + " characters");
  }

  /** A string, or null if the field is absent or a JSON null. */
  @Nullable String textOrNull(String key, int shortest, int longest) throws IOException {
    return present(key) == null ? null : text(key, shortest, longest);
  }

  String oneOf(String key, Set<String> values) throws IOException {
    JsonElement element = any(key);
    if (element == null || !JsonFile.isString(element) || !values.contains(element.getAsString())) {
      throw wrong(key, "one of " + new TreeSet<>(values));
    }
    return element.getAsString();
  }

  int number(String key, int lowest, int highest) throws IOException {
    int number = JsonFile.id(any(key));
    if (number < lowest || number > highest) {
      throw wrong(key, "a whole number from " + lowest + " to " + highest);
    }
    return number;
  }

  /** An array of objects, each with its own path. */
  List<Fields> list(String key, int most) throws IOException {
    JsonElement element = any(key);
    if (element == null || !element.isJsonArray() || element.getAsJsonArray().size() > most) {
      throw wrong(key, "an array of at most " + most);
    }
    JsonArray array = element.getAsJsonArray();
    List<Fields> list = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      list.add(new Fields(array.get(i), path + "." + key + "[" + i + "]"));
    }
    return list;
  }

  Fields child(String key) throws IOException {
    return new Fields(any(key), path + "." + key);
  }

  /** Rejects every field that was not read. */
  void nothingElse() throws IOException {
    for (String key : object.keySet()) {
      if (!asked.contains(key)) {
        throw new IOException(
            path + ": unknown field \"" + Quoted.of(key) + "\"; known are " + asked);
      }
    }
  }

  private static String range(int lowest, int highest) {
    if (lowest == highest) {
      return "exactly " + lowest;
    }
    return highest == Integer.MAX_VALUE ? "at least " + lowest : lowest + " to " + highest;
  }

  IOException wrong(String key, String expected) {
    return new IOException(
        path + "." + key + ": expected " + expected + ", got " + Quoted.of(object.get(key)));
  }

  /** The exception for an unknown type of component. */
  IOException unknownType(Set<String> known) {
    return new IOException(
        path
            + ": type "
            + Quoted.of(object.get("type"))
            + " is none that Afina runs; it knows "
            + new TreeSet<>(known));
  }
}
