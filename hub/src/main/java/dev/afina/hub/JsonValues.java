package dev.afina.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import dev.afina.internal.files.Excerpt;
import java.util.regex.Pattern;

/** Reads numbers that a file or a server wrote; Gson's own getters cut off what does not fit. */
final class JsonValues {
  /** Up to 10^18, so that sums and products with small numbers do not overflow. */
  private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,17}|1(0{18})");

  private JsonValues() {}

  /**
   * A number of bytes; git LFS writes it as a string.
   *
   * @throws IllegalArgumentException when it is no whole number from 0 to 10^18
   */
  static long size(JsonElement value) {
    String text = value instanceof JsonPrimitive p ? p.getAsString() : "";
    if (!SIZE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "size "
              + Excerpt.quoted(String.valueOf(value))
              + ", expected a whole number of bytes, at most 10^18");
    }
    return Long.parseLong(text);
  }

  /** Whether a member is this number, and not one that is cut down to it. */
  static boolean is(JsonElement value, int number) {
    return value instanceof JsonPrimitive p
        && p.isNumber()
        && p.getAsString().equals(String.valueOf(number));
  }
}
