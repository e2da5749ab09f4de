package dev.afina.card;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was generated into a card when it was last written: a hash of each metadata value and each
 * section. It stands in the card itself, in a comment at its end, so that the next writing can tell
 * what a person has changed or removed since.
 *
 * @param metadata hashes by key
 * @param sections hashes by name
 */
record CardRecord(Map<String, String> metadata, Map<String, String> sections) {
  // Gson writes < as an escape, so that the search for the end never goes past another comment.
  private static final Pattern COMMENT =
      Pattern.compile("\\n?<!-- afina:card (\\{[^<\\n]*?\\}) -->\\n?");
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().serializeSpecialFloatingPointValues().create();

  CardRecord {
    metadata = new TreeMap<>(metadata);
    sections = new TreeMap<>(sections);
  }

  static CardRecord empty() {
    return new CardRecord(Map.of(), Map.of());
  }

  /** The record of a card; an empty one where there is none or it is damaged. */
  static CardRecord in(String body) {
    Matcher comment = COMMENT.matcher(body);
    if (!comment.find()) {
      return empty();
    }
    try {
      JsonObject json = JsonParser.parseString(comment.group(1)).getAsJsonObject();
      return new CardRecord(strings(json.get("metadata")), strings(json.get("sections")));
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
      return empty();
    }
  }

  private static Map<String, String> strings(@Nullable JsonElement object) {
    Map<String, String> strings = new TreeMap<>();
    if (object instanceof JsonObject json) {
      json.entrySet().forEach(e -> strings.put(e.getKey(), e.getValue().getAsString()));
    }
    return strings;
  }

  /** The card's text without the comment. */
  static String removedFrom(String body) {
    return COMMENT.matcher(body).replaceAll("\n");
  }

  String comment() {
    JsonObject json = new JsonObject();
    json.add("metadata", GSON.toJsonTree(metadata));
    json.add("sections", GSON.toJsonTree(sections));
    return "<!-- afina:card " + GSON.toJson(json) + " -->\n";
  }

  /** Whether a metadata value is the one that was generated. */
  boolean generated(String key, @Nullable Object value) {
    return hash(value).equals(metadata.get(key));
  }

  /** A hash of a metadata value, whatever its spelling in YAML. */
  static String hash(@Nullable Object value) {
    return hash(GSON.toJson(value));
  }

  /** A hash of a text. */
  static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) { // every JDK has it
      throw new IllegalStateException(e);
    }
  }
}
