package dev.afina.tokenization;

import static java.util.Map.entry;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The supported models, which split words into pieces. */
final class Models {

  static final String KEY = "model";
  static final String MERGES = "merges";

  private static final int LONGEST_AFFIX = 16;

  /** Splitting a word takes time quadratic in its length; published files allow 100 characters. */
  private static final int LONGEST_WORD = 256;

  /** Checks one type of model. */
  private interface Check {
    void of(Fields fields, ModelTokens tokens) throws IOException;
  }

  private static final Map<String, Check> KNOWN =
      Map.ofEntries(
          entry("WordPiece", Models::checkWordPiece),
          entry("BPE", Models::checkBpe),
          entry("Unigram", Models::checkUnigram),
          entry("WordLevel", Models::checkWordLevel));

  private Models() {}

  static void check(@Nullable JsonElement element, ModelTokens tokens, String file)
      throws IOException {
    Fields fields = new Fields(element, file + ": " + KEY);
    String type = type(fields.object());
    fields.any("type");
    Check check = KNOWN.get(type);
    if (check == null) {
      throw fields.unknownType(KNOWN.keySet());
    }
    check.of(fields, tokens);
    fields.nothingElse();
  }

  /** The type of a model; in older files it must be inferred from the fields. */
  static String type(JsonObject model) {
    JsonElement type = model.get("type");
    if (type != null) {
      return JsonFile.isString(type) ? type.getAsString() : "";
    }
    if (model.has(MERGES)) {
      return "BPE";
    }
    JsonElement vocab = model.get("vocab");
    return vocab != null && vocab.isJsonArray() ? "Unigram" : "WordPiece";
  }

  private static void checkWordPiece(Fields fields, ModelTokens tokens) throws IOException {
    requireInVocabulary(fields, tokens, fields.text("unk_token", 1, Integer.MAX_VALUE));
    fields.text("continuing_subword_prefix", 0, LONGEST_AFFIX);
    fields.number("max_input_chars_per_word", 1, LONGEST_WORD);
  }

  private static void checkWordLevel(Fields fields, ModelTokens tokens) throws IOException {
    requireInVocabulary(fields, tokens, fields.text("unk_token", 1, Integer.MAX_VALUE));
  }

  private static void checkBpe(Fields fields, ModelTokens tokens) throws IOException {
    JsonElement dropout = fields.present("dropout");
    if (dropout != null) {
      if (!isZero(dropout)) {
        throw fields.wrong("dropout", "null or 0: with a dropout a text has other ids each time");
      }
      fields.set("dropout", JsonNull.INSTANCE); // the same, and the library draws no numbers
    }
    String unknown = fields.textOrNull("unk_token", 0, Integer.MAX_VALUE);
    if (unknown != null && !unknown.isEmpty()) {
      requireInVocabulary(fields, tokens, unknown);
    }
    fields.textOrNull("continuing_subword_prefix", 0, 0);
    fields.textOrNull("end_of_word_suffix", 0, LONGEST_AFFIX);
    fields.bool("fuse_unk", false);
    fields.bool("byte_fallback", false);
    fields.bool("ignore_merges", false);
    checkMerges(fields, vocabulary(fields, tokens));
  }

  private static boolean isZero(JsonElement element) {
    return element.isJsonPrimitive()
        && element.getAsJsonPrimitive().isNumber()
        && element.getAsDouble() == 0;
  }

  /**
   * Refuses an unknown token that is empty where something can be unknown: at such a character the
   * native library would fail. Files of bytes, to which nothing is unknown, have it.
   *
   * @param element checked already
   * @param preTokenizers what the model gets its words from
   */
  static void requireUnknownToken(
      @Nullable JsonElement element, ModelTokens tokens, List<Fields> preTokenizers, String file)
      throws IOException {
    Fields fields = new Fields(element, file + ": " + KEY);
    boolean isOfBytes =
        !preTokenizers.isEmpty()
            && Components.type(preTokenizers.get(preTokenizers.size() - 1)).equals("ByteLevel")
            && ByteAlphabet.letters()
                .chars()
                .allMatch(c -> tokens.ids().containsKey(Character.toString(c)));
    if ("".equals(JsonFile.string(fields.object(), "unk_token")) && !isOfBytes) {
      requireInVocabulary(fields, tokens, "");
    }
  }

  private static void checkMerges(Fields fields, Map<String, Integer> vocabulary)
      throws IOException {
    JsonElement merges = fields.any(MERGES);
    if (merges == null || !merges.isJsonArray()) {
      throw fields.wrong(MERGES, "an array");
    }
    int place = 0;
    for (JsonElement merge : merges.getAsJsonArray()) {
      String where = fields.path() + ".merges[" + place++ + "]: ";
      String[] parts = parts(merge);
      if (parts.length != 2) {
        throw new IOException(where + "expected two pieces, got " + Quoted.of(merge));
      }
      for (String piece : new String[] {parts[0], parts[1], parts[0] + parts[1]}) {
        if (!vocabulary.containsKey(piece)) {
          throw new IOException(where + "\"" + Quoted.of(piece) + "\" is not in model.vocab");
        }
      }
    }
  }

  /** A merge is {@code "a b"} in older files and {@code ["a", "b"]} in newer ones. */
  static String[] parts(JsonElement merge) {
    if (JsonFile.isString(merge)) {
      return merge.getAsString().split(" ", -1);
    }
    if (merge.isJsonArray()) {
      JsonArray pair = merge.getAsJsonArray();
      if (pair.size() == 2 && JsonFile.isString(pair.get(0)) && JsonFile.isString(pair.get(1))) {
        return new String[] {pair.get(0).getAsString(), pair.get(1).getAsString()};
      }
    }
    return new String[0];
  }

  private static void checkUnigram(Fields fields, ModelTokens tokens) throws IOException {
    fields.any(ModelTokens.KEY);
    if (!tokens.isList() || tokens.size() == 0) {
      throw wrong(fields, tokens, "an array of pieces");
    }
    fields.number("unk_id", 0, tokens.size() - 1);
    fields.bool("byte_fallback", false);
  }

  private static void requireInVocabulary(Fields fields, ModelTokens tokens, String token)
      throws IOException {
    if (!vocabulary(fields, tokens).containsKey(token)) {
      throw new IOException(
          fields.path() + ": unk_token \"" + Quoted.of(token) + "\" is not in model.vocab");
    }
  }

  private static Map<String, Integer> vocabulary(Fields fields, ModelTokens tokens)
      throws IOException {
    fields.any(ModelTokens.KEY);
    if (tokens.isList()) {
      throw wrong(fields, tokens, "an object of tokens and their ids");
    }
    return tokens.ids();
  }

  private static IOException wrong(Fields fields, ModelTokens tokens, String expected) {
    return new IOException(
        fields.path()
            + "."
            + ModelTokens.KEY
            + ": expected "
            + expected
            + ", got an "
            + (tokens.isList() ? "array of " : "object of ")
            + tokens.size()
            + " entries");
  }
}
