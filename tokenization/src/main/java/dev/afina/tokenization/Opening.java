package dev.afina.tokenization;

import dev.afina.tokenization.SpecialTokens.Role;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How transformers 5 opens a folder with a tokenizer.json. Its BertTokenizer and RobertaTokenizer
 * take the vocabulary out of the file and build everything else anew, from tokenizer_config.json
 * and defaults of their own; its other classes take the file as it is written.
 */
enum Opening {
  BERT,
  ROBERTA,
  AS_WRITTEN;

  private static final Set<String> BERT_CLASSES =
      Set.of("BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer");

  private static final Set<String> ROBERTA_CLASSES =
      Set.of("RobertaTokenizer", "BartTokenizer", "LongformerTokenizer");

  private static final Set<String> BERT_MODELS =
      Set.of("bert", "distilbert", "electra", "squeezebert", "convbert", "visual_bert");

  private static final Set<String> ROBERTA_MODELS = Set.of("roberta", "longformer", "bart");

  /**
   * The opening by the files' names for it.
   *
   * @param tokenizerClass tokenizer_class of tokenizer_config.json or, failing that, of config.json
   * @param modelType model_type of config.json, which counts when no class is named
   */
  static Opening of(@Nullable String tokenizerClass, @Nullable String modelType) {
    if (tokenizerClass != null) {
      String name = plain(tokenizerClass);
      return BERT_CLASSES.contains(name)
          ? BERT
          : ROBERTA_CLASSES.contains(name) ? ROBERTA : AS_WRITTEN;
    }
    if (modelType == null) {
      return AS_WRITTEN;
    }
    return BERT_MODELS.contains(modelType)
        ? BERT
        : ROBERTA_MODELS.contains(modelType) ? ROBERTA : AS_WRITTEN;
  }

  /** The class as a user knows it. */
  String className() {
    return switch (this) {
      case BERT -> "BertTokenizer";
      case ROBERTA -> "RobertaTokenizer";
      case AS_WRITTEN -> "PreTrainedTokenizerFast";
    };
  }

  /** The special tokens that the class has when no file names others, by their roles. */
  Map<Role, String> defaults() {
    return switch (this) {
      case BERT ->
          Map.of(
              Role.UNK, "[UNK]",
              Role.SEP, "[SEP]",
              Role.PAD, "[PAD]",
              Role.CLS, "[CLS]",
              Role.MASK, "[MASK]");
      case ROBERTA ->
          Map.of(
              Role.BOS, "<s>",
              Role.EOS, "</s>",
              Role.UNK, "<unk>",
              Role.SEP, "</s>",
              Role.PAD, "<pad>",
              Role.CLS, "<s>",
              Role.MASK, "<mask>");
      case AS_WRITTEN -> Map.of();
    };
  }

  private static String plain(String tokenizerClass) {
    return tokenizerClass.endsWith("Fast")
        ? tokenizerClass.substring(0, tokenizerClass.length() - "Fast".length())
        : tokenizerClass;
  }
}
