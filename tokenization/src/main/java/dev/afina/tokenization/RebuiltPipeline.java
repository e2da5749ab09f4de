package dev.afina.tokenization;

import com.google.gson.JsonObject;
import dev.afina.tokenization.ComponentJson.Special;
import dev.afina.tokenization.SpecialTokens.Role;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares a tokenizer.json with the pipeline that a class of transformers 5 would build from its
 * vocabulary, ignoring the rest of the file.
 *
 * @param family the class
 * @param model the file's model without its tokens
 * @param tokens the model's tokens
 * @param normalizers the file's checked normalizers
 * @param preTokenizers the file's checked pre-tokenizers
 * @param postProcessors the file's checked post-processors
 * @param vocabulary all tokens of the file
 * @param settings the settings that the class reads from tokenizer_config.json
 * @param switchesFollow whether the settings will be rewritten to agree with the file
 */
record RebuiltPipeline(
    TokenizerFamily family,
    JsonObject model,
    ModelTokens tokens,
    Normalizers normalizers,
    List<Fields> preTokenizers,
    List<Fields> postProcessors,
    Vocabulary vocabulary,
    Settings settings,
    boolean switchesFollow) {

  private static final int BYTES = 256;

  private static final String[][] BERT_SWITCHES = {
    {"do_lower_case", "lowercase"}, {"tokenize_chinese_chars", "handle_chinese_chars"}
  };

  /** A sentence about a difference that would change ids; null if there is none. */
  @Nullable String difference() throws IOException {
    return switch (family) {
      case BERT, MPNET -> differenceFromWordPiece();
      case ROBERTA, DEBERTA -> differenceFromByteLevel();
      case XLM_ROBERTA, CAMEMBERT, ALBERT, DEBERTA_V2 -> differenceFromUnigram();
      case AS_WRITTEN -> null;
    };
  }

  private @Nullable String differenceFromWordPiece() throws IOException {
    JsonObject normalizer =
        normalizers.steps().size() == 1 ? normalizers.steps().get(0).object() : new JsonObject();
    if (!is(normalizer, "BertNormalizer") || !flag(normalizer, "clean_text")) {
      return "normalizer is not a BertNormalizer that cleans the text";
    }
    for (String[] pair : BERT_SWITCHES) {
      boolean wanted = settings.flag(pair[0], true);
      if (!switchesFollow && flag(normalizer, pair[1]) != wanted) {
        return "normalizer." + pair[1] + " is not " + wanted + " (" + pair[0] + ")";
      }
    }
    boolean lower = flag(normalizer, "lowercase");
    boolean strips = orElse(JsonFile.bool(normalizer, "strip_accents"), lower);
    if (!switchesFollow && strips != orElse(settings.flag("strip_accents"), lower)) {
      return "normalizer.strip_accents is not that of strip_accents";
    }
    if (preTokenizers.size() != 1 || !is(preTokenizers.get(0).object(), "BertPreTokenizer")) {
      return "pre_tokenizer is not BertPreTokenizer";
    }
    if (!Models.type(model).equals("WordPiece")
        || !"##".equals(JsonFile.string(model, "continuing_subword_prefix"))
        || JsonFile.id(model.get("max_input_chars_per_word")) != 100) {
      return "model is not WordPiece with ## and at most 100 characters a word";
    }
    String unknown = content(Role.UNK);
    if (!unknown.equals(JsonFile.string(model, "unk_token"))) {
      return "model.unk_token is not \"" + Quoted.of(unknown) + "\"";
    }
    return differenceOfTemplates();
  }

  private @Nullable String differenceFromByteLevel() throws IOException {
    if (!normalizers.steps().isEmpty()) {
      return "normalizer is not null";
    }
    JsonObject split = preTokenizers.size() == 1 ? preTokenizers.get(0).object() : new JsonObject();
    if (!is(split, "ByteLevel") || !orElse(JsonFile.bool(split, "use_regex"), true)) {
      return "pre_tokenizer is not ByteLevel with its expression";
    }
    boolean prefix = settings.flag("add_prefix_space", false);
    if (!switchesFollow && flag(split, "add_prefix_space") != prefix) {
      return "pre_tokenizer.add_prefix_space is not " + prefix;
    }
    String suffix = JsonFile.string(model, "end_of_word_suffix");
    if (!Models.type(model).equals("BPE")
        || (suffix != null && !suffix.isEmpty())
        || flag(model, "byte_fallback")
        || flag(model, "ignore_merges")) {
      return "model is not BPE of bytes with all merges in their order";
    }
    if (JsonFile.string(model, "unk_token") != null && singleLetters() < BYTES) {
      return "model.unk_token is not null";
    }
    if (family == TokenizerFamily.ROBERTA
        && switchesFollow
        && (postProcessors.size() != 1
            || !is(postProcessors.get(0).object(), "RobertaProcessing"))) {
      return "post_processor is not RobertaProcessing";
    }
    return differenceOfTemplates();
  }

  private @Nullable String differenceFromUnigram() throws IOException {
    if (!Models.type(model).equals("Unigram") || flag(model, "byte_fallback")) {
      return "model is not Unigram without byte_fallback";
    }
    int unknown = unknownPiece(family, tokens.pieces(), tokens.scores(), opened());
    if (JsonFile.id(model.get("unk_id")) != unknown) {
      return "model.unk_id is not " + unknown;
    }
    Pipeline pipeline = pipeline();
    List<JsonObject> splits = CanonicalComponents.of(pipeline.preTokenizer(), "pretokenizers");
    if (!CanonicalComponents.of(preTokenizers).equals(splits)) {
      return "pre_tokenizer is not " + types(splits);
    }
    List<JsonObject> steps = CanonicalComponents.of(pipeline.normalizer(), "normalizers");
    if (!CanonicalComponents.withoutSpacing(CanonicalComponents.of(normalizers.steps()), splits)
        .equals(CanonicalComponents.withoutSpacing(steps, splits))) {
      return "normalizer is not " + types(steps);
    }
    // AlbertTokenizer is the only one that keeps the file's, if there is one.
    return family == TokenizerFamily.ALBERT && !postProcessors.isEmpty()
        ? null
        : differenceOfTemplates();
  }

  private @Nullable String differenceOfTemplates() throws IOException {
    Templates own = Templates.of(postProcessors.stream().map(Fields::object).toList());
    if (own.equals(Templates.of(List.of(pipeline().postProcessor())))) {
      return null;
    }
    boolean between =
        family != TokenizerFamily.BERT
            && family != TokenizerFamily.ALBERT
            && family != TokenizerFamily.DEBERTA_V2;
    return "post_processor does not put "
        + Quoted.of(content(family.first()))
        + " first and "
        + Quoted.of(content(family.last()))
        + (between ? " after and between texts" : " after each text");
  }

  /** The index of the unknown piece, by the rule of each class. */
  static int unknownPiece(
      TokenizerFamily family, List<String> pieces, List<String> scores, Settings settings) {
    if (family == TokenizerFamily.XLM_ROBERTA) {
      return 3;
    }
    if (family == TokenizerFamily.ALBERT) {
      return 1;
    }
    boolean deberta = family == TokenizerFamily.DEBERTA_V2;
    String unknown = settings.content(Role.UNK);
    for (int id = 0; id < pieces.size(); id++) {
      if (pieces.get(id).equals(unknown) && (!deberta || Double.parseDouble(scores.get(id)) == 0)) {
        return id;
      }
    }
    int written = deberta ? JsonFile.id(settings.tokenizerConfig().get("unk_id")) : 0;
    return written < 0 ? 1 : written;
  }

  private static String types(List<JsonObject> components) {
    return components.stream()
        .map(component -> String.valueOf(JsonFile.string(component, "type")))
        .toList()
        .toString();
  }

  private Pipeline pipeline() throws IOException {
    return Pipeline.of(
        family, settings, charsmap().orElse(null), special(family.first()), special(family.last()));
  }

  private Optional<String> charsmap() {
    return normalizers.steps().stream()
        .map(step -> JsonFile.string(step.object(), "precompiled_charsmap"))
        .filter(map -> map != null)
        .findFirst();
  }

  private Special special(Role role) {
    String token = content(role);
    return new Special(token, vocabulary.find(token).orElse(-1));
  }

  private long singleLetters() {
    return tokens.ids().keySet().stream().filter(t -> t.length() == 1).count();
  }

  private String content(Role role) {
    return opened().content(role);
  }

  private Settings opened() {
    return settings.withFamily(family);
  }

  private static boolean is(JsonObject component, String type) {
    return type.equals(JsonFile.string(component, "type"));
  }

  private static boolean flag(JsonObject object, String key) {
    return Boolean.TRUE.equals(JsonFile.bool(object, key));
  }

  private static boolean orElse(@Nullable Boolean flag, boolean otherwise) {
    return flag == null ? otherwise : flag;
  }
}
