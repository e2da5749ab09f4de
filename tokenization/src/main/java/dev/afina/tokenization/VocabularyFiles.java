package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.tokenization.ComponentJson.Special;
import dev.afina.tokenization.SpecialTokens.Role;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the content of a tokenizer.json from the vocabulary files of older checkpoints: vocab.txt
 * is the WordPiece of BERT and MPNet, vocab.json with merges.txt is the byte-level BPE of RoBERTa
 * and DeBERTa. Models of SentencePiece are read by {@link SentencePieceFiles}.
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
   * The settings as of the class that reads a vocab.txt.
   *
   * @throws IOException when config.json names a model whose vocab.txt is something else
   */
  static Settings wordPieceSettings(Settings settings) throws IOException {
    if (settings.family() == TokenizerFamily.MPNET || settings.family() == TokenizerFamily.BERT) {
      return settings;
    }
    checkType(settings, BERT_LIKE, VOCAB_TXT, "BERT's WordPiece");
    return settings.withFamily(TokenizerFamily.BERT);
  }

  /**
   * The settings as of the class that reads vocab.json and merges.txt.
   *
   * @throws IOException when config.json names a model whose files are something else
   */
  static Settings byteLevelSettings(Settings settings) throws IOException {
    if (settings.family() == TokenizerFamily.DEBERTA
        || settings.family() == TokenizerFamily.ROBERTA) {
      return settings;
    }
    checkType(settings, ROBERTA_LIKE, VOCAB_JSON + " with " + MERGES, "RoBERTa's byte-level BPE");
    return settings.withFamily(TokenizerFamily.ROBERTA);
  }

  /**
   * BERT: clean, split at spaces, punctuation and Chinese characters, lower-case unless
   * tokenizer_config.json says otherwise, then the longest pieces from the left.
   */
  static TokenizerContent wordPiece(String vocabTxt, Settings settings) throws IOException {
    Map<String, Integer> vocabulary = lines(vocabTxt);
    String unk = settings.content(Role.UNK);
    String cls = settings.content(Role.CLS);
    String sep = settings.content(Role.SEP);
    JsonArray added =
        AddedTokens.settle(new JsonArray(), VOCAB_TXT, settings, vocabulary, vocabulary.size());
    requireId(Role.PAD, settings.content(Role.PAD), vocabulary, added, VOCAB_TXT);
    requireId(Role.UNK, unk, vocabulary, added, VOCAB_TXT);
    int clsId = requireId(Role.CLS, cls, vocabulary, added, VOCAB_TXT);
    int sepId = requireId(Role.SEP, sep, vocabulary, added, VOCAB_TXT);

    JsonObject model = ComponentJson.typed("WordPiece");
    model.addProperty("unk_token", unk);
    model.addProperty("continuing_subword_prefix", "##");
    model.addProperty("max_input_chars_per_word", 100);
    ModelTokens tokens = ModelTokens.of(vocabulary);
    model.add(ModelTokens.KEY, tokens.empty());

    Special clsToken = new Special(cls, clsId);
    Special sepToken = new Special(sep, sepId);
    Pipeline pipeline = Pipeline.of(settings.family(), settings, null, clsToken, sepToken);
    return new TokenizerContent(ComponentJson.tokenizer(added, pipeline, model), tokens);
  }

  /** RoBERTa: bytes as letters, GPT-2's splitting, merges in their order. */
  static TokenizerContent byteLevelBpe(String vocabJson, String merges, Settings settings)
      throws IOException {
    JsonObject vocabObject = JsonFile.parse(vocabJson, VOCAB_JSON);
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
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
    String cls = settings.content(Role.CLS);
    String sep = settings.content(Role.SEP);
    JsonArray added =
        AddedTokens.settle(new JsonArray(), VOCAB_JSON, settings, vocabulary, vocabulary.size());
    int clsId = requireId(Role.CLS, cls, vocabulary, added, VOCAB_JSON);
    requireId(Role.PAD, settings.content(Role.PAD), vocabulary, added, VOCAB_JSON);
    int sepId = requireId(Role.SEP, sep, vocabulary, added, VOCAB_JSON);
    requireId(Role.UNK, settings.content(Role.UNK), vocabulary, added, VOCAB_JSON);

    JsonObject model = ComponentJson.typed("BPE");
    model.add("dropout", null);
    model.add("unk_token", null);
    model.addProperty("continuing_subword_prefix", "");
    model.addProperty("end_of_word_suffix", "");
    model.addProperty("fuse_unk", false);
    model.addProperty("byte_fallback", false);
    model.addProperty("ignore_merges", false);
    ModelTokens tokens = ModelTokens.of(vocabulary);
    model.add(ModelTokens.KEY, tokens.empty());
    model.add(Models.MERGES, merges(merges, vocabulary));

    Special clsToken = new Special(cls, clsId);
    Special sepToken = new Special(sep, sepId);
    Pipeline pipeline = Pipeline.of(settings.family(), settings, null, clsToken, sepToken);
    return new TokenizerContent(ComponentJson.tokenizer(added, pipeline, model), tokens);
  }

  private static void checkType(Settings settings, Set<String> known, String files, String meaning)
      throws IOException {
    String type = settings.modelType();
    if (type != null && !known.contains(type)) {
      throw readAsAnother(files, meaning, "config.json says model_type", type);
    }
    String name = settings.className();
    if (name != null && !TokenizerFamily.isGeneric(name)) {
      throw readAsAnother(files, meaning, "tokenizer_class is", name);
    }
  }

  private static IOException readAsAnother(
      String files, String meaning, String what, String another) {
    return new IOException(
        files
            + (": read as " + meaning + ", but " + what)
            + (" \"" + Quoted.of(another) + "\"")
            + "; save a tokenizer.json with transformers (AutoTokenizer…save_pretrained) beside"
            + " it");
  }

  /** The id of a special token that the pipeline cannot do without. */
  static int requireId(
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
  static boolean isWhiteSpace(char c) {
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
}
