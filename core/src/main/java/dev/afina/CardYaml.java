package dev.afina;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * A README.md of the Hub in its two parts: YAML metadata between lines of three dashes, and the
 * text.
 *
 * @param yaml the metadata without the dashes; empty where there is none
 * @param body what follows
 */
record CardYaml(String yaml, String body) {
  /** The Hub's own rule of where the metadata is. */
  private static final Pattern BLOCK =
      Pattern.compile("\\A(?:\\uFEFF)?\\s*---\\R(?:([\\s\\S]*?)\\R)??---[ \\t]*(?:\\R|\\z)");

  static CardYaml of(String card) {
    Matcher block = BLOCK.matcher(card);
    if (!block.find()) {
      return new CardYaml("", card);
    }
    String yaml = block.group(1);
    return new CardYaml(yaml == null ? "" : yaml, card.substring(block.end()));
  }

  /**
   * The metadata; nothing but maps, lists, strings, numbers, booleans and nulls is made of it.
   *
   * @throws IllegalArgumentException when it is not YAML, or not a mapping
   */
  Map<String, @Nullable Object> metadata() {
    Object loaded;
    try {
      LoadSettings settings =
          LoadSettings.builder().setSchema(new CoreSchema()).setLabel("README.md").build();
      loaded = new Load(settings).loadFromString(yaml);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(
          "its metadata is not YAML: "
              + String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " "),
          e);
    }
    if (loaded == null) {
      return new LinkedHashMap<>();
    }
    if (!(loaded instanceof Map)) {
      throw new IllegalArgumentException("its metadata is not a mapping of keys to values");
    }
    return map(loaded);
  }

  /** The entries of a mapping, by their keys as text; none of anything else. */
  static Map<String, @Nullable Object> map(@Nullable Object value) {
    Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, entry) -> entries.put(String.valueOf(key), entry));
    }
    return entries;
  }

  /** The elements of a list; of anything else itself, where it is there. */
  static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
  }
}
