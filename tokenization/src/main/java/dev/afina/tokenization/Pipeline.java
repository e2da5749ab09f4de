package dev.afina.tokenization;

import com.google.gson.JsonObject;
import dev.afina.tokenization.ComponentJson.Special;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stages around the model of a tokenizer, as the classes of transformers 5 build them from the
 * settings in tokenizer_config.json. Each stage is in the form of a tokenizer.json.
 *
 * @param normalizer changes characters; null for none
 * @param preTokenizer splits a text into words
 * @param postProcessor adds special tokens
 * @param decoder converts tokens back to text
 */
record Pipeline(
    @Nullable JsonObject normalizer,
    JsonObject preTokenizer,
    JsonObject postProcessor,
    JsonObject decoder) {

  /**
   * The pipeline of a family.
   *
   * @param family the family, except {@link TokenizerFamily#AS_WRITTEN}
   * @param settings the settings in tokenizer_config.json
   * @param charsmap SentencePiece's character map in base64; null for none
   * @param cls the first token, with the role {@link TokenizerFamily#first()}
   * @param sep the token that ends a text, with the role {@link TokenizerFamily#last()}
   */
  static Pipeline of(
      TokenizerFamily family,
      Settings settings,
      @Nullable String charsmap,
      Special cls,
      Special sep)
      throws IOException {
    return switch (family) {
      case BERT, MPNET -> wordPiece(family, settings, cls, sep);
      case ROBERTA, DEBERTA -> byteLevel(family, settings, cls, sep);
      case XLM_ROBERTA, CAMEMBERT ->
          new Pipeline(
              charsmap == null ? null : ComponentJson.precompiled(charsmap),
              splitAtSpaces(settings),
              ComponentJson.doubleTemplate(cls, sep),
              ComponentJson.metaspace(scheme(settings)));
      case ALBERT ->
          new Pipeline(
              albertNormalizer(settings, charsmap),
              splitAtSpaces(settings),
              ComponentJson.bertTemplate(cls, sep),
              ComponentJson.metaspace(scheme(settings)));
      case DEBERTA_V2 -> debertaV2(settings, cls, sep);
      case AS_WRITTEN -> throw new IllegalArgumentException("no class, no pipeline");
    };
  }

  private static Pipeline wordPiece(
      TokenizerFamily family, Settings settings, Special cls, Special sep) throws IOException {
    return new Pipeline(
        ComponentJson.bertNormalizer(
            settings.flag("tokenize_chinese_chars", true),
            settings.flag("strip_accents"),
            settings.flag("do_lower_case", true)),
        ComponentJson.typed("BertPreTokenizer"),
        family == TokenizerFamily.MPNET
            ? ComponentJson.robertaProcessing(cls, sep, true, false)
            : ComponentJson.bertTemplate(cls, sep),
        ComponentJson.wordPieceDecoder());
  }

  private static Pipeline byteLevel(
      TokenizerFamily family, Settings settings, Special cls, Special sep) throws IOException {
    boolean prefixSpace = settings.flag("add_prefix_space", false);
    return new Pipeline(
        null,
        ComponentJson.byteLevel(prefixSpace),
        family == TokenizerFamily.DEBERTA
            ? ComponentJson.doubleTemplate(cls, sep)
            : ComponentJson.robertaProcessing(
                cls, sep, settings.flag("trim_offsets", true), prefixSpace),
        ComponentJson.byteLevel(true));
  }

  /** ALBERT: quotes in one form, accents off, lower case, then SentencePiece's map. */
  private static JsonObject albertNormalizer(Settings settings, @Nullable String charsmap)
      throws IOException {
    List<JsonObject> steps = new ArrayList<>();
    steps.add(ComponentJson.replace("String", "``", "\""));
    steps.add(ComponentJson.replace("String", "''", "\""));
    if (!settings.flag("keep_accents", false)) {
      steps.add(ComponentJson.typed("NFKD"));
      steps.add(ComponentJson.typed("StripAccents"));
    }
    if (settings.flag("do_lower_case", true)) {
      steps.add(ComponentJson.typed("Lowercase"));
    }
    if (charsmap != null) {
      steps.add(ComponentJson.precompiled(charsmap));
    }
    return ComponentJson.sequence("normalizers", steps);
  }

  /** DeBERTa-v2 and v3: runs of white space become one space; SentencePiece's map is not used. */
  private static Pipeline debertaV2(Settings settings, Special cls, Special sep)
      throws IOException {
    List<JsonObject> normalizers = new ArrayList<>();
    if (settings.flag("do_lower_case", false)) {
      normalizers.add(ComponentJson.typed("Lowercase"));
    }
    normalizers.add(ComponentJson.replace("Regex", "\\s{2,}|[\\n\\r\\t]", " "));
    normalizers.add(ComponentJson.typed("NFC"));
    normalizers.add(ComponentJson.strip(false, true));
    List<JsonObject> splits = new ArrayList<>();
    if (settings.flag("split_by_punct", false)) {
      JsonObject punctuation = ComponentJson.typed("Punctuation");
      punctuation.addProperty("behavior", "Isolated");
      splits.add(punctuation);
    }
    String scheme = settings.flag("add_prefix_space", true) ? "always" : "first";
    splits.add(ComponentJson.metaspace(scheme));
    return new Pipeline(
        ComponentJson.sequence("normalizers", normalizers),
        ComponentJson.sequence("pretokenizers", splits),
        ComponentJson.bertTemplate(cls, sep),
        ComponentJson.metaspace(scheme));
  }

  private static JsonObject splitAtSpaces(Settings settings) throws IOException {
    return ComponentJson.sequence(
        "pretokenizers",
        List.of(ComponentJson.typed("WhitespaceSplit"), ComponentJson.metaspace(scheme(settings))));
  }

  private static String scheme(Settings settings) throws IOException {
    return settings.flag("add_prefix_space", true) ? "always" : "never";
  }
}
