package dev.afina.internal.yaml;

import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * The two parts of a README.md on the Hub: YAML metadata between lines of three dashes, and the
 * text.
 *
 * @param yaml the metadata without the dashes; empty if there is none
 * @param body the text after it
 */
public record CardYaml(String yaml, String body) {
  /** The Hub's rule for finding the metadata. */
  private static final Pattern BLOCK =
      Pattern.compile("\\A(?:\\uFEFF)?\\s*---\\R(?:([\\s\\S]*?)\\R)??---[ \\t]*(?:\\R|\\z)");

  /** The maximum size of a card, which is meant for human readers. */
  private static final long MOST_BYTES = 10_000_000;

  /**
   * Reads a README.md.
   *
   * @throws IllegalArgumentException if it is too long or not UTF-8
   * @throws IOException if it cannot be read
   */
  public static String text(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "it has " + bytes + " bytes, expected at most " + MOST_BYTES);
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("it is not UTF-8; save it in that encoding", e);
    }
  }

  /** Splits the text of a README.md. */
  public static CardYaml of(String card) {
    Matcher block = BLOCK.matcher(card);
    if (!block.find()) {
      return new CardYaml("", card);
    }
    String yaml = block.group(1);
    return new CardYaml(yaml == null ? "" : yaml, card.substring(block.end()));
  }

  /**
   * Parses the metadata to maps, lists, strings, numbers, booleans and nulls.
   *
   * @throws IllegalArgumentException if it is not YAML, not a mapping, or exceeds {@link
   *     YamlLimits}
   */
  public Map<String, @Nullable Object> metadata() {
    Object loaded;
    try {
      LoadSettings settings =
          LoadSettings.builder()
              .setSchema(new CoreSchema())
              .setLabel("README.md")
              .setCodePointLimit(YamlLimits.MOST_CHARACTERS)
              .setMaxAliasesForCollections(Integer.MAX_VALUE) // what they stand for is limited
              .build();
      YamlLimits.check(yaml, settings);
      loaded = new Load(settings).loadFromString(yaml);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(
          "its metadata is not YAML: "
              + Excerpt.of(
                  String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " "), 400),
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

  /**
   * The entries of a mapping, with keys as strings; empty for any other value.
   *
   * @throws IllegalArgumentException if two keys have the same text, like {@code 1} and {@code "1"}
   */
  public static Map<String, @Nullable Object> map(@Nullable Object value) {
    Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, entry) -> {
            String text = String.valueOf(key);
            if (entries.containsKey(text)) {
              throw new IllegalArgumentException(
                  "its metadata has two keys that read \"" + Excerpt.of(text) + "\"");
            }
            entries.put(text, entry);
          });
    }
    return entries;
  }

  /** The elements of a list; any other value as a list of one; empty for null. */
  public static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
  }
}
