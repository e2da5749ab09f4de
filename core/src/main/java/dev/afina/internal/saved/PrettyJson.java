package dev.afina.internal.saved;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;

/** JSON as people read it: indented, text as it is, nulls kept. */
final class PrettyJson {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().serializeNulls().disableHtmlEscaping().create();

  private PrettyJson() {}

  static String of(JsonElement json) {
    return escaped(GSON.toJson(json)) + "\n";
  }

  /** Half a character can stand in a string of JSON, but not in UTF-8. */
  private static String escaped(String json) {
    StringBuilder text = new StringBuilder(json.length());
    json.codePoints()
        .forEach(
            c -> {
              if (Character.getType(c) == Character.SURROGATE) {
                text.append("\\u").append(Integer.toHexString(c));
              } else {
                text.appendCodePoint(c);
              }
            });
    return text.toString();
  }

  static JsonArray array(String... values) {
    JsonArray array = new JsonArray();
    for (String value : values) {
      array.add(value);
    }
    return array;
  }
}
