package dev.afina.internal.saved;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import dev.afina.internal.json.HalfCharacters;

/** JSON as people read it: indented, text as it is, nulls kept. */
final class PrettyJson {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().serializeNulls().disableHtmlEscaping().create();

  private PrettyJson() {}

  static String of(JsonElement json) {
    return HalfCharacters.escaped(GSON.toJson(json)) + "\n";
  }

  static JsonArray array(String... values) {
    JsonArray array = new JsonArray();
    for (String value : values) {
      array.add(value);
    }
    return array;
  }
}
