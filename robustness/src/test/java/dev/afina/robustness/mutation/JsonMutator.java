package dev.afina.robustness.mutation;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Changes the tree of a JSON file; what comes out is JSON still, but for numbers such as NaN. */
final class JsonMutator implements Mutator {
  /** Marks a string that is written without its quotes, such as NaN or a subtree as text. */
  private static final String RAW = "\u0001raw";

  /** Marks a key that stands there twice. */
  private static final String TWICE = "\u0001twice";

  private static final Gson PRETTY =
      new GsonBuilder().setPrettyPrinting().serializeNulls().disableHtmlEscaping().create();
  private static final Gson COMPACT =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  /** Values of all kinds and of the ends of their ranges, as they are written. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "{}",
          "[]",
          "\"\"",
          "[null]",
          "{\"\": null}",
          "0",
          "-0",
          "-1",
          "1",
          "2",
          "3",
          "0.5",
          "1.0",
          "1e2",
          "1e-999",
          "1e999",
          "-1e999",
          "1e99999",
          "NaN",
          "-Infinity",
          "1e308",
          "1e-45",
          "127",
          "3370",
          "65536",
          "2147483647",
          "2147483648",
          "-2147483648",
          "4294967296",
          "9007199254740993",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "99999999999999999999",
          "-99999999999999999999",
          "\"512\"",
          "\"1e999\"",
          "\"true\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\u202e\"",
          "\"\\ufeff\"",
          "\"../../x\"",
          "\"[CLS]\"",
          "\"\\n\"",
          "\"%s\"",
          "\"$1\"");

  private final List<String> pieces;

  JsonMutator() {
    this(List.of());
  }

  /**
   * @param pieces JSON values to put in, too
   */
  JsonMutator(List<String> pieces) {
    this.pieces = List.copyOf(pieces);
  }

  /** A value of the tree: where it hangs, and under which name or number. */
  private record Place(JsonElement parent, String key, String path) {
    JsonElement value() {
      return parent instanceof JsonObject object
          ? object.get(key)
          : parent.getAsJsonArray().get(Integer.parseInt(key));
    }

    void set(JsonElement value) {
      if (parent instanceof JsonObject object) {
        object.add(key, value);
      } else {
        parent.getAsJsonArray().set(Integer.parseInt(key), value);
      }
    }
  }

  @Override
  public Edit mutate(byte[] file, RandomGenerator random) {
    JsonElement tree = JsonParser.parseString(new String(file, StandardCharsets.UTF_8));
    if (random.nextInt(25) == 0) {
      return respelled(tree, random);
    }
    StringBuilder description = new StringBuilder();
    int changes = random.nextInt(4) == 0 ? 2 : 1;
    for (int i = 0; i < changes; i++) {
      description.append(i == 0 ? "" : ", then ").append(change(tree, random));
    }
    return Edit.of(bytes(tree, PRETTY), description.toString());
  }

  private String change(JsonElement tree, RandomGenerator random) {
    Place place = place(tree, random);
    if (place == null) {
      return "nothing in it to change";
    }
    String raw = VALUES.get(random.nextInt(VALUES.size()));
    switch (random.nextInt(pieces.isEmpty() ? 14 : 18)) {
      case 0, 1, 2, 3 -> {
        place.set(raw(raw));
        return place.path + " = " + raw;
      }
      case 4 -> {
        JsonElement like = like(place.value(), random);
        place.set(like);
        return place.path + " = " + TextMutator.show(unmarked(COMPACT.toJson(like)));
      }
      case 5, 6 -> {
        if (place.parent instanceof JsonObject object) {
          object.remove(place.key);
        } else {
          place.parent.getAsJsonArray().remove(Integer.parseInt(place.key));
        }
        return place.path + " left out";
      }
      case 7 -> {
        if (place.parent instanceof JsonObject object) {
          object.add(place.key + TWICE, raw(raw));
          return place.path + " twice, then as " + raw;
        }
        place.parent.getAsJsonArray().add(place.value().deepCopy());
        return place.path + " once more at the end";
      }
      case 8 -> {
        if (place.parent instanceof JsonObject object) {
          String name = renamed(place.key, random);
          object.add(name, object.remove(place.key));
          return place.path + " renamed " + TextMutator.show(name);
        }
        place.set(raw(raw));
        return place.path + " = " + raw;
      }
      case 9 -> {
        JsonElement wrapped;
        if (random.nextBoolean()) {
          JsonArray array = new JsonArray();
          array.add(place.value());
          wrapped = array;
        } else {
          JsonObject object = new JsonObject();
          object.add(place.key, place.value());
          wrapped = object;
        }
        place.set(wrapped);
        return place.path + " wrapped in " + (wrapped.isJsonArray() ? "an array" : "an object");
      }
      case 10 -> {
        int depth = 1 << (4 + random.nextInt(11));
        boolean arrays = random.nextBoolean();
        place.set(
            raw(
                arrays
                    ? "[".repeat(depth) + "]".repeat(depth)
                    : "{\"a\":".repeat(depth) + "0" + "}".repeat(depth)));
        return "%s = %d nested %s".formatted(place.path, depth, arrays ? "arrays" : "objects");
      }
      case 11 -> {
        int length = 1 << (6 + random.nextInt(13));
        place.set(new JsonPrimitive("x".repeat(length)));
        return "%s = a string of %d".formatted(place.path, length);
      }
      default -> {
        if (!pieces.isEmpty() && random.nextInt(3) > 0) {
          String piece = pieces.get(random.nextInt(pieces.size()));
          place.set(raw(piece));
          return place.path + " = " + TextMutator.show(piece);
        }
        Place other = place(tree, random);
        if (other == null || random.nextBoolean()) {
          place.set(raw(raw));
          return place.path + " = " + raw;
        }
        JsonElement value = other.value().deepCopy();
        place.set(value);
        return place.path + " = that of " + other.path;
      }
    }
  }

  /** Walks down at random, so that a vocabulary of thousands counts no more than a setting. */
  private static @Nullable Place place(JsonElement tree, RandomGenerator random) {
    JsonElement at = tree;
    StringBuilder path = new StringBuilder("$");
    Place place = null;
    while (true) {
      List<String> keys = new ArrayList<>();
      if (at instanceof JsonObject object) {
        keys.addAll(object.keySet());
      } else if (at instanceof JsonArray array) {
        for (int i = 0; i < array.size(); i++) {
          keys.add(Integer.toString(i));
        }
      }
      if (keys.isEmpty() || (place != null && random.nextInt(4) == 0)) {
        return place;
      }
      String key = keys.get(random.nextInt(keys.size()));
      path.append(at.isJsonArray() ? "[" + key + "]" : "." + key);
      place = new Place(at, key, path.toString());
      at = place.value();
    }
  }

  /** A value of the same type that is nearly the old one. */
  private static JsonElement like(JsonElement value, RandomGenerator random) {
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      double number = primitive.getAsDouble();
      boolean whole = number == Math.rint(number) && Math.abs(number) < 1e15;
      return switch (random.nextInt(6)) {
        case 0 -> whole ? new JsonPrimitive((long) number + 1) : new JsonPrimitive(number + 1);
        case 1 -> whole ? new JsonPrimitive((long) number - 1) : new JsonPrimitive(number - 1);
        case 2 -> whole ? new JsonPrimitive(2L * (long) number) : new JsonPrimitive(number * 2);
        case 3 -> raw(whole ? (long) number + ".0" : number + "e0");
        case 4 -> new JsonPrimitive(number / 2);
        default -> new JsonPrimitive(primitive.getAsString());
      };
    }
    if (value instanceof JsonPrimitive primitive && primitive.isBoolean()) {
      return new JsonPrimitive(!primitive.getAsBoolean());
    }
    if (value instanceof JsonPrimitive primitive) {
      String text = primitive.getAsString();
      int at = random.nextInt(text.length() + 1);
      return new JsonPrimitive(
          switch (random.nextInt(5)) {
            case 0 -> text + text;
            case 1 -> text.substring(0, at);
            case 2 -> text.substring(0, at) + (char) random.nextInt(0xD800) + text.substring(at);
            case 3 -> text.toUpperCase(Locale.ROOT);
            default -> " " + text;
          });
    }
    if (value instanceof JsonArray array) {
      List<JsonElement> shuffled = new ArrayList<>(array.asList());
      Collections.shuffle(shuffled, new Random(random.nextLong()));
      JsonArray result = new JsonArray();
      shuffled.forEach(result::add);
      return result;
    }
    return JsonNull.INSTANCE;
  }

  private static String renamed(String key, RandomGenerator random) {
    return switch (random.nextInt(6)) {
      case 0 -> "";
      case 1 -> key + key;
      case 2 -> key.toUpperCase(Locale.ROOT);
      case 3 -> "\uD800";
      case 4 -> "../" + key;
      default -> key + " ";
    };
  }

  /** The same content in another spelling: order of keys, blanks, escapes. */
  private static Edit respelled(JsonElement tree, RandomGenerator random) {
    return switch (random.nextInt(3)) {
      case 0 -> new Edit(bytes(tree, COMPACT), "written in one line", true);
      case 1 -> new Edit(bytes(reordered(tree, random), PRETTY), "keys in another order", true);
      default -> {
        StringBuilder escaped = new StringBuilder();
        COMPACT
            .toJson(tree)
            .chars()
            .forEach(
                c -> {
                  if (c < 127) {
                    escaped.append((char) c);
                  } else {
                    escaped.append("\\u%04x".formatted(c));
                  }
                });
        yield new Edit(
            escaped.toString().getBytes(StandardCharsets.UTF_8), "escaped to ASCII", true);
      }
    };
  }

  private static JsonElement reordered(JsonElement tree, RandomGenerator random) {
    if (tree instanceof JsonArray array) {
      JsonArray result = new JsonArray();
      array.forEach(element -> result.add(reordered(element, random)));
      return result;
    }
    if (!(tree instanceof JsonObject object)) {
      return tree;
    }
    List<Map.Entry<String, JsonElement>> entries = new ArrayList<>(object.entrySet());
    Collections.shuffle(entries, new Random(random.nextLong()));
    JsonObject result = new JsonObject();
    entries.forEach(entry -> result.add(entry.getKey(), reordered(entry.getValue(), random)));
    return result;
  }

  private static JsonPrimitive raw(String json) {
    return new JsonPrimitive(RAW + json);
  }

  private static byte[] bytes(JsonElement tree, Gson gson) {
    return unmarked(gson.toJson(tree)).getBytes(StandardCharsets.UTF_8);
  }

  /** Takes the marks away: from "\u0001raw…", a string with escapes, becomes what … stands for. */
  private static String unmarked(String json) {
    String mark = "\"\\u0001raw";
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int at = json.indexOf(mark); at >= 0; at = json.indexOf(mark, from)) {
      int end = at + 1;
      while (json.charAt(end) != '"') {
        end += json.charAt(end) == '\\' ? 2 : 1;
      }
      String string = JsonParser.parseString(json.substring(at, end + 1)).getAsString();
      text.append(json, from, at).append(string, RAW.length(), string.length());
      from = end + 1;
    }
    return text.append(json, from, json.length()).toString().replace("\\u0001twice", "");
  }
}
