package dev.afina.internal.saved;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.afina.CheckpointException;
import dev.afina.data.Labels;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.ConfigJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code afina_config.json}, the file beside config.json for what Python's libraries do not know of
 * a model, and leave alone. It has a format number, the labels that it is for, and a section for
 * each thing that the model has:
 *
 * <pre>
 * {"format": 1, "labels": ["anger", "joy"], "decisions": {...}, "long_texts": {...}}
 * </pre>
 *
 * <p>All of it changes what a model says, so a member that is not known is refused and not skipped.
 * A model that has nothing to say here has no such file.
 */
public final class AfinaConfig {
  /** How the outputs become decisions. */
  public static final String DECISIONS = "decisions";

  /** What is done with texts that are longer than the model can take. */
  static final String LONG_TEXTS = "long_texts";

  /** What comes after the encoder, where transformers has no class for it. */
  static final String HEAD = "head";

  private static final int FORMAT = 1;
  private static final String FORMAT_MEMBER = "format";
  private static final String LABELS = "labels";
  private static final List<String> MEMBERS =
      List.of(FORMAT_MEMBER, LABELS, DECISIONS, LONG_TEXTS, HEAD);

  private final ConfigJson json;

  private AfinaConfig(ConfigJson json) {
    this.json = json;
  }

  /**
   * Reads the file of a model; one that has none has no sections.
   *
   * @param labels what the model's config.json says
   * @throws CheckpointException when it is of other labels, of a newer format, or broken
   */
  public static AfinaConfig read(CheckpointFiles files, Labels labels) throws IOException {
    String where = files.description() + ": " + CheckpointFiles.OWN_CONFIG;
    Optional<JsonObject> file = files.ownConfig();
    return file.isPresent()
        ? parse(file.get(), labels, where)
        : new AfinaConfig(new ConfigJson(new JsonObject(), where));
  }

  public static AfinaConfig parse(JsonObject json, Labels labels, String where)
      throws CheckpointException {
    ConfigJson config = new ConfigJson(json, where);
    int format = config.count(FORMAT_MEMBER);
    if (format > FORMAT) { // before all else, because it may be built in another way
      throw new CheckpointException(
          where
              + (": has format " + format + ", this version of Afina reads " + FORMAT)
              + "; update Afina, or delete the file to use the model without what is in it");
    }
    for (String member : json.keySet()) {
      if (!MEMBERS.contains(member)) {
        throw new CheckpointException(
            where
                + (": " + Excerpt.quoted(member) + " is not supported; supported are ")
                + String.join(", ", MEMBERS));
      }
    }
    requireSameLabels(json.get(LABELS), labels, where);
    return new AfinaConfig(config);
  }

  private static void requireSameLabels(JsonElement told, Labels labels, String where)
      throws CheckpointException {
    List<String> names = new ArrayList<>();
    if (told instanceof JsonArray array) {
      for (JsonElement name : array) {
        if (name instanceof JsonPrimitive text && text.isString()) {
          names.add(text.getAsString());
        }
      }
    }
    if (!names.equals(labels.names())) {
      throw new CheckpointException(
          where
              + (": is for the labels [" + Excerpt.list(names) + "], but config.json has [")
              + (Excerpt.list(labels.names()) + "]; the file is of another model: delete it, or")
              + " save the model again");
    }
  }

  public boolean has(String section) {
    return json.has(section);
  }

  /** Names the file in messages. */
  public String where() {
    return json.where();
  }

  /**
   * A part of the file.
   *
   * @param members the names that may be in it
   * @return empty where the file has no such part
   * @throws CheckpointException when it is no object, or has another member
   */
  public Optional<ConfigJson> section(String name, String... members) throws CheckpointException {
    return json.has(name) ? Optional.of(json.section(name, members)) : Optional.empty();
  }

  /**
   * The text of the file.
   *
   * @param sections by their names
   * @return empty where there is nothing to write
   */
  public static Optional<String> text(Labels labels, Map<String, JsonObject> sections) {
    if (sections.isEmpty()) {
      return Optional.empty();
    }
    JsonObject json = new JsonObject();
    json.addProperty(FORMAT_MEMBER, FORMAT);
    json.add(LABELS, PrettyJson.array(labels.names().toArray(String[]::new)));
    sections.forEach(json::add);
    return Optional.of(PrettyJson.of(json));
  }
}
