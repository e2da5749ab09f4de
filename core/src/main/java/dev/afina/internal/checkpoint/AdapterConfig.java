package dev.afina.internal.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.afina.CheckpointException;
import dev.afina.internal.files.Excerpt;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * PEFT's adapter_config.json, as far as it says what is computed. Immutable.
 *
 * @param rank 1 or more
 * @param alpha what the updates are scaled with, before they are divided by the rank or its root
 * @param dropout of the updates' inputs in training, in [0, 1)
 * @param rankStabilized whether the root of the rank divides alpha (rsLoRA)
 * @param targets the names of layers, or their ends; empty where a pattern says which
 * @param modulesToSave what is saved as a whole
 * @param base the name or folder of the model that is updated
 * @param revision of the base on the Hub, or null
 */
public record AdapterConfig(
    int rank,
    double alpha,
    double dropout,
    boolean rankStabilized,
    List<String> targets,
    List<String> modulesToSave,
    String base,
    @Nullable String revision) {
  /** The file's name. */
  public static final String FILE = "adapter_config.json";

  private static final String TASK = "SEQ_CLS";
  private static final int MAX_RANK = 1_000_000;

  /** So that messages with it stay short. */
  private static final int MAX_NAME = 300;

  /** What is read here. */
  private static final Set<String> READ =
      Set.of(
          "peft_type",
          "task_type",
          "r",
          "lora_alpha",
          "lora_dropout",
          "use_rslora",
          "target_modules",
          "modules_to_save",
          "base_model_name_or_path",
          "revision",
          "bias",
          "init_lora_weights");

  /**
   * What says nothing of the result. The tensors tell what exclude_modules tells; the others belong
   * to options that have values of their own.
   */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "inference_mode",
          "peft_version",
          "auto_mapping",
          "megatron_core",
          "qalora_group_size",
          "layers_pattern",
          "exclude_modules",
          "runtime_config");

  /** Copies the lists. */
  public AdapterConfig {
    targets = List.copyOf(targets);
    modulesToSave = List.copyOf(modulesToSave);
  }

  /** What B · A is multiplied with. */
  public double scale() {
    return alpha / (rankStabilized ? Math.sqrt(rank) : rank);
  }

  /** The same for a base that has another name, which is a folder or without a revision. */
  AdapterConfig ofBase(String name) {
    return new AdapterConfig(
        rank, alpha, dropout, rankStabilized, targets, modulesToSave, name, null);
  }

  /** The same for a base that is opened with {@code reference}. */
  public AdapterConfig ofCheckpoint(String reference) {
    int at = reference.lastIndexOf('@');
    if (at < 0 || isLocal(reference)) {
      return ofBase(reference);
    }
    return new AdapterConfig(
        rank,
        alpha,
        dropout,
        rankStabilized,
        targets,
        modulesToSave,
        reference.substring(0, at),
        reference.substring(at + 1));
  }

  /** What to open the base with. */
  String baseReference() {
    return revision == null || isLocal(base) ? base : base + "@" + revision;
  }

  private static boolean isLocal(String reference) {
    try {
      return reference.startsWith("classpath:") || Files.isDirectory(Path.of(reference));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** The same with other targets. */
  public AdapterConfig withTargets(List<String> names) {
    return new AdapterConfig(
        rank, alpha, dropout, rankStabilized, names, modulesToSave, base, revision);
  }

  /** The file's content. */
  public JsonObject json() {
    JsonObject json = new JsonObject();
    json.add("alpha_pattern", new JsonObject());
    json.add("auto_mapping", JsonNull.INSTANCE);
    json.addProperty("base_model_name_or_path", base);
    json.addProperty("bias", "none");
    json.addProperty("fan_in_fan_out", false);
    json.addProperty("inference_mode", true);
    json.addProperty("init_lora_weights", true);
    json.add("layers_pattern", JsonNull.INSTANCE);
    json.add("layers_to_transform", JsonNull.INSTANCE);
    json.add("lora_alpha", number(alpha));
    json.addProperty("lora_dropout", dropout);
    json.add("modules_to_save", array(modulesToSave));
    json.addProperty("peft_type", "LORA");
    json.addProperty("r", rank);
    json.add("rank_pattern", new JsonObject());
    json.addProperty("revision", revision);
    json.add("target_modules", array(targets));
    json.addProperty("task_type", TASK);
    json.addProperty("use_dora", false);
    json.addProperty("use_rslora", rankStabilized);
    return json;
  }

  /**
   * Reads a file.
   *
   * @param where names it in messages
   * @throws CheckpointException when it is of another kind than LoRA, asks for something that is
   *     not computed here, or has values that are none
   */
  static AdapterConfig parse(JsonObject json, String where) throws CheckpointException {
    Reader file = new Reader(json, where);
    file.requireOneOf("peft_type", "\"LORA\"");
    if (file.isThere("task_type")) {
      file.requireOneOf("task_type", quoted(TASK));
    }
    if (file.isThere("bias")) {
      file.requireOneOf("bias", "\"none\"");
    }
    if (file.isThere("init_lora_weights")) {
      // With the other ways the base's weights are not those that the updates belong to.
      file.requireOneOf("init_lora_weights", "true", "false", "\"gaussian\"");
    }
    file.refuseOthers();
    double rank = file.number("r", 8, 1, MAX_RANK);
    if (rank != Math.rint(rank)) {
      throw file.unexpected("r", "a whole number");
    }
    if (!file.isThere("base_model_name_or_path")) {
      throw new CheckpointException(
          where
              + ": base_model_name_or_path is missing; name the model there that the adapter was"
              + " trained on");
    }
    String base = file.string("base_model_name_or_path");
    if (base.isBlank() || base.length() > MAX_NAME) {
      throw file.unexpected("base_model_name_or_path", "the name or the folder of a model");
    }
    JsonElement targets = json.get("target_modules");
    return new AdapterConfig(
        (int) rank,
        file.number("lora_alpha", 8, -1e9, 1e9),
        file.number("lora_dropout", 0, 0, Math.nextDown(1.0)),
        file.isThere("use_rslora") && file.flag("use_rslora"),
        targets instanceof JsonPrimitive ? List.of() : file.strings("target_modules"),
        file.strings("modules_to_save"),
        base,
        file.isThere("revision") ? file.string("revision") : null);
  }

  private static String quoted(String value) {
    return '"' + value + '"';
  }

  private static JsonPrimitive number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? new JsonPrimitive((long) value)
        : new JsonPrimitive(value);
  }

  private static JsonArray array(List<String> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }

  private record Reader(JsonObject json, String where) {

    boolean isThere(String key) {
      return json.has(key) && !json.get(key).isJsonNull();
    }

    void requireOneOf(String key, String... supported) throws CheckpointException {
      JsonElement value = json.get(key);
      if (value == null || !List.of(supported).contains(value.toString())) {
        throw new CheckpointException(
            where
                + (": " + key + " " + Excerpt.of(value))
                + " is not supported; supported is "
                + String.join(" or ", supported));
      }
    }

    /** An option that this version does not know may change what is computed. */
    void refuseOthers() throws CheckpointException {
      for (String key : json.keySet()) {
        JsonElement value = json.get(key);
        boolean neutral =
            value.isJsonNull()
                || value.equals(new JsonPrimitive(false))
                || (value.isJsonObject() && value.getAsJsonObject().isEmpty())
                || (value.isJsonArray() && value.getAsJsonArray().isEmpty());
        if (!neutral && !READ.contains(key) && !WITHOUT_EFFECT.contains(key)) {
          throw new CheckpointException(
              where
                  + (": " + Excerpt.of(key) + " " + Excerpt.of(value))
                  + " is not supported; merge the adapter in PEFT (merge_and_unload) and save the"
                  + " whole model");
        }
      }
    }

    double number(String key, double defaultValue, double least, double most)
        throws CheckpointException {
      JsonElement value = json.get(key);
      if (value == null) {
        return defaultValue;
      }
      if (!(value instanceof JsonPrimitive number)
          || !number.isNumber()
          || !(number.getAsDouble() >= least && number.getAsDouble() <= most)) {
        throw unexpected(key, "a number from " + least + " to " + most);
      }
      return number.getAsDouble();
    }

    boolean flag(String key) throws CheckpointException {
      if (!(json.get(key) instanceof JsonPrimitive truth) || !truth.isBoolean()) {
        throw unexpected(key, "true or false");
      }
      return truth.getAsBoolean();
    }

    String string(String key) throws CheckpointException {
      if (!(json.get(key) instanceof JsonPrimitive text) || !text.isString()) {
        throw unexpected(key, "a string");
      }
      return text.getAsString();
    }

    List<String> strings(String key) throws CheckpointException {
      List<String> strings = new ArrayList<>();
      if (isThere(key)) {
        if (!(json.get(key) instanceof JsonArray array)) {
          throw unexpected(key, "a list of names");
        }
        for (JsonElement element : array) {
          if (!(element instanceof JsonPrimitive text) || !text.isString()) {
            throw unexpected(key, "a list of names");
          }
          strings.add(text.getAsString());
        }
      }
      return strings;
    }

    CheckpointException unexpected(String key, String expected) {
      return new CheckpointException(
          where + ": " + key + ": expected " + expected + ", got " + Excerpt.of(json.get(key)));
    }
  }
}
