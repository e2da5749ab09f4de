package dev.afina.tokenization;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.tokenization.SpecialTokens.Role;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the files beside the vocabulary say: tokenizer_config.json, special_tokens_map.json and
 * config.json. All of them may be missing.
 *
 * @param tokenizerConfig tokenizer_config.json, empty when absent
 * @param modelType model_type of config.json
 * @param vocabularyRows vocab_size of config.json, -1 when unknown: rows of the embedding table
 * @param special what the two files call the special tokens
 * @param addedTokens added_tokens.json: token to id, of old checkpoints; empty when absent
 */
record Settings(
    JsonObject tokenizerConfig,
    @Nullable String modelType,
    int vocabularyRows,
    Map<Role, Token> special,
    JsonObject addedTokens) {

  static final String CONFIG = "tokenizer_config.json";
  private static final String SPECIAL_MAP = "special_tokens_map.json";

  /**
   * A special token as the files write it.
   *
   * @param content the token
   * @param flags lstrip, rstrip and the like, or null when only the text is given
   */
  record Token(String content, @Nullable JsonObject flags) {}

  static Settings read(TokenizerFiles files) throws IOException {
    JsonObject config = JsonFile.object(files, CONFIG).orElseGet(JsonObject::new);
    JsonObject map = JsonFile.object(files, SPECIAL_MAP).orElseGet(JsonObject::new);
    Optional<JsonObject> model = JsonFile.object(files, "config.json");
    Map<Role, Token> special = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      Token token = token(config.get(role.key()), role, CONFIG);
      if (token == null) {
        token = token(map.get(role.key()), role, SPECIAL_MAP);
      }
      if (token != null) {
        special.put(role, token);
      }
    }
    return new Settings(
        config,
        JsonFile.string(model.orElse(null), "model_type"),
        model.map(object -> JsonFile.id(object.get("vocab_size"))).orElse(-1),
        special,
        JsonFile.object(files, "added_tokens.json").orElseGet(JsonObject::new));
  }

  /** The explicit value of a switch, or null when tokenizer_config.json does not set it. */
  @Nullable Boolean flag(String key) {
    return JsonFile.bool(tokenizerConfig, key);
  }

  boolean has(String key) {
    return tokenizerConfig.has(key);
  }

  @Nullable String tokenizerClass() {
    return JsonFile.string(tokenizerConfig, "tokenizer_class");
  }

  /** The text of a special token, or the given one when the files do not name it. */
  String content(Role role, String otherwise) {
    Token token = special.get(role);
    return token == null ? otherwise : token.content();
  }

  /** model_max_length; transformers writes 1e30 for "unknown". */
  int modelMaxLength() throws IOException {
    JsonElement element = tokenizerConfig.get("model_max_length");
    if (element == null || element.isJsonNull()) {
      return Integer.MAX_VALUE;
    }
    if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber()) {
      BigDecimal length = element.getAsBigDecimal();
      if (length.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) >= 0) {
        return Integer.MAX_VALUE;
      }
      if (length.signum() > 0) {
        return length.intValue();
      }
    }
    throw new IOException(CONFIG + ": model_max_length " + element + ", expected a number above 0");
  }

  Side side(String key) throws IOException {
    String side = JsonFile.string(tokenizerConfig, key);
    if (side == null || side.equals("right")) {
      return Side.RIGHT;
    }
    if (side.equals("left")) {
      return Side.LEFT;
    }
    throw new IOException(CONFIG + ": " + key + " \"" + side + "\", expected right or left");
  }

  private static @Nullable Token token(@Nullable JsonElement element, Role role, String file)
      throws IOException {
    if (element == null || element.isJsonNull()) {
      return null;
    }
    if (JsonFile.isString(element)) {
      return new Token(element.getAsString(), null);
    }
    if (element.isJsonObject()) {
      String content = JsonFile.string(element.getAsJsonObject(), "content");
      if (content != null) {
        return new Token(content, element.getAsJsonObject());
      }
    }
    throw new IOException(
        file + ": " + role.key() + " " + element + ", expected a string or an added token");
  }
}
