package dev.afina.tokenization;

import com.google.gson.JsonObject;
import dev.afina.tokenization.Parts.Special;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds the model of a tokenizer, as the classes of transformers 5 build it from the
 * switches in tokenizer_config.json. Each part as in a tokenizer.json.
 *
 * @param normalizer what changes characters; null for nothing
 * @param preTokenizer what cuts a text into words
 * @param postProcessor what puts special tokens around
 * @param decoder what makes text of tokens
 */
record Pipeline(
    @Nullable JsonObject normalizer,
    JsonObject preTokenizer,
    JsonObject postProcessor,
    JsonObject decoder) {

  /**
   * The pipeline of a class.
   *
   * @param opening the class, not {@link Opening#AS_WRITTEN}
   * @param settings its switches
   * @param charsmap SentencePiece's character map in base64; null for none
   * @param cls the token that stands first, of {@link Opening#first()}
   * @param sep the token that ends a text, of {@link Opening#last()}
   */
  static Pipeline of(
      Opening opening, Settings settings, @Nullable String charsmap, Special cls, Special sep)
      throws IOException {
    return switch (opening) {
      case BERT, MPNET -> wordPiece(opening, settings, cls, sep);
      case ROBERTA, DEBERTA -> byteLevel(opening, settings, cls, sep);
      case XLM_ROBERTA, CAMEMBERT ->
          new Pipeline(
              charsmap == null ? null : Parts.precompiled(charsmap),
              splitAtSpaces(settings),
              Parts.doubleTemplate(cls, sep),
              Parts.metaspace(scheme(settings)));
      case ALBERT ->
          new Pipeline(
              albertNormalizer(settings, charsmap),
              splitAtSpaces(settings),
              Parts.bertTemplate(cls, sep),
              Parts.metaspace(scheme(settings)));
      case DEBERTA_V2 -> debertaV2(settings, cls, sep);
      case AS_WRITTEN -> throw new IllegalArgumentException("no class, no pipeline");
    };
  }

  private static Pipeline wordPiece(Opening opening, Settings settings, Special cls, Special sep)
      throws IOException {
    return new Pipeline(
        Parts.bertNormalizer(
            settings.flag("tokenize_chinese_chars", true),
            settings.flag("strip_accents"),
            settings.flag("do_lower_case", true)),
        Parts.typed("BertPreTokenizer"),
        opening == Opening.MPNET
            ? Parts.robertaProcessing(cls, sep, true, false)
            : Parts.bertTemplate(cls, sep),
        Parts.wordPieceDecoder());
  }

  private static Pipeline byteLevel(Opening opening, Settings settings, Special cls, Special sep)
      throws IOException {
    boolean prefixSpace = settings.flag("add_prefix_space", false);
    return new Pipeline(
        null,
        Parts.byteLevel(prefixSpace),
        opening == Opening.DEBERTA
            ? Parts.doubleTemplate(cls, sep)
            : Parts.robertaProcessing(cls, sep, settings.flag("trim_offsets", true), prefixSpace),
        Parts.byteLevel(true));
  }

  /** ALBERT: quotes in one form, accents off, lower case, then SentencePiece's map. */
  private static JsonObject albertNormalizer(Settings settings, @Nullable String charsmap)
      throws IOException {
    List<JsonObject> steps = new ArrayList<>();
    steps.add(Parts.replace("String", "``", "\""));
    steps.add(Parts.replace("String", "''", "\""));
    if (!settings.flag("keep_accents", false)) {
      steps.add(Parts.typed("NFKD"));
      steps.add(Parts.typed("StripAccents"));
    }
    if (settings.flag("do_lower_case", true)) {
      steps.add(Parts.typed("Lowercase"));
    }
    if (charsmap != null) {
      steps.add(Parts.precompiled(charsmap));
    }
    return Parts.sequence("normalizers", steps);
  }

  /** DeBERTa-v2 and v3: runs of white space become one space; SentencePiece's map is not used. */
  private static Pipeline debertaV2(Settings settings, Special cls, Special sep)
      throws IOException {
    List<JsonObject> normalizers = new ArrayList<>();
    if (settings.flag("do_lower_case", false)) {
      normalizers.add(Parts.typed("Lowercase"));
    }
    normalizers.add(Parts.replace("Regex", "\\s{2,}|[\\n\\r\\t]", " "));
    normalizers.add(Parts.typed("NFC"));
    normalizers.add(Parts.strip(false, true));
    List<JsonObject> splits = new ArrayList<>();
    if (settings.flag("split_by_punct", false)) {
      JsonObject punctuation = Parts.typed("Punctuation");
      punctuation.addProperty("behavior", "Isolated");
      splits.add(punctuation);
    }
    String scheme = settings.flag("add_prefix_space", true) ? "always" : "first";
    splits.add(Parts.metaspace(scheme));
    return new Pipeline(
        Parts.sequence("normalizers", normalizers),
        Parts.sequence("pretokenizers", splits),
        Parts.bertTemplate(cls, sep),
        Parts.metaspace(scheme));
  }

  private static JsonObject splitAtSpaces(Settings settings) throws IOException {
    return Parts.sequence(
        "pretokenizers",
        List.of(Parts.typed("WhitespaceSplit"), Parts.metaspace(scheme(settings))));
  }

  private static String scheme(Settings settings) throws IOException {
    return settings.flag("add_prefix_space", true) ? "always" : "never";
  }
}
