package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** Changes a tokenizer.json at one to three places, the same ones for the same seed. */
final class Mutations {

  private static final List<String> TYPES =
      List.of(
          "BertNormalizer",
          "NFC",
          "NFD",
          "NFKC",
          "NFKD",
          "Nmt",
          "Lowercase",
          "StripAccents",
          "Strip",
          "Prepend",
          "Replace",
          "Precompiled",
          "ByteLevel",
          "BertPreTokenizer",
          "Metaspace",
          "Whitespace",
          "WhitespaceSplit",
          "Punctuation",
          "Digits",
          "Split",
          "FixedLength",
          "UnicodeScripts",
          "CharDelimiterSplit",
          "Sequence",
          "TemplateProcessing",
          "BertProcessing",
          "RobertaProcessing",
          "WordPiece",
          "BPE",
          "Unigram",
          "WordLevel",
          "BPEDecoder",
          "ByteFallback",
          "Fuse",
          "CTC");

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "1",
          "-1",
          "2",
          "3",
          "5",
          "100",
          "0.5",
          "1e999",
          "-0.0",
          "4294967296",
          "18446744073709551616",
          "1e99999",
          "-1e-99999999999",
          "0.1e-2147483648",
          "\"\"",
          "\" \"",
          "\"a\"",
          "\"▁\"",
          "\"\\u0000\"",
          "\"😀\"",
          "\"\\u0301\"",
          "\"é\"",
          "\"[UNK]\"",
          "\"<s>\"",
          "\"##\"",
          "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "[\"a\",1]",
          "{\"Regex\":\"(a+)+$\"}",
          "{\"Regex\":\"\\\\s+\"}",
          "{\"Regex\":\" {2,}\"}",
          "{\"String\":\"a\"}",
          "{\"String\":\"\"}",
          "{\"type\":\"NFKD\"}",
          "{\"type\":\"StripAccents\"}",
          "{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true}",
          "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"aaaaaaaaaaaaaaaa\"}",
          "{\"type\":\"Prepend\",\"prepend\":\"▁\"}",
          "\"first\"",
          "\"never\"",
          "\"Removed\"",
          "\"MergedWithNext\"",
          "\"Contiguous\"");

  private Mutations() {}

  /** One mutated file; sometimes no JSON any more. */
  static String mutate(List<JsonObject> originals, long seed) {
    Random random = new Random(seed);
    JsonObject json = originals.get(random.nextInt(originals.size())).deepCopy();
    JsonObject other = originals.get(random.nextInt(originals.size()));
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      change(json, other, random);
    }
    String text = json.toString();
    if (random.nextInt(12) == 0) {
      StringBuilder broken = new StringBuilder(text);
      int at = random.nextInt(text.length());
      switch (random.nextInt(3)) {
        case 0 -> broken.setCharAt(at, (char) random.nextInt(0x180));
        case 1 -> broken.delete(at, Math.min(text.length(), at + 1 + random.nextInt(30)));
        default -> broken.insert(at, "\\ud800");
      }
      text = broken.toString();
    }
    return text;
  }

  /** A place in the file: what is there, and how to put something else there. */
  private record Place(String key, JsonElement value, Consumer<JsonElement> set, Runnable remove) {}

  private static void change(JsonObject json, JsonObject other, Random random) {
    List<Place> places = new ArrayList<>();
    collect(json, places, random);
    if (places.isEmpty()) {
      return;
    }
    Place place = places.get(random.nextInt(places.size()));
    switch (random.nextInt(8)) {
      case 0 -> place.remove().run();
      case 1 -> {
        List<Place> others = new ArrayList<>();
        collect(other, others, random);
        others.removeIf(p -> !p.key().equals(place.key()));
        if (!others.isEmpty()) {
          place.set().accept(others.get(random.nextInt(others.size())).value().deepCopy());
        }
      }
      case 2 -> place.set().accept(places.get(random.nextInt(places.size())).value().deepCopy());
      case 3 -> place.set().accept(similar(place.value(), random));
      case 4 -> {
        List<Place> types = places.stream().filter(p -> p.key().equals("type")).toList();
        if (!types.isEmpty()) {
          types
              .get(random.nextInt(types.size()))
              .set()
              .accept(new JsonPrimitive(TYPES.get(random.nextInt(TYPES.size()))));
        }
      }
      default -> place.set().accept(value(random));
    }
  }

  private static JsonElement value(Random random) {
    return JsonParser.parseString(VALUES.get(random.nextInt(VALUES.size())));
  }

  /** Another value of the same kind; a charsmap with some of its bytes changed. */
  private static JsonElement similar(JsonElement value, Random random) {
    if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
      String text = value.getAsString();
      if (text.length() > 1_000) {
        byte[] bytes = Base64.getDecoder().decode(text);
        int count = 1 + random.nextInt(50);
        boolean early = random.nextBoolean();
        for (int i = 0; i < count; i++) {
          bytes[random.nextInt(early ? 4_000 : bytes.length)] = (byte) random.nextInt(256);
        }
        return new JsonPrimitive(Base64.getEncoder().encodeToString(bytes));
      }
      int at = random.nextInt(text.length() + 1);
      return new JsonPrimitive(
          text.substring(0, at) + (char) random.nextInt(0x3000) + text.substring(at));
    }
    if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
      return new JsonPrimitive(random.nextInt(300) - 20);
    }
    if (value.isJsonPrimitive()) {
      return new JsonPrimitive(!value.getAsBoolean());
    }
    if (value.isJsonArray() && !value.getAsJsonArray().isEmpty()) {
      JsonArray longer = value.deepCopy().getAsJsonArray();
      longer.add(longer.get(random.nextInt(longer.size())).deepCopy());
      return longer;
    }
    return JsonNull.INSTANCE;
  }

  /** All places of the file; of the vocabulary, which would hide the rest, a few. */
  private static void collect(JsonElement element, List<Place> places, Random random) {
    if (element.isJsonObject()) {
      JsonObject object = element.getAsJsonObject();
      boolean vocabulary = object.size() > 40;
      for (Map.Entry<String, JsonElement> entry : List.copyOf(object.entrySet())) {
        if (vocabulary && random.nextInt(40) > 0) {
          continue;
        }
        String key = entry.getKey();
        places.add(
            new Place(key, entry.getValue(), v -> object.add(key, v), () -> object.remove(key)));
        collect(entry.getValue(), places, random);
      }
    } else if (element.isJsonArray()) {
      JsonArray array = element.getAsJsonArray();
      for (int i = 0; i < array.size(); i++) {
        int at = i;
        places.add(
            new Place(
                "",
                array.get(i),
                v -> {
                  if (at < array.size()) {
                    array.set(at, v);
                  }
                },
                () -> {
                  if (at < array.size()) {
                    array.remove(at);
                  }
                }));
        collect(array.get(i), places, random);
      }
    }
  }
}
