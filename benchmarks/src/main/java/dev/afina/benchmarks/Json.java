package dev.afina.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Writes and reads JSON objects in few words. */
final class Json {
  private Json() {}

  /**
   * An object of names and values in turn.
   *
   * @param members text, numbers, booleans, collections of them, elements; what is null is left out
   */
  static JsonObject object(@Nullable Object... members) {
    JsonObject object = new JsonObject();
    for (int i = 0; i < members.length; i += 2) {
      Object value = members[i + 1];
      if (value != null) {
        object.add(String.valueOf(members[i]), element(value));
      }
    }
    return object;
  }

  /** An array of the values. */
  static JsonArray array(Collection<?> values) {
    JsonArray array = new JsonArray();
    values.forEach(value -> array.add(element(value)));
    return array;
  }

  /** An array of the values. */
  static JsonArray array(double... values) {
    JsonArray array = new JsonArray();
    for (double value : values) {
      array.add(value);
    }
    return array;
  }

  /** The numbers of an array. */
  static double[] doubles(JsonElement array) {
    return array.getAsJsonArray().asList().stream().mapToDouble(JsonElement::getAsDouble).toArray();
  }

  /** A member that may be missing. */
  static String text(JsonObject object, String name, String otherwise) {
    return object.has(name) ? object.get(name).getAsString() : otherwise;
  }

  /** A member that may be missing. */
  static int number(JsonObject object, String name, int otherwise) {
    return object.has(name) ? object.get(name).getAsInt() : otherwise;
  }

  private static JsonElement element(Object value) {
    if (value instanceof JsonElement element) {
      return element;
    }
    if (value instanceof double[] numbers) {
      return array(numbers);
    }
    if (value instanceof Collection<?> values) {
      return array(values);
    }
    if (value instanceof Number number) {
      return new JsonPrimitive(number);
    }
    return value instanceof Boolean flag
        ? new JsonPrimitive(flag)
        : new JsonPrimitive(value.toString());
  }
}
