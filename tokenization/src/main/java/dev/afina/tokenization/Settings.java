package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.afina.tokenization.SpecialTokens.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings in the files beside the vocabulary: tokenizer_config.json, special_tokens_map.json,
 * added_tokens.json and config.json, each of which may be missing.
 *
 * <p>If they contradict each other, they are resolved as in transformers 5: if
 * tokenizer_config.json has added_tokens_decoder, special_tokens_map.json and added_tokens.json are
 * ignored; otherwise special_tokens_map.json overrides the special tokens in tokenizer_config.json.
 *
 * @param tokenizerConfig tokenizer_config.json, empty if absent
 * @param family the class with which transformers opens these files
 * @param className tokenizer_class of tokenizer_config.json or, failing that, of config.json
 * @param modelType model_type of config.json
 * @param vocabularyRows vocab_size of config.json, that is the rows of the embedding table; -1 if
 *     unknown
 * @param tokenTypes the maximum number of token types (segments) of the model, by config.json
 * @param special the special tokens by role, as the files name them
 * @param moreSpecial special tokens without a role, in the order in which transformers adds them
 * @param addedTokens added_tokens.json of old checkpoints, token to id; empty if absent
 */
record Settings(
    JsonObject tokenizerConfig,
    TokenizerFamily family,
    @Nullable String className,
    @Nullable String modelType,
    int vocabularyRows,
    int tokenTypes,
    Map<Role, Token> special,
    List<Token> moreSpecial,
    JsonObject addedTokens) {

  static final String CONFIG = "tokenizer_config.json";
  static final String ADDED = "added_tokens.json";
  static final String DECODER = "added_tokens_decoder";
  private static final String SPECIAL_MAP = "special_tokens_map.json";
  static final String EXTRA = "extra_special_tokens";
  private static final String SPLIT_SPECIAL = "split_special_tokens";
  static final String ADDITIONAL = "additional_special_tokens";
  private static final String TOKENIZER_CLASS = "tokenizer_class";
  private static final String MAX_LENGTH = "model_max_length";
  private static final String OLD_MAX_LENGTH = "max_len";
  static final String INPUT_NAMES = "model_input_names";
  static final String BACKEND = "backend";
  private static final String VERSIONS = "fast_tokenizer_files";
  static final String TYPE = "__type";

  /** Arguments that transformers passes to its classes in place of the content of other files. */
  private static final List<String> ARGUMENTS =
      List.of(
          "vocab",
          "merges",
          "tokenizer_object",
          "post_processor",
          "tokenizer_truncation",
          "tokenizer_padding",
          "model_specific_special_tokens");

  /**
   * Keys of special_tokens_map.json that are lists of special tokens, or that are read from
   * tokenizer_config.json.
   */
  private static final Set<String> NO_SWITCHES =
      Set.of(EXTRA, ADDITIONAL, DECODER, TOKENIZER_CLASS, VERSIONS);

  /** An {@link Encoding} stores a token type in a byte. */
  private static final int MOST_TYPES = Byte.MAX_VALUE + 1;

  /**
   * A special token as the files write it.
   *
   * @param content the token
   * @param flags an object with lstrip, rstrip and so on; null if the file has only the text
   */
  record Token(String content, @Nullable JsonObject flags) {}

  static Settings read(TokenizerFiles files) throws IOException {
    JsonObject config = JsonFile.object(files, CONFIG).orElseGet(JsonObject::new);
    JsonObject map = JsonFile.object(files, SPECIAL_MAP).orElseGet(JsonObject::new);
    JsonObject added = JsonFile.object(files, ADDED).orElseGet(JsonObject::new);
    JsonObject model = JsonFile.object(files, "config.json").orElseGet(JsonObject::new);
    requireOneVersion(config);
    boolean mapCounts = !config.has(DECODER);
    if (mapCounts) {
      addSwitches(map, config);
      addList(map, config);
    }
    requireNoSplit(config);
    requireNoArguments(config);
    Map<Role, Token> special = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      Token token = mapCounts ? token(map.get(role.key()), role.key(), SPECIAL_MAP) : null;
      if (token == null) {
        token = token(config.get(role.key()), role.key(), CONFIG);
      }
      if (token != null) {
        special.put(role, token);
      }
    }
    List<Token> more = new ArrayList<>(tokensOfOtherNames(config));
    more.addAll(listed(config, mapCounts ? map : new JsonObject()));
    String named = JsonFile.string(config, TOKENIZER_CLASS);
    String type = JsonFile.string(model, "model_type");
    String className = named != null ? named : JsonFile.string(model, TOKENIZER_CLASS);
    return new Settings(
        config,
        TokenizerFamily.of(className, type),
        className,
        type,
        JsonFile.id(model.get("vocab_size")),
        tokenTypes(model),
        special,
        more,
        added);
  }

  /**
   * Adds the entries of special_tokens_map.json that are no special tokens with a role. In
   * transformers they override those of tokenizer_config.json, except for tokens of other names
   * that stand there as strings.
   */
  private static void addSwitches(JsonObject map, JsonObject config) {
    for (String key : map.keySet()) {
      boolean role = Arrays.stream(Role.values()).anyMatch(r -> r.key().equals(key));
      boolean isNamed = key.endsWith("_token") && JsonFile.isString(config.get(key));
      if (!role && !isNamed && !NO_SWITCHES.contains(key)) {
        JsonElement value = map.get(key);
        if (value.isJsonObject()) {
          value.getAsJsonObject().addProperty(TYPE, "AddedToken"); // as all objects of this file
        }
        config.add(key, value);
      }
    }
  }

  /** Appends the list of special_tokens_map.json to that of tokenizer_config.json. */
  private static void addList(JsonObject map, JsonObject config) {
    if (map.has(EXTRA)) {
      JsonArray all = new JsonArray();
      elements(list(config)).forEach(all::add);
      elements(map.get(EXTRA)).forEach(all::add);
      config.add(EXTRA, all);
    }
  }

  /** added_tokens_decoder, id to token; null if tokenizer_config.json has none. */
  @Nullable JsonObject decoder() throws IOException {
    if (!tokenizerConfig.has(DECODER)) {
      return null;
    }
    JsonObject decoder = JsonFile.child(tokenizerConfig, DECODER);
    if (decoder == null) {
      throw new IOException(
          CONFIG
              + ": "
              + DECODER
              + " "
              + Quoted.of(tokenizerConfig.get(DECODER))
              + ", expected an object of ids and tokens");
    }
    return decoder;
  }

  /**
   * The explicit value of a switch; null if tokenizer_config.json does not set it or sets it to
   * null.
   */
  @Nullable Boolean flag(String key) throws IOException {
    JsonElement element = tokenizerConfig.get(key);
    if (element == null || element.isJsonNull()) {
      return null;
    }
    Boolean flag = JsonFile.bool(tokenizerConfig, key);
    if (flag == null) {
      throw new IOException(
          CONFIG + ": " + key + " " + Quoted.of(element) + ", expected true or false");
    }
    return flag;
  }

  /** The explicit value of a switch, or its default. */
  boolean flag(String key, boolean otherwise) throws IOException {
    Boolean flag = flag(key);
    if (flag == null && otherwise && has(key)) {
      // Python takes None for false, where it takes it at all.
      throw new IOException(
          CONFIG + ": " + key + " null, expected true or false; leave it out for true");
    }
    return flag == null ? otherwise : flag;
  }

  /** Whether tokenizer_config.json says that there is no token of this role. */
  boolean isNone(Role role) {
    return !special.containsKey(role) && has(role.key());
  }

  boolean has(String key) {
    return tokenizerConfig.has(key);
  }

  @Nullable String tokenizerClass() {
    return JsonFile.string(tokenizerConfig, TOKENIZER_CLASS);
  }

  /** The same settings for another family. */
  Settings withFamily(TokenizerFamily other) {
    return with(other, special, moreSpecial);
  }

  /**
   * The same settings with the padding section of tokenizer.json. As in transformers, it names the
   * padding token if nothing else does.
   */
  Settings withPadding(JsonObject padding) {
    String token = JsonFile.string(padding, Role.PAD.key());
    if (family != TokenizerFamily.AS_WRITTEN
        || token == null
        || has(Role.PAD.key())
        || special.containsKey(Role.PAD)) {
      return this;
    }
    Map<Role, Token> more = new EnumMap<>(Role.class);
    more.putAll(special);
    more.put(Role.PAD, new Token(token, null));
    return with(family, more, moreSpecial);
  }

  /** The same settings with another list of special tokens without a name. */
  Settings withListed(List<Token> tokens) throws IOException {
    List<Token> more = new ArrayList<>(tokensOfOtherNames(tokenizerConfig));
    more.addAll(tokens);
    return with(family, special, more);
  }

  private Settings with(TokenizerFamily family, Map<Role, Token> special, List<Token> more) {
    return new Settings(
        tokenizerConfig,
        family,
        className,
        modelType,
        vocabularyRows,
        tokenTypes,
        special,
        more,
        addedTokens);
  }

  /** The special tokens without a role; those of the family if the files list none. */
  List<Token> moreSpecialOrDefaults() {
    return moreSpecial.isEmpty() && !listsMoreSpecial()
        ? family.moreDefaults().stream().map(token -> new Token(token, null)).toList()
        : moreSpecial;
  }

  /** Whether the files have a list of special tokens without a name, even if empty. */
  boolean listsMoreSpecial() {
    return has(EXTRA) || has(ADDITIONAL);
  }

  /** The text of a special token; the family's default if the files do not name it. */
  String content(Role role) {
    Token token = special.get(role);
    return token == null ? family.usual(role) : token.content();
  }

  /**
   * model_max_length, or max_len as old files call it; {@link Integer#MAX_VALUE} if it is unknown,
   * for which transformers writes 1e30. The number may be written as a string.
   *
   * @param least the shortest input that has room for content
   */
  int modelMaxLength(int least) throws IOException {
    String key = has(MAX_LENGTH) ? MAX_LENGTH : OLD_MAX_LENGTH;
    JsonElement element = tokenizerConfig.get(key);
    if (element == null || element.isJsonNull()) {
      return Integer.MAX_VALUE;
    }
    if (element.isJsonPrimitive() && !element.getAsJsonPrimitive().isBoolean()) {
      double length;
      try {
        length = Double.parseDouble(element.getAsString());
      } catch (NumberFormatException e) {
        length = Double.NaN;
      }
      if (length >= Integer.MAX_VALUE) {
        return Integer.MAX_VALUE;
      }
      if (length >= least && length == Math.rint(length)) {
        return (int) length;
      }
    }
    throw new IOException(
        CONFIG
            + (": " + key + " ")
            + Quoted.of(element)
            + ", expected a whole number from "
            + least
            + " up, so that a token of each text fits between the special ones");
  }

  /**
   * Whether the model gets the token types of the template. If not, all types are 0.
   *
   * <p>As in transformers, model_input_names decides. Without it the class does, and its default
   * has changed: transformers 5 keeps back the types of ALBERT's class and of the generic ones,
   * version 4 gave them. So a file that version 5 wrote, which has an entry {@code backend}, is
   * read as by version 5, and others as when they were written.
   */
  boolean givesTypes() throws IOException {
    JsonElement names = tokenizerConfig.get(INPUT_NAMES);
    if (names == null) {
      return tokenizerConfig.has(BACKEND)
          ? family.givesTypes(className)
          : family.gaveTypes(className);
    }
    if (!(names instanceof JsonArray list)
        || !list.asList().stream().allMatch(name -> JsonFile.isString(name))) {
      throw new IOException(
          CONFIG + (": " + INPUT_NAMES + " " + Quoted.of(names)) + ", expected a list of strings");
    }
    return list.contains(new JsonPrimitive("token_type_ids"));
  }

  /** The side that a key names, or {@code otherwise} where tokenizer_config.json is silent. */
  Side side(String key, Side otherwise) throws IOException {
    JsonElement element = tokenizerConfig.get(key);
    if (element == null) {
      return otherwise;
    }
    if (element.isJsonNull()) {
      return Side.RIGHT;
    }
    String side = JsonFile.isString(element) ? element.getAsString() : "";
    if (side.equals("right")) {
      return Side.RIGHT;
    }
    if (side.equals("left")) {
      return Side.LEFT;
    }
    throw new IOException(
        CONFIG + ": " + key + " " + Quoted.of(element) + ", expected \"right\" or \"left\"");
  }

  /**
   * Rejects split_special_tokens, which treats special tokens in a text as ordinary text: the
   * native library cannot do that.
   */
  private static void requireNoSplit(JsonObject config) throws IOException {
    JsonElement split = config.get(SPLIT_SPECIAL);
    if (split != null
        && !split.isJsonNull()
        && !Boolean.FALSE.equals(JsonFile.bool(config, SPLIT_SPECIAL))) {
      throw new IOException(
          CONFIG
              + ": "
              + SPLIT_SPECIAL
              + " "
              + Quoted.of(split)
              + ", which Afina does not have; expected false, with which special tokens in a text"
              + " are found");
    }
  }

  /**
   * transformers reads a tokenizer.VERSION.json that is listed there in place of tokenizer.json.
   */
  private static void requireOneVersion(JsonObject config) throws IOException {
    if (!(config.get(VERSIONS) instanceof JsonArray files)) {
      return;
    }
    for (JsonElement file : files) {
      if (JsonFile.isString(file) && file.getAsString().matches("(?s).*tokenizer\\..*\\.json.*")) {
        throw new IOException(
            CONFIG
                + (": " + VERSIONS + " names " + Quoted.of(file))
                + ", which transformers reads in place of "
                + TokenizerJson.FILE
                + "; Afina does not: give that file this name, and remove "
                + VERSIONS);
      }
    }
  }

  private static void requireNoArguments(JsonObject config) throws IOException {
    for (String key : ARGUMENTS) {
      JsonElement value = config.get(key);
      if (value != null && !value.isJsonNull()) {
        throw new IOException(
            CONFIG
                + (": " + key + " " + Quoted.of(value))
                + ", which transformers takes in place of what the other files say, and Afina does"
                + " not; remove it");
      }
    }
  }

  private static int tokenTypes(JsonObject model) {
    int types = JsonFile.id(model.get("type_vocab_size"));
    return types <= 0 ? MOST_TYPES : Math.min(types, MOST_TYPES);
  }

  /** Tokens under keys such as image_token, which transformers also makes special tokens. */
  private static List<Token> tokensOfOtherNames(JsonObject config) throws IOException {
    List<Token> tokens = new ArrayList<>();
    for (String key : config.keySet()) {
      JsonElement value = config.get(key);
      boolean role = Arrays.stream(Role.values()).anyMatch(r -> r.key().equals(key));
      if (key.endsWith("_token") && !role && (JsonFile.isString(value) || isTyped(value))) {
        tokens.add(Objects.requireNonNull(token(value, key, CONFIG)));
      }
    }
    return tokens;
  }

  /** Other objects transformers leaves alone. */
  private static boolean isTyped(JsonElement value) {
    return value.isJsonObject()
        && "AddedToken".equals(JsonFile.string(value.getAsJsonObject(), TYPE));
  }

  /**
   * The list of special tokens without a name; null if there is none. additional_special_tokens is
   * the old name of extra_special_tokens, and used only without it.
   */
  private static @Nullable JsonElement list(JsonObject config) {
    return config.has(ADDITIONAL) && elements(config.get(EXTRA)).isEmpty()
        ? config.get(ADDITIONAL)
        : config.get(EXTRA);
  }

  /**
   * The tokens of that list; of special_tokens_map.json's old one if tokenizer_config.json has
   * neither.
   */
  private static List<Token> listed(JsonObject config, JsonObject map) throws IOException {
    if (!config.has(EXTRA) && !config.has(ADDITIONAL)) {
      return tokens(map.get(ADDITIONAL), ADDITIONAL, SPECIAL_MAP);
    }
    JsonElement list = list(config);
    return tokens(list, list == config.get(EXTRA) ? EXTRA : ADDITIONAL, CONFIG);
  }

  private static List<Token> tokens(@Nullable JsonElement list, String key, String file)
      throws IOException {
    List<Token> tokens = new ArrayList<>();
    for (JsonElement element : elements(list)) {
      Token token = token(element, key, file);
      if (token != null) {
        tokens.add(token);
      }
    }
    return tokens;
  }

  /** The elements of a list, the values of an object, or the one value. */
  private static Collection<JsonElement> elements(@Nullable JsonElement list) {
    if (list == null || list.isJsonNull()) {
      return List.of();
    }
    if (list.isJsonObject()) {
      return list.getAsJsonObject().asMap().values();
    }
    return list.isJsonArray() ? list.getAsJsonArray().asList() : List.of(list);
  }

  private static @Nullable Token token(@Nullable JsonElement element, String key, String file)
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
        file + ": " + key + " " + Quoted.of(element) + ", expected a string or an added token");
  }
}
