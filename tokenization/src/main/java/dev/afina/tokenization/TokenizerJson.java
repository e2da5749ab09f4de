package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content of a tokenizer.json, made fit for use: its own truncation and padding taken out, the
 * switches of tokenizer_config.json put in, and everything checked that the native library would
 * answer with the end of the JVM or, worse, with wrong ids.
 */
final class TokenizerJson {

  static final String FILE = "tokenizer.json";

  /**
   * Classes of transformers that build the whole pipeline themselves, from vocabulary and switches.
   */
  private static final Set<String> BERT_CLASSES =
      Set.of(
          "BertTokenizer",
          "BertTokenizerFast",
          "DistilBertTokenizer",
          "DistilBertTokenizerFast",
          "ElectraTokenizer",
          "ElectraTokenizerFast");

  private static final Set<String> ROBERTA_CLASSES =
      Set.of("RobertaTokenizer", "RobertaTokenizerFast");

  private static final Set<String> GENERIC_CLASSES =
      Set.of("PreTrainedTokenizerFast", "TokenizersBackend");

  private final JsonObject json;
  private final String file;
  private final Settings settings;
  private final @Nullable JsonObject padding;
  private final Vocabulary vocabulary;

  /**
   * @param json the object; changed and kept
   * @param file the file that errors name
   */
  TokenizerJson(JsonObject json, String file, Settings settings) throws IOException {
    this.json = json;
    this.file = file;
    this.settings = settings;
    this.padding = JsonFile.child(json, "padding");
    json.add("truncation", null);
    json.add("padding", null);
    vocabulary = new Vocabulary(json, file, settings.vocabularyRows());
    applySwitches();
    checkUnknownToken();
    checkPostProcessor(json.get("post_processor"));
  }

  Vocabulary vocabulary() {
    return vocabulary;
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
    String text = JsonFile.write(json);
    if (WellFormed.firstUnpaired(text) >= 0) {
      throw new IOException(file + ": half a surrogate pair in a string; that is no Unicode text");
    }
    return text;
  }

  /**
   * The class that opens the saved files in transformers and encodes the same: the architecture's
   * own where its pipeline is what the file says, else the generic one, which takes tokenizer.json
   * as it is.
   */
  String tokenizerClass() {
    String original = settings.tokenizerClass();
    if (isBert()) {
      return original != null && BERT_CLASSES.contains(original) ? original : "BertTokenizer";
    }
    if (isRoberta()) {
      return original != null && ROBERTA_CLASSES.contains(original) ? original : "RobertaTokenizer";
    }
    return original == null || BERT_CLASSES.contains(original) || ROBERTA_CLASSES.contains(original)
        ? "PreTrainedTokenizerFast"
        : original;
  }

  /** Writes the switches of the pipeline out: transformers has defaults of its own for them. */
  void describePipeline(JsonObject tokenizerConfig) {
    JsonObject normalizer = JsonFile.child(json, "normalizer");
    JsonObject template = JsonFile.child(json, "post_processor");
    if (isBert() && normalizer != null) {
      tokenizerConfig.add("do_lower_case", normalizer.get("lowercase"));
      tokenizerConfig.add("strip_accents", normalizer.get("strip_accents"));
      tokenizerConfig.add("tokenize_chinese_chars", normalizer.get("handle_chinese_chars"));
    } else if (isRoberta() && template != null) {
      tokenizerConfig.add("add_prefix_space", template.get("add_prefix_space"));
      tokenizerConfig.add("trim_offsets", template.get("trim_offsets"));
    }
  }

  /**
   * As in transformers, explicit switches in tokenizer_config.json win over tokenizer.json. A
   * switch that is absent changes nothing (transformers would take its own default: a cased
   * tokenizer.json with no do_lower_case beside it is lower-cased there).
   */
  private void applySwitches() {
    String type = settings.tokenizerClass();
    if (type != null && GENERIC_CLASSES.contains(type)) {
      return;
    }
    JsonObject normalizer = JsonFile.child(json, "normalizer");
    if (normalizer != null && "BertNormalizer".equals(JsonFile.string(normalizer, "type"))) {
      copyFlag("do_lower_case", normalizer, "lowercase");
      copyFlag("tokenize_chinese_chars", normalizer, "handle_chinese_chars");
      if (settings.has("strip_accents")) {
        normalizer.add("strip_accents", settings.tokenizerConfig().get("strip_accents"));
      }
    }
    JsonObject template = JsonFile.child(json, "post_processor");
    JsonObject split = JsonFile.child(json, "pre_tokenizer");
    if (template != null
        && split != null
        && "RobertaProcessing".equals(JsonFile.string(template, "type"))
        && "ByteLevel".equals(JsonFile.string(split, "type"))) {
      copyFlag("add_prefix_space", split, "add_prefix_space");
      copyFlag("add_prefix_space", template, "add_prefix_space");
      copyFlag("trim_offsets", template, "trim_offsets");
    }
  }

  private void copyFlag(String from, JsonObject into, String to) {
    Boolean flag = settings.flag(from);
    if (flag != null) {
      into.addProperty(to, flag);
    }
  }

  private boolean isBert() {
    JsonObject normalizer = JsonFile.child(json, "normalizer");
    JsonObject split = JsonFile.child(json, "pre_tokenizer");
    JsonObject model = model();
    return "BertNormalizer".equals(JsonFile.string(normalizer, "type"))
        && Boolean.TRUE.equals(JsonFile.bool(normalizer, "clean_text"))
        && "BertPreTokenizer".equals(JsonFile.string(split, "type"))
        && ("WordPiece".equals(JsonFile.string(model, "type")) || model.get("type") == null)
        && "##".equals(JsonFile.string(model, "continuing_subword_prefix"))
        && JsonFile.id(model.get("max_input_chars_per_word")) == 100;
  }

  private boolean isRoberta() {
    JsonElement normalizer = json.get("normalizer");
    JsonObject split = JsonFile.child(json, "pre_tokenizer");
    JsonObject template = JsonFile.child(json, "post_processor");
    return (normalizer == null || normalizer.isJsonNull())
        && "ByteLevel".equals(JsonFile.string(split, "type"))
        && !Boolean.FALSE.equals(JsonFile.bool(split, "use_regex"))
        && "RobertaProcessing".equals(JsonFile.string(template, "type"))
        && model().has("merges");
  }

  private JsonObject model() {
    JsonObject model = JsonFile.child(json, "model");
    return model == null ? new JsonObject() : model;
  }

  /** Without its unknown token the model fails at the first word it cannot spell. */
  private void checkUnknownToken() throws IOException {
    JsonObject model = model();
    String unk = JsonFile.string(model, "unk_token");
    JsonElement vocab = model.get("vocab");
    if (unk != null && vocab.isJsonObject() && !vocab.getAsJsonObject().has(unk)) {
      throw new IOException(file + ": unk_token \"" + unk + "\" is not in model.vocab");
    }
    if (vocab.isJsonArray()) {
      JsonElement unkId = model.get("unk_id");
      if (unkId != null
          && !unkId.isJsonNull()
          && JsonFile.id(unkId) >= vocab.getAsJsonArray().size()) {
        throw new IOException(file + ": unk_id " + unkId + " is not in model.vocab");
      }
    }
  }

  /** A template that names a token it does not list is taken by the library, and ends it later. */
  private void checkPostProcessor(@Nullable JsonElement element) throws IOException {
    if (element == null || !element.isJsonObject()) {
      return;
    }
    JsonObject processor = element.getAsJsonObject();
    String type = String.valueOf(JsonFile.string(processor, "type"));
    switch (type) {
      case "TemplateProcessing" -> checkTemplate(processor);
      case "BertProcessing", "RobertaProcessing" -> {
        checkTokenAndId(processor.get("cls"), type);
        checkTokenAndId(processor.get("sep"), type);
      }
      case "Sequence" -> {
        JsonElement inner = processor.get("processors");
        if (inner != null && inner.isJsonArray()) {
          for (JsonElement one : inner.getAsJsonArray()) {
            checkPostProcessor(one);
          }
        }
      }
      default -> {
        // no special tokens of its own
      }
    }
  }

  private void checkTemplate(JsonObject template) throws IOException {
    JsonObject special = JsonFile.child(template, "special_tokens");
    if (special == null) {
      special = new JsonObject();
    }
    for (String key : special.keySet()) {
      JsonObject token = JsonFile.child(special, key);
      JsonElement ids = token == null ? null : token.get("ids");
      if (ids == null || !ids.isJsonArray()) {
        throw new IOException(file + ": post_processor: special token \"" + key + "\" has no ids");
      }
      for (JsonElement id : ids.getAsJsonArray()) {
        checkId(id, key);
      }
    }
    checkPieces(template, "single", special, 1, 0);
    checkPieces(template, "pair", special, 1, 1);
  }

  private void checkPieces(
      JsonObject template, String form, JsonObject special, int firsts, int seconds)
      throws IOException {
    JsonElement pieces = template.get(form);
    if (pieces == null || !pieces.isJsonArray()) {
      throw new IOException(file + ": post_processor: no template \"" + form + "\"");
    }
    JsonArray array = pieces.getAsJsonArray();
    int countA = 0;
    int countB = 0;
    for (JsonElement element : array) {
      JsonObject piece = element.isJsonObject() ? element.getAsJsonObject() : null;
      String sequence = JsonFile.string(JsonFile.child(piece, "Sequence"), "id");
      String token = JsonFile.string(JsonFile.child(piece, "SpecialToken"), "id");
      if ("A".equals(sequence)) {
        countA++;
      } else if ("B".equals(sequence)) {
        countB++;
      } else if (token == null || !special.has(token)) {
        throw new IOException(
            file
                + ": post_processor: \""
                + form
                + "\" uses "
                + element
                + ", which special_tokens does not list");
      }
    }
    if (countA != firsts || countB != seconds) {
      throw new IOException(
          file
              + ": post_processor: \""
              + form
              + "\" must hold the text once"
              + (seconds == 1 ? " and its pair once" : " and no pair"));
    }
  }

  private void checkTokenAndId(@Nullable JsonElement pair, String type) throws IOException {
    if (pair == null
        || !pair.isJsonArray()
        || pair.getAsJsonArray().size() != 2
        || !JsonFile.isString(pair.getAsJsonArray().get(0))) {
      throw new IOException(file + ": post_processor " + type + ": expected [token, id]");
    }
    checkId(pair.getAsJsonArray().get(1), pair.getAsJsonArray().get(0).getAsString());
  }

  private void checkId(JsonElement element, String token) throws IOException {
    int id = JsonFile.id(element);
    if (id < 0 || id >= vocabulary.size()) {
      throw new IOException(
          file
              + ": post_processor: special token \""
              + token
              + "\" has id "
              + element
              + ", but ids end at "
              + (vocabulary.size() - 1));
    }
  }
}
