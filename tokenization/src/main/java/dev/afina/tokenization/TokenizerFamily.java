package dev.afina.tokenization;

import dev.afina.tokenization.SpecialTokens.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer class with which transformers 5 opens a checkpoint. The classes listed here take
 * only the vocabulary from a tokenizer.json and build the rest of the pipeline from
 * tokenizer_config.json and their own defaults. All other classes use tokenizer.json as it is:
 * {@link #AS_WRITTEN}.
 *
 * <p>Without a tokenizer.json, the class also determines which files contain the vocabulary.
 */
enum TokenizerFamily {
  BERT("BertTokenizer"),
  MPNET("MPNetTokenizer"),
  ROBERTA("RobertaTokenizer"),
  DEBERTA("DebertaTokenizer"),
  XLM_ROBERTA("XLMRobertaTokenizer"),
  CAMEMBERT("CamembertTokenizer"),
  ALBERT("AlbertTokenizer"),
  DEBERTA_V2("DebertaV2Tokenizer"),
  AS_WRITTEN("PreTrainedTokenizerFast");

  private static final Map<String, TokenizerFamily> BY_CLASS = new HashMap<>();
  private static final Map<String, TokenizerFamily> BY_MODEL = new HashMap<>();

  /** Models whose tokenizer.json is used as it is, whatever class the files name. */
  private static final Set<String> MODELS_AS_WRITTEN =
      Set.of("modernbert", "modernbert-decoder", "xlm-roberta-xl");

  /** The only one among BERT's kin whose models have no token types. */
  private static final String WITHOUT_TYPES = "DistilBertTokenizer";

  private static final Set<String> GENERIC =
      Set.of(AS_WRITTEN.className, "PreTrainedTokenizer", "TokenizersBackend");

  /** Other classes of transformers 5.18 that build pipelines of their own, without "Tokenizer". */
  private static final Set<String> OTHERS =
      Set.of(
          ("Barthez Bartpho BertGeneration BertJapanese Bertweet BigBird BioGpt "
                  + "Blenderbot BlenderbotSmall ByT5 CLIP CTRL Canine Clvp CodeGen CodeLlama "
                  + "Cohere Cpm CpmAnt DPRContextEncoder DPRQuestionEncoder DPRReader Dia Esm "
                  + "Esmc FNet FSMT Flaubert Funnel GPT2 GPTNeoX GPTNeoXJapanese GPTSw3 Gemma "
                  + "Herbert Lasr LayoutLMv2 LayoutLMv3 LayoutXLM Llama Luke M2M100 MBart MBart50 "
                  + "MLuke Marian MarkupLM Mgpstr MyT5 Nllb Nougat OpenAIGPT PLBart Parakeet "
                  + "Pegasus Perceiver Phi3 Phobert Pop2Piano ProphetNet Qwen2 Qwen3_5 Reformer "
                  + "RemBert RoCBert RoFormer SeamlessM4T Siglip Siglip2 Speech2Text SpeechT5 "
                  + "Splinter T5 Tapas Tipsv2 Udop VideoPrism Vits Wav2Vec2CTC Wav2Vec2PhonemeCTC "
                  + "Whisper XGLM XLM XLNet")
              .split(" ", -1));

  static {
    for (TokenizerFamily family : values()) {
      BY_CLASS.put(family.className, family);
    }
    classes(
        BERT,
        "ConvBert",
        "DistilBert",
        "Electra",
        "LayoutLM",
        "Lxmert",
        "MobileBert",
        "SqueezeBert");
    classes(ROBERTA, "Bart", "LED", "Longformer", "Mvp");
    models(BERT, "align", "bark", "bert", "blip", "bros", "chinese_clip", "convbert", "distilbert");
    models(BERT, "electra", "ernie", "flava", "git", "grounding-dino", "layoutlm", "lxmert");
    models(BERT, "megatron-bert", "mm-grounding-dino", "mobilebert", "nezha", "nomic_bert");
    models(BERT, "qdqbert", "realm", "retribert", "squeezebert", "tvp", "vilt", "visual_bert");
    models(MPNET, "mpnet");
    models(ROBERTA, "bart", "bridgetower", "clap", "data2vec-text", "florence2", "ibert", "led");
    models(ROBERTA, "lilt", "longformer", "mega", "mra", "mvp", "roberta", "roberta-prelayernorm");
    models(DEBERTA, "deberta");
    models(XLM_ROBERTA, "gte", "jina_embeddings_v3", "metaclip_2", "trocr", "xlm-roberta", "xmod");
    models(CAMEMBERT, "camembert");
    models(ALBERT, "albert", "yoso");
    models(DEBERTA_V2, "deberta-v2");
  }

  private final String className;

  TokenizerFamily(String className) {
    this.className = className;
  }

  /**
   * The family that the files name.
   *
   * @param tokenizerClass tokenizer_class of tokenizer_config.json or, failing that, of config.json
   * @param modelType model_type of config.json, which is used if no class is named
   */
  static TokenizerFamily of(@Nullable String tokenizerClass, @Nullable String modelType) {
    if (isAsWritten(modelType)) {
      return AS_WRITTEN;
    }
    return tokenizerClass != null
        ? BY_CLASS.getOrDefault(plain(tokenizerClass), AS_WRITTEN)
        : BY_MODEL.getOrDefault(modelType, AS_WRITTEN);
  }

  /** Whether a model's tokenizer.json is followed whatever class the files name. */
  static boolean isAsWritten(@Nullable String modelType) {
    return modelType != null && MODELS_AS_WRITTEN.contains(modelType);
  }

  /** Whether a class does not determine how a text is divided. */
  static boolean isGeneric(String tokenizerClass) {
    return GENERIC.contains(plain(tokenizerClass));
  }

  /**
   * Whether transformers has a class of this name that builds a pipeline of its own, which Afina
   * does not know.
   */
  static boolean isOther(String tokenizerClass) {
    return OTHERS.contains(plain(tokenizerClass).replaceFirst("Tokenizer$", ""));
  }

  /** Whether such a class is that of a model. */
  static boolean isOtherModel(String modelType) {
    String name = modelType.replaceAll("[-_]", "");
    return OTHERS.stream().anyMatch(other -> other.equalsIgnoreCase(name));
  }

  /**
   * Whether a class of this family gives models the token types of its template by default, in
   * transformers 5.
   *
   * @param tokenizerClass its name; null for that of the family
   */
  boolean givesTypes(@Nullable String tokenizerClass) {
    return switch (this) {
      case BERT -> tokenizerClass == null || !plain(tokenizerClass).equals(WITHOUT_TYPES);
      case DEBERTA, DEBERTA_V2 -> true;
      case MPNET, ROBERTA, XLM_ROBERTA, CAMEMBERT, ALBERT, AS_WRITTEN -> false;
    };
  }

  /** The same in transformers 4. */
  boolean gaveTypes(@Nullable String tokenizerClass) {
    return this == ALBERT || this == AS_WRITTEN || givesTypes(tokenizerClass);
  }

  /** The name of the class in transformers. */
  String className() {
    return className;
  }

  /** Whether the class reads a SentencePiece Unigram model. */
  boolean isUnigram() {
    return switch (this) {
      case XLM_ROBERTA, CAMEMBERT, ALBERT, DEBERTA_V2 -> true;
      case BERT, MPNET, ROBERTA, DEBERTA, AS_WRITTEN -> false;
    };
  }

  /** The file that the class reads if there is no tokenizer.json. */
  String vocabularyFile() {
    return switch (this) {
      case XLM_ROBERTA, CAMEMBERT -> "sentencepiece.bpe.model";
      case ALBERT -> "spiece.model";
      case DEBERTA_V2 -> "spm.model";
      case BERT, MPNET -> VocabularyFiles.VOCAB_TXT;
      case ROBERTA, DEBERTA -> VocabularyFiles.VOCAB_JSON;
      case AS_WRITTEN -> TokenizerJson.FILE;
    };
  }

  /** The default special tokens of the class, by role. */
  Map<Role, String> defaults() {
    return switch (this) {
      case BERT ->
          Map.of(
              Role.UNK, "[UNK]",
              Role.SEP, "[SEP]",
              Role.PAD, "[PAD]",
              Role.CLS, "[CLS]",
              Role.MASK, "[MASK]");
      case MPNET -> angles("[UNK]");
      case ROBERTA, XLM_ROBERTA, CAMEMBERT -> angles("<unk>");
      case ALBERT -> brackets("<unk>", "<pad>");
      case DEBERTA, DEBERTA_V2 -> brackets("[UNK]", "[PAD]");
      case AS_WRITTEN -> Map.of();
    };
  }

  /** The default token of a role; "" if there is none. */
  String usual(Role role) {
    return defaults().getOrDefault(role, "");
  }

  /** The role of the first token: CLS, or BOS for two of the classes. */
  Role first() {
    return this == XLM_ROBERTA || this == CAMEMBERT ? Role.BOS : Role.CLS;
  }

  /** The role of the token that ends a text. */
  Role last() {
    return this == XLM_ROBERTA || this == CAMEMBERT ? Role.EOS : Role.SEP;
  }

  /**
   * Whether a tokenizer.json that differs from what the class builds is rejected. For the other
   * classes the file wins, because published files do differ: transformers 4 wrote DeBERTa's with a
   * character map and another template, which transformers 5 leaves out.
   */
  boolean refusesOtherPipelines() {
    return this == BERT || this == ROBERTA;
  }

  /** Whether the mask token swallows the spaces before it by default (lstrip). */
  boolean maskStripsLeft() {
    return this == MPNET || this == CAMEMBERT;
  }

  /** Special tokens without a role that the class adds if no file lists any. */
  List<String> moreDefaults() {
    return this == CAMEMBERT ? List.of("<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED") : List.of();
  }

  private static Map<Role, String> angles(String unk) {
    return Map.of(
        Role.BOS, "<s>",
        Role.EOS, "</s>",
        Role.UNK, unk,
        Role.SEP, "</s>",
        Role.PAD, "<pad>",
        Role.CLS, "<s>",
        Role.MASK, "<mask>");
  }

  private static Map<Role, String> brackets(String unk, String pad) {
    return Map.of(
        Role.BOS, "[CLS]",
        Role.EOS, "[SEP]",
        Role.UNK, unk,
        Role.SEP, "[SEP]",
        Role.PAD, pad,
        Role.CLS, "[CLS]",
        Role.MASK, "[MASK]");
  }

  /** Classes that transformers takes for a family's. */
  private static void classes(TokenizerFamily family, String... names) {
    for (String name : names) {
      BY_CLASS.put(name + "Tokenizer", family);
    }
  }

  private static void models(TokenizerFamily family, String... types) {
    for (String type : types) {
      BY_MODEL.put(type, family);
    }
  }

  private static String plain(String tokenizerClass) {
    return tokenizerClass.endsWith("Fast") && !tokenizerClass.equals(AS_WRITTEN.className)
        ? tokenizerClass.substring(0, tokenizerClass.length() - "Fast".length())
        : tokenizerClass;
  }
}
