package dev.afina.tokenization;

import static java.util.Map.entry;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The models that may run: what makes pieces of words. */
final class Models {

  static final String KEY = "model";

  private static final int LONGEST_AFFIX = 16;

  /** Spelling a word takes time that grows with its square: published files say 100. */
  private static final int LONGEST_WORD = 256;

  /** At each character of a text all pieces that begin there are looked at. */
  private static final int LONGEST_PIECE = 128;

  private static final Map<String, Components.Check> KNOWN =
      Map.ofEntries(
          entry("WordPiece", Models::checkWordPiece),
          entry("BPE", Models::checkBpe),
          entry("Unigram", Models::checkUnigram),
          entry("WordLevel", Models::checkWordLevel));

  private Models() {}

  static void check(@Nullable JsonElement element, String file) throws IOException {
    Fields fields = new Fields(element, file + ": " + KEY);
    String type = type(fields.object());
    fields.any("type");
    Components.Check check = KNOWN.get(type);
    if (check == null) {
      throw fields.unknownType(KNOWN.keySet());
    }
    check.of(fields);
    fields.nothingElse();
  }

  /** The type of a model; older files do not name it, but show it by their fields. */
  static String type(JsonObject model) {
    JsonElement type = model.get("type");
    if (type != null) {
      return JsonFile.isString(type) ? type.getAsString() : "";
    }
    if (model.has("merges")) {
      return "BPE";
    }
    JsonElement vocab = model.get("vocab");
    return vocab != null && vocab.isJsonArray() ? "Unigram" : "WordPiece";
  }

  private static void checkWordPiece(Fields fields) throws IOException {
    requireInVocabulary(fields, fields.text("unk_token", 1, Integer.MAX_VALUE));
    fields.text("continuing_subword_prefix", 0, LONGEST_AFFIX);
    fields.number("max_input_chars_per_word", 1, LONGEST_WORD);
  }

  private static void checkWordLevel(Fields fields) throws IOException {
    requireInVocabulary(fields, fields.text("unk_token", 1, Integer.MAX_VALUE));
  }

  private static void checkBpe(Fields fields) throws IOException {
    JsonElement dropout = fields.present("dropout");
    if (dropout != null && JsonFile.id(dropout) != 0) {
      throw fields.wrong("dropout", "null: with a dropout a text has other ids each time");
    }
    String unknown = fields.textOrNull("unk_token", 0, Integer.MAX_VALUE);
    if (unknown != null && !unknown.isEmpty()) {
      requireInVocabulary(fields, unknown);
    }
    fields.textOrNull("continuing_subword_prefix", 0, 0);
    fields.textOrNull("end_of_word_suffix", 0, LONGEST_AFFIX);
    fields.bool("fuse_unk", false);
    fields.bool("byte_fallback", false);
    fields.bool("ignore_merges", false);
    checkMerges(fields, vocabulary(fields));
  }

  private static void checkMerges(Fields fields, JsonObject vocabulary) throws IOException {
    JsonElement merges = fields.any("merges");
    if (merges == null || !merges.isJsonArray()) {
      throw fields.wrong("merges", "an array");
    }
    int place = 0;
    for (JsonElement merge : merges.getAsJsonArray()) {
      String where = fields.path() + ".merges[" + place++ + "]: ";
      String[] parts = parts(merge);
      if (parts.length != 2) {
        throw new IOException(where + "expected two pieces, got " + Quoted.of(merge));
      }
      for (String piece : new String[] {parts[0], parts[1], parts[0] + parts[1]}) {
        if (!vocabulary.has(piece)) {
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

  private static void checkUnigram(Fields fields) throws IOException {
    JsonElement vocab = fields.any("vocab");
    if (vocab == null || !vocab.isJsonArray() || vocab.getAsJsonArray().isEmpty()) {
      throw fields.wrong("vocab", "an array of pieces");
    }
    JsonArray pieces = vocab.getAsJsonArray();
    fields.number("unk_id", 0, pieces.size() - 1);
    fields.bool("byte_fallback", false);
    for (int id = 0; id < pieces.size(); id++) {
      JsonElement piece = pieces.get(id);
      if (!isScored(piece)) {
        throw new IOException(
            fields.path()
                + ".vocab["
                + id
                + "]: expected a piece of 1 to "
                + LONGEST_PIECE
                + " characters and its score, got "
                + Quoted.of(piece));
      }
    }
  }

  private static boolean isScored(JsonElement piece) {
    if (!piece.isJsonArray() || piece.getAsJsonArray().size() != 2) {
      return false;
    }
    JsonElement text = piece.getAsJsonArray().get(0);
    JsonElement score = piece.getAsJsonArray().get(1);
    return JsonFile.isString(text)
        && !text.getAsString().isEmpty()
        && text.getAsString().length() <= LONGEST_PIECE
        && score.isJsonPrimitive()
        && score.getAsJsonPrimitive().isNumber()
        && Double.isFinite(score.getAsDouble());
  }

  private static void requireInVocabulary(Fields fields, String token) throws IOException {
    if (!vocabulary(fields).has(token)) {
      throw new IOException(
          fields.path() + ": unk_token \"" + Quoted.of(token) + "\" is not in model.vocab");
    }
  }

  private static JsonObject vocabulary(Fields fields) throws IOException {
    JsonElement vocab = fields.any("vocab");
    if (vocab == null || !vocab.isJsonObject()) {
      throw fields.wrong("vocab", "an object of tokens and their ids");
    }
    return vocab.getAsJsonObject();
  }
}
