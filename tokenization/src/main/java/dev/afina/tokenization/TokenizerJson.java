package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tokenizer.json prepared for use. Its truncation and padding are removed, the settings of
 * tokenizer_config.json and the added tokens of all files are merged in, and everything is checked
 * that would make the native library crash the JVM or, worse, return wrong ids.
 */
final class TokenizerJson {

  static final String FILE = "tokenizer.json";

  private static final String TRUNCATION = "truncation";
  private static final String PADDING = "padding";

  private static final Logger LOG = LoggerFactory.getLogger(TokenizerJson.class);

  private static final Set<String> MEMBERS =
      Set.of(
          "version",
          TRUNCATION,
          PADDING,
          "added_tokens",
          Normalizers.KEY,
          PreTokenizers.KEY,
          PostProcessors.KEY,
          Decoders.KEY,
          Models.KEY);

  private final JsonObject json;
  private final String file;
  private final Settings settings;
  private final @Nullable JsonObject padding;
  private final @Nullable JsonObject truncation;
  private final TokenizerContent content;
  private final Vocabulary vocabulary;
  private final Normalizers normalizers;
  private final List<Fields> preTokenizers;
  private final List<Fields> postProcessors;

  /**
   * @param content is modified and kept
   * @param file the file's name in messages
   */
  TokenizerJson(TokenizerContent content, String file, Settings given) throws IOException {
    this.content = content;
    this.json = content.json();
    this.file = file;
    this.padding = JsonFile.child(json, PADDING);
    this.truncation = JsonFile.child(json, TRUNCATION);
    this.settings = padding == null ? given : given.withPadding(padding);
    json.add(TRUNCATION, null);
    json.add(PADDING, null);
    checkMembers();
    Models.check(json.get(Models.KEY), content.tokens(), file);
    json.add(
        "added_tokens",
        AddedTokens.settle(ownAddedTokens(), file, settings, modelIds(), content.tokens().size()));
    vocabulary = new Vocabulary(addedTokens(), file, content.tokens(), settings.vocabularyRows());
    applySwitches();
    normalizers = Normalizers.of(json.get(Normalizers.KEY), file);
    preTokenizers = PreTokenizers.of(json.get(PreTokenizers.KEY), file);
    Models.requireUnknownToken(json.get(Models.KEY), content.tokens(), preTokenizers, file);
    postProcessors =
        PostProcessors.of(json.get(PostProcessors.KEY), file, vocabulary, settings.tokenTypes());
    Decoders.check(json.get(Decoders.KEY), file);
    checkAddedTokens();
  }

  /** What the files beside this one say, and its padding section where they are silent. */
  Settings settings() {
    return settings;
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  /** The model's own tokens and their ids. */
  Map<String, Integer> modelIds() {
    return content.tokens().ids();
  }

  /** The entries of model.vocab. */
  ModelTokens modelTokens() {
    return content.tokens();
  }

  Normalizers normalizers() {
    return normalizers;
  }

  List<Fields> preTokenizers() {
    return preTokenizers;
  }

  List<Fields> postProcessors() {
    return postProcessors;
  }

  /** The special tokens around a text and around a pair. */
  Templates templates() {
    return Templates.of(postProcessors.stream().map(Fields::object).toList());
  }

  /** The model without its tokens. */
  JsonObject model() {
    return json.getAsJsonObject(Models.KEY);
  }

  /** The entries of added_tokens. */
  JsonArray addedTokens() {
    return json.getAsJsonArray("added_tokens");
  }

  /** The original padding section of the file. */
  Optional<JsonObject> padding() {
    return Optional.ofNullable(padding);
  }

  /** The side to truncate, by tokenizer_config.json or else by this file. */
  Side truncationSide() throws IOException {
    return settings.side("truncation_side", direction(truncation, TRUNCATION));
  }

  /** The side to pad, by tokenizer_config.json or else by this file. */
  Side paddingSide() throws IOException {
    return settings.side("padding_side", direction(padding, PADDING));
  }

  private Side direction(@Nullable JsonObject section, String name) throws IOException {
    JsonElement direction = section == null ? null : section.get("direction");
    if (direction == null) {
      return Side.RIGHT;
    }
    String side = JsonFile.isString(direction) ? direction.getAsString() : "";
    return switch (side) {
      case "Left" -> Side.LEFT;
      case "Right" -> Side.RIGHT;
      default ->
          throw new IOException(
              file
                  + (": " + name + ".direction " + Quoted.of(direction))
                  + ", expected \"Right\" or \"Left\"");
    };
  }

  /** The unknown token of the model; null if it has none. */
  @Nullable String unknownToken() {
    return JsonFile.string(model(), "unk_token");
  }

  /** The id that words get which are no tokens; -1 if there is none. */
  int unknownId() {
    String token = unknownToken();
    return token == null ? JsonFile.id(model().get("unk_id")) : vocabulary.find(token).orElse(-1);
  }

  /** The JSON text for the native library and for saving. */
  String text() throws IOException {
    return content.text();
  }

  /**
   * Makes the remaining checks.
   *
   * @throws IOException if transformers would build another pipeline, or a string has unpaired
   *     surrogates
   */
  void require() throws IOException {
    requireRebuilt();
    if (!content.isWellFormed()) {
      throw new IOException(file + ": half a surrogate pair in a string; that is no Unicode text");
    }
  }

  /**
   * The transformers class that opens the saved files and encodes identically: the family's own
   * class if it builds this pipeline, otherwise the generic one, which uses tokenizer.json as it
   * is.
   */
  String tokenizerClass() throws IOException {
    String original = settings.tokenizerClass();
    TokenizerFamily family = settings.family();
    if (!family.refusesOtherPipelines() && family != TokenizerFamily.AS_WRITTEN) {
      return !isRebuilt()
          ? TokenizerFamily.AS_WRITTEN.className()
          : original == null ? family.className() : original;
    }
    for (TokenizerFamily other : List.of(TokenizerFamily.BERT, TokenizerFamily.ROBERTA)) {
      if (rebuilt(other, true).difference() == null) {
        return original != null && TokenizerFamily.of(original, null) == other
            ? original
            : other.className();
      }
    }
    return original == null
            || family != TokenizerFamily.AS_WRITTEN
            || TokenizerFamily.isOther(original)
        ? TokenizerFamily.AS_WRITTEN.className()
        : original;
  }

  /**
   * Whether the family's own class of transformers builds this pipeline, and so reads the numbers
   * of the file as Python does. Any other file counts as it is written, and the native library
   * reads its numbers.
   */
  boolean isRebuilt() throws IOException {
    TokenizerFamily family = settings.family();
    return family != TokenizerFamily.AS_WRITTEN && rebuilt(family, false).difference() == null;
  }

  /**
   * Writes all switches of the pipeline explicitly, because transformers has its own defaults for
   * them.
   */
  void describePipeline(JsonObject tokenizerConfig) throws IOException {
    if (rebuilt(TokenizerFamily.BERT, true).difference() == null) {
      JsonObject normalizer = normalizers.steps().get(0).object();
      tokenizerConfig.add("do_lower_case", normalizer.get("lowercase"));
      tokenizerConfig.add("strip_accents", normalizer.get("strip_accents"));
      tokenizerConfig.add("tokenize_chinese_chars", normalizer.get("handle_chinese_chars"));
    } else if (rebuilt(TokenizerFamily.ROBERTA, true).difference() == null) {
      JsonObject template = postProcessors.get(0).object();
      tokenizerConfig.add("add_prefix_space", template.get("add_prefix_space"));
      tokenizerConfig.add("trim_offsets", template.get("trim_offsets"));
    }
  }

  private void checkMembers() throws IOException {
    for (String key : json.keySet()) {
      if (!MEMBERS.contains(key)) {
        throw new IOException(
            file + ": unknown member \"" + Quoted.of(key) + "\"; is it a tokenizer.json?");
      }
    }
    JsonElement version = json.get("version");
    if (version != null && !"1.0".equals(JsonFile.string(json, "version"))) {
      throw new IOException(file + ": version " + Quoted.of(version) + ", only \"1.0\" is known");
    }
  }

  private JsonArray ownAddedTokens() throws IOException {
    JsonElement own = json.get("added_tokens");
    if (own == null || own.isJsonNull()) {
      return new JsonArray();
    }
    if (!own.isJsonArray()) {
      throw new IOException(file + ": added_tokens: expected an array, got " + Quoted.of(own));
    }
    return own.getAsJsonArray();
  }

  private void checkAddedTokens() throws IOException {
    List<String> contents = new ArrayList<>();
    for (JsonElement element : addedTokens()) {
      JsonObject token = element.getAsJsonObject();
      if (token.get("normalized").getAsBoolean()) {
        contents.add(token.get("content").getAsString());
      }
    }
    if (!contents.isEmpty() && normalizers.removes()) {
      requireKept(contents);
    }
    requireDifferent(contents);
  }

  /**
   * A token that normalization reduces to nothing would be found between any two bytes, and one
   * that it reduces to a space at each space.
   */
  private void requireKept(List<String> contents) throws IOException {
    Function<String, @Nullable String> normalizer = JavaNormalizers.of(normalizers);
    for (String content : contents) {
      String left = normalizer.apply(content);
      if (left == null ? normalizers.mayRemove(content) : left.isBlank()) {
        throw new IOException(
            file
                + ": added token \""
                + Quoted.of(content)
                + (left == null
                    ? "\" is normalized, and may be nothing then"
                    : left.isEmpty()
                        ? "\" is normalized, and nothing then"
                        : "\" is normalized, and white space then")
                + "; set \"normalized\": false");
      }
    }
  }

  /** If normalization makes two tokens equal, versions of the library differ in what they find. */
  private void requireDifferent(List<String> contents) throws IOException {
    Map<String, String> folded = new HashMap<>();
    for (String content : contents) {
      String same = folded.put(normalizers.folded(content), content);
      if (same != null) {
        throw new IOException(
            file
                + ": added tokens \""
                + Quoted.of(same)
                + "\" and \""
                + Quoted.of(content)
                + "\" are the same once they are normalized; remove one of them");
      }
    }
  }

  /** As in transformers, explicit settings in tokenizer_config.json override tokenizer.json. */
  private void applySwitches() throws IOException {
    JsonObject normalizer = JsonFile.child(json, Normalizers.KEY);
    TokenizerFamily family = settings.family();
    if ((family == TokenizerFamily.BERT || family == TokenizerFamily.MPNET)
        && normalizer != null
        && "BertNormalizer".equals(JsonFile.string(normalizer, "type"))) {
      copyFlag("do_lower_case", normalizer, "lowercase");
      copyFlag("tokenize_chinese_chars", normalizer, "handle_chinese_chars");
      if (settings.has("strip_accents")) {
        Boolean strip = settings.flag("strip_accents"); // null: as do_lower_case
        normalizer.add(
            "strip_accents", strip == null ? JsonNull.INSTANCE : new JsonPrimitive(strip));
      }
    }
    JsonObject template = JsonFile.child(json, PostProcessors.KEY);
    JsonObject split = JsonFile.child(json, PreTokenizers.KEY);
    if (split == null || !"ByteLevel".equals(JsonFile.string(split, "type"))) {
      return;
    }
    if (family == TokenizerFamily.DEBERTA) {
      copyFlag("add_prefix_space", split, "add_prefix_space");
    }
    if (family == TokenizerFamily.ROBERTA
        && template != null
        && "RobertaProcessing".equals(JsonFile.string(template, "type"))) {
      copyFlag("add_prefix_space", split, "add_prefix_space");
      copyFlag("add_prefix_space", template, "add_prefix_space");
      copyFlag("trim_offsets", template, "trim_offsets");
    }
  }

  private void copyFlag(String from, JsonObject into, String to) throws IOException {
    Boolean flag = settings.flag(from);
    if (flag != null) {
      into.addProperty(to, flag);
    }
  }

  /** Warns where transformers has a class for these files that Afina does not know. */
  private void warnOfOthers(TokenizerFamily family) {
    String name = settings.className();
    String type = settings.modelType();
    if (family != TokenizerFamily.AS_WRITTEN || TokenizerFamily.isAsWritten(type)) {
      return;
    }
    String which = null;
    if (name != null && TokenizerFamily.isOther(name)) {
      which = "tokenizer_class is \"" + Quoted.of(name);
    } else if (name == null && type != null && TokenizerFamily.isOtherModel(type)) {
      which = "config.json says model_type \"" + Quoted.of(type);
    }
    if (which != null) {
      LOG.warn(
          "{}: {}\", for which transformers builds a tokenizer without a look at the rest of this"
              + " file; Afina follows the file. To say that it counts, name"
              + " PreTrainedTokenizerFast as tokenizer_class in {}",
          file,
          which,
          Settings.CONFIG);
    }
  }

  /**
   * Checks that transformers would build the same pipeline; otherwise texts would get other ids
   * there.
   */
  private void requireRebuilt() throws IOException {
    TokenizerFamily family = settings.family();
    warnOfOthers(family);
    String difference = rebuilt(family, false).difference();
    if (difference == null) {
      return;
    }
    String what = file + ": " + difference + ", as " + family.className() + " of transformers ";
    String wayOut = "name PreTrainedTokenizerFast as tokenizer_class in " + Settings.CONFIG;
    if (family.refusesOtherPipelines()) {
      throw new IOException(
          what
              + "has it, which does not read it from this file; say so in "
              + Settings.CONFIG
              + ", or name PreTrainedTokenizerFast as tokenizer_class there to use the file as it"
              + " is");
    }
    LOG.warn("{}5 would build it; Afina follows the file. To say that it counts, {}", what, wayOut);
  }

  private RebuiltPipeline rebuilt(TokenizerFamily family, boolean withFilesSwitches) {
    return new RebuiltPipeline(
        family,
        model(),
        content.tokens(),
        normalizers,
        preTokenizers,
        postProcessors,
        vocabulary,
        settings,
        withFilesSwitches);
  }
}
