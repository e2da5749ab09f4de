package dev.afina.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.afina.checkpoint.CheckpointException;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to a config.json. Numbers that a file must have are asked for without a default;
 * where transformers has a default, so has the call.
 */
public final class ConfigJson {
  private static final int MAX_LAYERS = 1000;

  private final JsonObject json;
  private final String where;

  /**
   * @param where names the file in messages
   */
  public ConfigJson(JsonObject json, String where) {
    this.json = json;
    this.where = where;
  }

  /** Names the file in messages. */
  public String where() {
    return where;
  }

  /** A string that must be there. */
  public String string(String key) throws CheckpointException {
    JsonPrimitive value = primitive(key);
    if (value == null) {
      throw missing(key, "a string");
    }
    return value.getAsString();
  }

  /** A string, or the default where the key is absent or null. */
  public String string(String key, String defaultValue) throws CheckpointException {
    JsonPrimitive value = primitive(key);
    return value == null ? defaultValue : value.getAsString();
  }

  /** A count of 1 or more that must be there. */
  public int count(String key) throws CheckpointException {
    JsonPrimitive value = primitive(key);
    if (value == null) {
      throw missing(key, "a whole number");
    }
    return count(key, 0);
  }

  /** A count of 1 or more, or the default where the key is absent or null. */
  public int count(String key, int defaultValue) throws CheckpointException {
    double value = number(key, defaultValue);
    if (primitive(key) != null && (value < 1 || value > 1e9 || value != Math.rint(value))) {
      throw new CheckpointException(
          where + ": " + key + ": expected a whole number of 1 or more, got " + json.get(key));
    }
    return (int) value;
  }

  /** A number of 0 or more, or the default where the key is absent or null. */
  public double number(String key, double defaultValue) throws CheckpointException {
    JsonPrimitive value = primitive(key);
    if (value == null) {
      return defaultValue;
    }
    if (!value.isNumber() || !(value.getAsDouble() >= 0)) {
      throw new CheckpointException(
          where + ": " + key + ": expected a number of 0 or more, got " + value);
    }
    return value.getAsDouble();
  }

  /** A probability in [0, 1), or the default where the key is absent or null. */
  public double rate(String key, double defaultValue) throws CheckpointException {
    double value = number(key, defaultValue);
    if (value >= 1) {
      throw new CheckpointException(
          where + ": " + key + ": expected a rate in [0, 1), got " + value);
    }
    return value;
  }

  /** Refuses a file in which {@code key} is there and not {@code supported}. */
  public void require(String key, String supported) throws CheckpointException {
    String value = string(key, supported);
    if (!value.equals(supported)) {
      throw new CheckpointException(
          where + ": " + key + " \"" + value + "\" is not supported; supported is " + supported);
    }
  }

  /** The number of layers; far fewer than would exhaust memory before the file contradicts it. */
  public int layers(String key) throws CheckpointException {
    int layers = count(key);
    if (layers > MAX_LAYERS) {
      throw new CheckpointException(
          where + ": " + key + ": expected at most " + MAX_LAYERS + " layers, got " + layers);
    }
    return layers;
  }

  /** The heads, which must divide the hidden size. */
  public int heads(String key, int hiddenSize) throws CheckpointException {
    int heads = count(key);
    if (hiddenSize % heads != 0) {
      throw new CheckpointException(
          where + ": " + key + " " + heads + " does not divide the hidden size " + hiddenSize);
    }
    return heads;
  }

  private @Nullable JsonPrimitive primitive(String key) throws CheckpointException {
    JsonElement value = json.get(key);
    if (value == null || value.isJsonNull()) {
      return null;
    }
    if (!value.isJsonPrimitive()) {
      throw new CheckpointException(where + ": " + key + ": expected a single value, got " + value);
    }
    return value.getAsJsonPrimitive();
  }

  private CheckpointException missing(String key, String expected) {
    return new CheckpointException(where + ": " + key + " is missing; expected " + expected);
  }
}
