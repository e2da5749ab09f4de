package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The content of a tokenizer.json, made fit for use: its own truncation and padding taken out, the
 * switches of tokenizer_config.json and the added tokens of all files put in, and everything
 * checked that the native library would answer with the end of the JVM or, worse, with wrong ids.
 */
final class TokenizerJson {

  static final String FILE = "tokenizer.json";

  private static final Logger LOG = LoggerFactory.getLogger(TokenizerJson.class);

  private static final Set<String> MEMBERS =
      Set.of(
          "version",
          "truncation",
          "padding",
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
  private final TokenizerContent content;
  private final Vocabulary vocabulary;
  private final Normalizers normalizers;
  private final List<Fields> preTokenizers;
  private final List<Fields> postProcessors;

  /**
   * @param content changed and kept
   * @param file the file that errors name
   */
  TokenizerJson(TokenizerContent content, String file, Settings settings) throws IOException {
    this.content = content;
    this.json = content.json();
    this.file = file;
    this.settings = settings;
    this.padding = JsonFile.child(json, "padding");
    json.add("truncation", null);
    json.add("padding", null);
    checkMembers();
    Models.check(json.get(Models.KEY), content.tokens(), file);
    json.add(
        "added_tokens",
        AddedTokens.settle(ownAddedTokens(), file, settings, modelIds(), content.tokens().size()));
    vocabulary = new Vocabulary(addedTokens(), file, content.tokens(), settings.vocabularyRows());
    applySwitches();
    normalizers = Normalizers.of(json.get(Normalizers.KEY), file);
    preTokenizers = PreTokenizers.of(json.get(PreTokenizers.KEY), file);
    postProcessors =
        PostProcessors.of(json.get(PostProcessors.KEY), file, vocabulary, settings.tokenTypes());
    Decoders.check(json.get(Decoders.KEY), file);
    checkAddedTokens();
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

  /** The model without its tokens. */
  JsonObject model() {
    return json.getAsJsonObject(Models.KEY);
  }

  /** The entries of added_tokens. */
  JsonArray addedTokens() {
    return json.getAsJsonArray("added_tokens");
  }

  /** The padding section that the file had. */
  Optional<JsonObject> padding() {
    return Optional.ofNullable(padding);
  }

  /** The unknown token of the model, or null. */
  @Nullable String unknownToken() {
    return JsonFile.string(model(), "unk_token");
  }

  /** The text for the native library and for saving. */
  String text() throws IOException {
    return content.text();
  }

  /**
   * Checks what the constructor leaves.
   *
   * @throws IOException when transformers would build something else, or a string is no text
   */
  void require() throws IOException {
    requireRebuilt();
    if (!content.isWellFormed()) {
      throw new IOException(file + ": half a surrogate pair in a string; that is no Unicode text");
    }
  }

  /**
   * The class that opens the saved files in transformers and encodes the same: the architecture's
   * own where it builds what the file says, else the generic one, which takes tokenizer.json as it
   * is.
   */
  String tokenizerClass() throws IOException {
    String original = settings.tokenizerClass();
    Opening opening = settings.opening();
    if (!opening.refusesOtherPipelines() && opening != Opening.AS_WRITTEN) {
      boolean same = rebuilt(opening, false).difference() == null;
      return !same
          ? Opening.AS_WRITTEN.className()
          : original == null ? opening.className() : original;
    }
    for (Opening other : List.of(Opening.BERT, Opening.ROBERTA)) {
      if (rebuilt(other, true).difference() == null) {
        return original != null && Opening.of(original, null) == other
            ? original
            : other.className();
      }
    }
    return original == null || opening != Opening.AS_WRITTEN
        ? Opening.AS_WRITTEN.className()
        : original;
  }

  /** Writes the switches of the pipeline out: transformers has defaults of its own for them. */
  void describePipeline(JsonObject tokenizerConfig) throws IOException {
    JsonObject normalizer = JsonFile.child(json, Normalizers.KEY);
    JsonObject template = JsonFile.child(json, PostProcessors.KEY);
    if (rebuilt(Opening.BERT, true).difference() == null && normalizer != null) {
      tokenizerConfig.add("do_lower_case", normalizer.get("lowercase"));
      tokenizerConfig.add("strip_accents", normalizer.get("strip_accents"));
      tokenizerConfig.add("tokenize_chinese_chars", normalizer.get("handle_chinese_chars"));
    } else if (rebuilt(Opening.ROBERTA, true).difference() == null && template != null) {
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

  /**
   * A token that normalization leaves nothing of would be found between any two bytes; of two that
   * become the same, one version of the library finds the first and another the last.
   */
  private void checkAddedTokens() throws IOException {
    Map<String, String> folded = new HashMap<>();
    for (JsonElement element : addedTokens()) {
      JsonObject token = element.getAsJsonObject();
      String content = token.get("content").getAsString();
      if (!token.get("normalized").getAsBoolean()) {
        continue;
      }
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
      if (normalizers.canRemove(content)) {
        throw new IOException(
            file
                + ": added token \""
                + Quoted.of(content)
                + "\" is normalized, and may be nothing then; set \"normalized\": false");
      }
    }
  }

  /** As in transformers, explicit switches in tokenizer_config.json win over tokenizer.json. */
  private void applySwitches() throws IOException {
    JsonObject normalizer = JsonFile.child(json, Normalizers.KEY);
    Opening opening = settings.opening();
    if ((opening == Opening.BERT || opening == Opening.MPNET)
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
    if (opening == Opening.DEBERTA) {
      copyFlag("add_prefix_space", split, "add_prefix_space");
    }
    if (opening == Opening.ROBERTA
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

  /** What transformers builds must be what the file says, or texts would get other ids there. */
  private void requireRebuilt() throws IOException {
    Opening opening = settings.opening();
    String difference = rebuilt(opening, false).difference();
    if (difference == null) {
      return;
    }
    String what = file + ": " + difference + ", as " + opening.className() + " of transformers ";
    String wayOut = "name PreTrainedTokenizerFast as tokenizer_class in " + Settings.CONFIG;
    if (opening.refusesOtherPipelines()) {
      throw new IOException(
          what
              + "has it, which does not read it from this file; say so in "
              + Settings.CONFIG
              + ", or name PreTrainedTokenizerFast as tokenizer_class there to use the file as it"
              + " is");
    }
    LOG.warn("{}5 would build it; Afina follows the file. To say that it counts, {}", what, wayOut);
  }

  private RebuiltPipeline rebuilt(Opening opening, boolean withFilesSwitches) {
    return new RebuiltPipeline(
        opening,
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
