package dev.afina.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.afina.internal.json.HalfCharacters;
import java.util.Map;

/**
 * JSON that people can read, too: a member a line, but what is short, and each list of numbers, in
 * one.
 */
final class JsonText {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
  private static final int LONGEST_LINE = 100;

  private final StringBuilder out = new StringBuilder();

  private JsonText() {}

  static String of(JsonElement json) {
    JsonText text = new JsonText();
    text.add(json, "");
    return text.out.append('\n').toString();
  }

  private void add(JsonElement json, String indent) {
    String line = line(json);
    if (line.length() <= LONGEST_LINE || isOfNumbers(json) || json.isJsonPrimitive()) {
      out.append(line);
      return;
    }
    String deeper = indent + "  ";
    String before = "\n" + deeper;
    if (json instanceof JsonObject object) {
      out.append('{');
      for (Map.Entry<String, JsonElement> member : object.entrySet()) {
        out.append(before).append(line(new JsonPrimitive(member.getKey()))).append(": ");
        add(member.getValue(), deeper);
        before = ",\n" + deeper;
      }
      out.append('\n').append(indent).append('}');
    } else {
      out.append('[');
      for (JsonElement element : json.getAsJsonArray()) {
        out.append(before);
        add(element, deeper);
        before = ",\n" + deeper;
      }
      out.append('\n').append(indent).append(']');
    }
  }

  private static boolean isOfNumbers(JsonElement json) {
    return json instanceof JsonArray array
        && !array.isEmpty()
        && array.get(0) instanceof JsonPrimitive first
        && first.isNumber();
  }

  private static String line(JsonElement json) {
    return HalfCharacters.escaped(GSON.toJson(json));
  }
}
