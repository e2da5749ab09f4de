package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.tokenization.SpecialTokens.Role;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the content of a tokenizer.json from the vocabulary files of older checkpoints: vocab.txt
 * is BERT's WordPiece, vocab.json with merges.txt is RoBERTa's byte-level BPE.
 */
final class VocabularyFiles {

  static final String VOCAB_TXT = "vocab.txt";
  static final String VOCAB_JSON = "vocab.json";
  static final String MERGES = "merges.txt";

  /** Model types whose vocab.txt means BERT's pipeline. */
  private static final Set<String> BERT_LIKE =
      Set.of(
          "bert", "distilbert", "electra", "mobilebert", "squeezebert", "convbert", "visual_bert");

  /** Model types whose vocab.json and merges.txt mean RoBERTa's pipeline. */
  private static final Set<String> ROBERTA_LIKE = Set.of("roberta", "longformer", "bart", "led");

  private VocabularyFiles() {}

  /**
   * BERT: clean, split at spaces, punctuation and Chinese characters, lower-case unless
   * tokenizer_config.json says otherwise, then the longest pieces from the left.
   */
  static JsonObject wordPiece(String vocabTxt, Settings settings) throws IOException {
    checkType(settings, BERT_LIKE, VOCAB_TXT, "BERT's WordPiece");
    Map<String, Integer> vocabulary = lines(vocabTxt);
    String unk = settings.content(Role.UNK, "[UNK]");
    String cls = settings.content(Role.CLS, "[CLS]");
    String sep = settings.content(Role.SEP, "[SEP]");
    JsonArray added =
        AddedTokens.settle(new JsonArray(), VOCAB_TXT, settings, vocabulary, vocabulary.size());
    requireId(Role.PAD, settings.content(Role.PAD, "[PAD]"), vocabulary, added, VOCAB_TXT);
    requireId(Role.UNK, unk, vocabulary, added, VOCAB_TXT);
    int clsId = requireId(Role.CLS, cls, vocabulary, added, VOCAB_TXT);
    int sepId = requireId(Role.SEP, sep, vocabulary, added, VOCAB_TXT);

    JsonObject normalizer = typed("BertNormalizer");
    normalizer.addProperty("clean_text", true);
    normalizer.addProperty("handle_chinese_chars", orTrue(settings.flag("tokenize_chinese_chars")));
    normalizer.addProperty("strip_accents", settings.flag("strip_accents")); // null: as lowercase
    normalizer.addProperty("lowercase", orTrue(settings.flag("do_lower_case")));

    JsonObject decoder = typed("WordPiece");
    decoder.addProperty("prefix", "##");
    decoder.addProperty("cleanup", true);

    JsonObject model = typed("WordPiece");
    model.addProperty("unk_token", unk);
    model.addProperty("continuing_subword_prefix", "##");
    model.addProperty("max_input_chars_per_word", 100);
    model.add("vocab", ids(vocabulary));

    return tokenizer(
        added,
        normalizer,
        typed("BertPreTokenizer"),
        bertTemplate(cls, clsId, sep, sepId),
        decoder,
        model);
  }

  /** RoBERTa: bytes as letters, GPT-2's splitting, merges in their order. */
  static JsonObject byteLevelBpe(String vocabJson, String merges, Settings settings)
      throws IOException {
    checkType(settings, ROBERTA_LIKE, VOCAB_JSON + " with " + MERGES, "RoBERTa's byte-level BPE");
    JsonObject vocabObject = JsonFile.parse(vocabJson, VOCAB_JSON);
    Map<String, Integer> vocabulary = new HashMap<>();
    for (String token : vocabObject.keySet()) {
      int id = JsonFile.id(vocabObject.get(token));
      if (id < 0) {
        throw new IOException(
            VOCAB_JSON
                + ": token \""
                + Quoted.of(token)
                + "\" has "
                + Quoted.of(vocabObject.get(token))
                + " for its id");
      }
      vocabulary.put(token, id);
    }
    String cls = settings.content(Role.CLS, "<s>");
    String sep = settings.content(Role.SEP, "</s>");
    JsonArray added =
        AddedTokens.settle(new JsonArray(), VOCAB_JSON, settings, vocabulary, vocabulary.size());
    int clsId = requireId(Role.CLS, cls, vocabulary, added, VOCAB_JSON);
    requireId(Role.PAD, settings.content(Role.PAD, "<pad>"), vocabulary, added, VOCAB_JSON);
    int sepId = requireId(Role.SEP, sep, vocabulary, added, VOCAB_JSON);
    requireId(Role.UNK, settings.content(Role.UNK, "<unk>"), vocabulary, added, VOCAB_JSON);

    boolean prefixSpace = Boolean.TRUE.equals(settings.flag("add_prefix_space"));
    boolean trimOffsets = orTrue(settings.flag("trim_offsets"));

    JsonObject model = typed("BPE");
    model.add("dropout", null);
    model.add("unk_token", null);
    model.addProperty("continuing_subword_prefix", "");
    model.addProperty("end_of_word_suffix", "");
    model.addProperty("fuse_unk", false);
    model.addProperty("byte_fallback", false);
    model.addProperty("ignore_merges", false);
    model.add("vocab", vocabObject);
    model.add("merges", merges(merges, vocabulary));

    JsonObject template = typed("RobertaProcessing");
    template.add("sep", tokenAndId(sep, sepId));
    template.add("cls", tokenAndId(cls, clsId));
    template.addProperty("trim_offsets", trimOffsets);
    template.addProperty("add_prefix_space", prefixSpace);

    return tokenizer(added, null, byteLevel(prefixSpace), template, byteLevel(true), model);
  }

  private static void checkType(Settings settings, Set<String> known, String files, String meaning)
      throws IOException {
    String type = settings.modelType();
    if (type != null && !known.contains(type)) {
      throw new IOException(
          files
              + ": read as "
              + meaning
              + ", but config.json says model_type \""
              + Quoted.of(type)
              + "\"; save a tokenizer.json with transformers (AutoTokenizer…save_pretrained) beside"
              + " it");
    }
  }

  /** The id of a special token that the pipeline cannot do without. */
  private static int requireId(
      Role role, String content, Map<String, Integer> vocabulary, JsonArray added, String file)
      throws IOException {
    for (JsonElement token : added) {
      if (content.equals(JsonFile.string(token.getAsJsonObject(), "content"))) {
        return token.getAsJsonObject().get("id").getAsInt();
      }
    }
    Integer id = vocabulary.get(content);
    if (id == null) {
      throw new IOException(
          file
              + ": no token \""
              + Quoted.of(content)
              + "\", which is this tokenizer's "
              + role.key()
              + "; "
              + Settings.CONFIG
              + " can name another one");
    }
    return id;
  }

  /**
   * One token a line; the line number from 0 is its id. As in the tokenizers library, a line ends
   * with LF or CRLF, spaces at its end do not count, and of equal lines the last counts.
   */
  private static Map<String, Integer> lines(String text) throws IOException {
    if (text.startsWith("\uFEFF")) {
      throw new IOException(
          VOCAB_TXT
              + ": begins with a byte order mark, which would be a part of its first token;"
              + " save it without one");
    }
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    List<String> lines = List.of(text.split("\n", -1));
    int count = lines.get(lines.size() - 1).isEmpty() ? lines.size() - 1 : lines.size();
    for (int id = 0; id < count; id++) {
      vocabulary.put(withoutSpacesAtEnd(lines.get(id)), id);
    }
    if (vocabulary.isEmpty()) {
      throw new IOException(VOCAB_TXT + ": empty; expected one token a line");
    }
    return vocabulary;
  }

  private static String withoutSpacesAtEnd(String line) {
    int end = line.length();
    while (end > 0 && isWhiteSpace(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(0, end);
  }

  /** Unicode's White_Space, which Java's two methods miss by some characters each. */
  private static boolean isWhiteSpace(char c) {
    return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r') || c == '\u0085';
  }

  private static JsonArray merges(String text, Map<String, Integer> vocabulary) throws IOException {
    JsonArray merges = new JsonArray();
    String[] lines = text.split("\r\n|\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].isEmpty() || lines[i].startsWith("#version")) {
        continue;
      }
      String[] parts = lines[i].split(" ", -1);
      if (parts.length != 2) {
        throw new IOException(
            MERGES
                + " line "
                + (i + 1)
                + ": \""
                + Quoted.of(lines[i])
                + "\", expected two pieces with one space between them");
      }
      for (String piece : new String[] {parts[0], parts[1], parts[0] + parts[1]}) {
        if (!vocabulary.containsKey(piece)) {
          throw new IOException(
              MERGES
                  + " line "
                  + (i + 1)
                  + ": \""
                  + Quoted.of(piece)
                  + "\" is not in "
                  + VOCAB_JSON
                  + "; do the two files belong together?");
        }
      }
      JsonArray merge = new JsonArray(2);
      merge.add(parts[0]);
      merge.add(parts[1]);
      merges.add(merge);
    }
    return merges;
  }

  /** [CLS] A [SEP] and [CLS] A [SEP] B [SEP], the second text and its [SEP] with type 1. */
  private static JsonObject bertTemplate(String cls, int clsId, String sep, int sepId) {
    JsonArray single = new JsonArray();
    single.add(piece("SpecialToken", cls, 0));
    single.add(piece("Sequence", "A", 0));
    single.add(piece("SpecialToken", sep, 0));
    JsonArray pair = single.deepCopy();
    pair.add(piece("Sequence", "B", 1));
    pair.add(piece("SpecialToken", sep, 1));
    JsonObject special = new JsonObject();
    special.add(cls, templateToken(cls, clsId));
    special.add(sep, templateToken(sep, sepId));
    JsonObject template = typed("TemplateProcessing");
    template.add("single", single);
    template.add("pair", pair);
    template.add("special_tokens", special);
    return template;
  }

  private static JsonObject templateToken(String token, int id) {
    JsonArray ids = new JsonArray();
    ids.add(id);
    JsonArray tokens = new JsonArray();
    tokens.add(token);
    JsonObject entry = new JsonObject();
    entry.addProperty("id", token);
    entry.add("ids", ids);
    entry.add("tokens", tokens);
    return entry;
  }

  private static JsonObject piece(String kind, String id, int type) {
    JsonObject inner = new JsonObject();
    inner.addProperty("id", id);
    inner.addProperty("type_id", type);
    JsonObject piece = new JsonObject();
    piece.add(kind, inner);
    return piece;
  }

  private static JsonArray tokenAndId(String token, int id) {
    JsonArray pair = new JsonArray(2);
    pair.add(token);
    pair.add(id);
    return pair;
  }

  private static JsonObject byteLevel(boolean prefixSpace) {
    JsonObject byteLevel = typed("ByteLevel");
    byteLevel.addProperty("add_prefix_space", prefixSpace);
    byteLevel.addProperty("trim_offsets", true);
    byteLevel.addProperty("use_regex", true);
    return byteLevel;
  }

  private static JsonObject tokenizer(
      JsonArray added,
      @Nullable JsonObject normalizer,
      JsonObject preTokenizer,
      JsonObject postProcessor,
      JsonObject decoder,
      JsonObject model) {
    JsonObject tokenizer = new JsonObject();
    tokenizer.addProperty("version", "1.0");
    tokenizer.add("truncation", null);
    tokenizer.add("padding", null);
    tokenizer.add("added_tokens", added);
    tokenizer.add("normalizer", normalizer);
    tokenizer.add("pre_tokenizer", preTokenizer);
    tokenizer.add("post_processor", postProcessor);
    tokenizer.add("decoder", decoder);
    tokenizer.add("model", model);
    return tokenizer;
  }

  private static JsonObject typed(String type) {
    JsonObject object = new JsonObject();
    object.addProperty("type", type);
    return object;
  }

  private static JsonObject ids(Map<String, Integer> vocabulary) {
    JsonObject object = new JsonObject();
    vocabulary.forEach(object::addProperty);
    return object;
  }

  private static boolean orTrue(@Nullable Boolean flag) {
    return flag == null || flag;
  }
}
