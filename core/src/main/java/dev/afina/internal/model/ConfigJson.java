package dev.afina.internal.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.afina.CheckpointException;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.layers.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoublePredicate;
import java.util.regex.Pattern;

/**
 * Typed access to a config.json. Numbers that a file must have are asked for without a default;
 * where transformers has a default, so has the call.
 *
 * <p>As strict as transformers 5: a number in quotes is no number, 12.0 is no whole number, true is
 * no 1, and null stands for nothing but itself. What transformers would compute with, but to no
 * good end (an infinite or negative epsilon), is refused, too.
 */
public final class ConfigJson {
  private static final int MAX_LAYERS = 1000;
  private static final double MAX_COUNT = 1e9;

  /** What Python reads as an int. */
  private static final Pattern WHOLE = Pattern.compile("-?[0-9]+");

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

  /** Whether the key is there, with a value that is not null. */
  public boolean has(String key) {
    return json.has(key) && !isNull(key);
  }

  /** Whether the key is there and null, which some keys may be. */
  public boolean isNull(String key) {
    return json.has(key) && json.get(key).isJsonNull();
  }

  /** A string that must be there. */
  public String string(String key) throws CheckpointException {
    require(key, "a string");
    return string(key, "");
  }

  /** A string, or the default where the key is absent. */
  public String string(String key, String defaultValue) throws CheckpointException {
    JsonElement value = json.get(key);
    if (value == null) {
      return defaultValue;
    }
    if (!(value instanceof JsonPrimitive text) || !text.isString()) {
      throw unexpected(key, "a string");
    }
    return text.getAsString();
  }

  /** A count, 1 to a billion, that must be there. */
  public int count(String key) throws CheckpointException {
    require(key, "a whole number");
    return count(key, 0);
  }

  /** A count, 1 to a billion, or the default where the key is absent. */
  public int count(String key, int defaultValue) throws CheckpointException {
    return whole(
        key, defaultValue, n -> n >= 1 && n <= MAX_COUNT, "a whole number from 1 to 1000000000");
  }

  /** A whole number of {@code least} or more, or the default where the key is absent. */
  public int whole(String key, int defaultValue, int least) throws CheckpointException {
    return whole(
        key,
        defaultValue,
        n -> n >= least && n <= MAX_COUNT,
        "a whole number from " + least + " to 1000000000");
  }

  /** A truth value, or the default where the key is absent. */
  public boolean flag(String key, boolean defaultValue) throws CheckpointException {
    JsonElement value = json.get(key);
    if (value == null) {
      return defaultValue;
    }
    if (!(value instanceof JsonPrimitive truth) || !truth.isBoolean()) {
      throw unexpected(key, "true or false");
    }
    return truth.getAsBoolean();
  }

  /** A string, several in an array, or none where the key is absent. */
  public List<String> strings(String key) throws CheckpointException {
    JsonElement value = json.get(key);
    List<JsonElement> elements =
        value == null
            ? List.of()
            : value.isJsonArray() ? value.getAsJsonArray().asList() : List.of(value);
    List<String> strings = new ArrayList<>();
    for (JsonElement element : elements) {
      if (!(element instanceof JsonPrimitive text) || !text.isString()) {
        throw unexpected(key, "strings");
      }
      strings.add(text.getAsString());
    }
    return strings;
  }

  /**
   * The id of a token, -1 as some files write "none", or the default where the key is absent.
   *
   * @param vocabularySize the number of tokens
   */
  public int token(String key, int defaultValue, int vocabularySize) throws CheckpointException {
    return whole(
        key,
        defaultValue,
        n -> n >= -1 && n < vocabularySize,
        "the id of a token, a whole number from 0 to " + (vocabularySize - 1) + ", or -1 for none");
  }

  /**
   * A probability in [0, 1], or the default where the key is absent. At 1 all is dropped in
   * training, as in transformers; predictions drop nothing.
   */
  public double rate(String key, double defaultValue) throws CheckpointException {
    return number(key, defaultValue, n -> n >= 0 && n <= 1, "a rate in [0, 1]");
  }

  /**
   * The standard deviation of new weights, in [0, 1], or the default where the key is absent. At 0
   * they are all 0, as in transformers; the weights of the file are not touched.
   */
  public double deviation(String key, double defaultValue) throws CheckpointException {
    return number(key, defaultValue, n -> n >= 0 && n <= 1, "a number from 0 to 1");
  }

  /**
   * A number over 0 and at most 1, or the default where the key is absent: an epsilon, of which a
   * greater one would drown what it is added to.
   */
  public double small(String key, double defaultValue) throws CheckpointException {
    return number(key, defaultValue, n -> n > 0 && n <= 1, "a number over 0 and at most 1");
  }

  /** A number from {@code least} to a billion, or the default where the key is absent. */
  public double number(String key, double defaultValue, double least) throws CheckpointException {
    return number(
        key,
        defaultValue,
        n -> n >= least && n <= MAX_COUNT,
        String.format(Locale.ROOT, "a number from %s to 1000000000", least));
  }

  /** One of some words, or the first of them where the key is absent. */
  public String word(String key, String... words) throws CheckpointException {
    String word = string(key, words[0]);
    if (!List.of(words).contains(word)) {
      throw unexpected(key, "\"" + String.join("\" or \"", words) + "\"");
    }
    return word;
  }

  /**
   * A list of words, one for each of {@code size} things.
   *
   * @param words the allowed ones
   */
  public List<String> words(String key, int size, String... words) throws CheckpointException {
    List<String> all = new ArrayList<>();
    if (json.get(key) instanceof JsonArray array && array.size() == size) {
      for (JsonElement element : array) {
        if (element instanceof JsonPrimitive word && List.of(words).contains(word.getAsString())) {
          all.add(word.getAsString());
        }
      }
    }
    if (all.size() != size) {
      throw unexpected(key, size + " times \"" + String.join("\" or \"", words) + "\"");
    }
    return all;
  }

  /**
   * The options within an option, none where it is absent or null.
   *
   * @throws CheckpointException where there is one whose name is not among {@code names}
   */
  public ConfigJson section(String key, String... names) throws CheckpointException {
    String place = where + ": " + key;
    if (!has(key)) {
      return new ConfigJson(new JsonObject(), place);
    }
    if (!(json.get(key) instanceof JsonObject section)) {
      throw unexpected(key, "an object");
    }
    for (String name : section.keySet()) {
      if (!List.of(names).contains(name)) {
        throw new CheckpointException(
            place
                + (": \"" + Excerpt.of(name) + "\" is not supported; supported are ")
                + String.join(", ", names));
      }
    }
    return new ConfigJson(section, place);
  }

  /** The members of an object by their names, none where the key is absent. */
  public Map<String, JsonElement> members(String key) throws CheckpointException {
    JsonElement value = json.get(key);
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof JsonObject object)) {
      throw unexpected(key, "an object");
    }
    return object.asMap();
  }

  /** The elements of an array that must be there. */
  public List<JsonElement> elements(String key) throws CheckpointException {
    require(key, "an array");
    if (!(json.get(key) instanceof JsonArray array)) {
      throw unexpected(key, "an array");
    }
    return array.asList();
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

  /**
   * An activation, or GELU where the key is absent.
   *
   * @throws CheckpointException for one that is not supported
   */
  public Activation activation(String key) throws CheckpointException {
    return activation(key, Activation.GELU);
  }

  /**
   * An activation, or the default where the key is absent.
   *
   * @throws CheckpointException for one that is not supported
   */
  public Activation activation(String key, Activation defaultValue) throws CheckpointException {
    if (!json.has(key)) {
      return defaultValue;
    }
    String name = string(key, "");
    return Activation.named(name)
        .orElseThrow(
            () ->
                new CheckpointException(
                    where
                        + (": " + key + " \"" + Excerpt.of(name) + "\" is not supported")
                        + (Activation.hasWeights(name) ? ", because it has weights of its own" : "")
                        + "; supported are "
                        + String.join(", ", Activation.allNames())));
  }

  /**
   * The key under which an option with two names is there.
   *
   * @throws CheckpointException when both are, with two values
   */
  public String either(String key, String alias) throws CheckpointException {
    JsonElement value = json.get(key);
    JsonElement other = json.get(alias);
    if (value != null && other != null && !value.equals(other)) {
      throw new CheckpointException(
          where
              + (": " + key + " " + Excerpt.of(value) + " and " + alias + " " + Excerpt.of(other))
              + " are one option, and contradict each other");
    }
    return value == null && other != null ? alias : key;
  }

  /**
   * Refuses a file that asks for something else than what is computed here.
   *
   * @param usual the values that ask for nothing, as JSON; an absent key does neither
   */
  public void refuseUnless(String key, String... usual) throws CheckpointException {
    JsonElement value = json.get(key);
    if (value == null) {
      return;
    }
    for (String json : usual) {
      if (value.toString().equals(json)) {
        return;
      }
    }
    throw new CheckpointException(
        where
            + (": " + key + " " + Excerpt.of(value))
            + " is not supported; supported is "
            + String.join(" or ", usual));
  }

  /** Refuses a name that stands for something that is not computed here. */
  public void requireOneOf(String key, String name, String... known) throws CheckpointException {
    if (!List.of(known).contains(name)) {
      throw new CheckpointException(
          where
              + (": " + key + " \"" + Excerpt.of(name) + "\" is not supported; supported are ")
              + String.join(", ", known));
    }
  }

  private int whole(String key, int defaultValue, DoublePredicate range, String expected)
      throws CheckpointException {
    if (json.has(key) && !WHOLE.matcher(json.get(key).toString()).matches()) {
      throw unexpected(key, expected);
    }
    return (int) number(key, defaultValue, range, expected);
  }

  private double number(String key, double defaultValue, DoublePredicate range, String expected)
      throws CheckpointException {
    JsonElement value = json.get(key);
    if (value == null) {
      return defaultValue;
    }
    if (!(value instanceof JsonPrimitive number)
        || !number.isNumber()
        || !range.test(number.getAsDouble())) { // NaN is in no range
      throw unexpected(key, expected);
    }
    return number.getAsDouble();
  }

  private void require(String key, String expected) throws CheckpointException {
    if (!has(key)) {
      throw new CheckpointException(where + ": " + key + " is missing; expected " + expected);
    }
  }

  private CheckpointException unexpected(String key, String expected) {
    return new CheckpointException(
        where + ": " + key + ": expected " + expected + ", got " + Excerpt.of(json.get(key)));
  }
}
