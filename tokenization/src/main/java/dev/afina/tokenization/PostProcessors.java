package dev.afina.tokenization;

import static java.util.Map.entry;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The supported post-processors, which add special tokens to a text or pair. The native library
 * accepts a template that names an unlisted token, or a list without ids, and then crashes on the
 * first text; such templates are rejected here.
 */
final class PostProcessors {

  static final String KEY = "post_processor";

  private static final Set<String> ADD_TOKENS =
      Set.of("TemplateProcessing", "BertProcessing", "RobertaProcessing");

  private static final int MOST_PIECES = 32;

  private final Vocabulary vocabulary;
  private final int types;

  private final Map<String, Components.Check> known =
      Map.ofEntries(
          entry("TemplateProcessing", this::checkTemplate),
          entry("BertProcessing", this::checkBert),
          entry("RobertaProcessing", this::checkRoberta),
          entry("ByteLevel", PreTokenizers::checkByteLevel));

  private PostProcessors(Vocabulary vocabulary, int types) {
    this.vocabulary = vocabulary;
    this.types = types;
  }

  /**
   * Checks a post-processor.
   *
   * @param vocabulary the valid ids of special tokens
   * @param types the maximum number of token types (segments)
   */
  static List<Fields> of(
      @Nullable JsonElement element, String file, Vocabulary vocabulary, int types)
      throws IOException {
    String path = file + ": " + KEY;
    List<Fields> steps =
        Components.checked(
            element, path, "processors", new PostProcessors(vocabulary, types).known);
    if (steps.stream().filter(s -> ADD_TOKENS.contains(Components.type(s))).count() > 1) {
      throw new IOException(path + ": only one of its components may add special tokens");
    }
    return steps;
  }

  private void checkBert(Fields fields) throws IOException {
    checkTokenAndId(fields, "cls");
    checkTokenAndId(fields, "sep");
  }

  private void checkRoberta(Fields fields) throws IOException {
    checkBert(fields);
    fields.bool("trim_offsets");
    fields.bool("add_prefix_space");
  }

  private void checkTokenAndId(Fields fields, String key) throws IOException {
    JsonElement pair = fields.any(key);
    if (pair == null
        || !pair.isJsonArray()
        || pair.getAsJsonArray().size() != 2
        || !JsonFile.isString(pair.getAsJsonArray().get(0))) {
      throw fields.wrong(key, "[token, id]");
    }
    checkId(fields.path(), pair.getAsJsonArray().get(1), pair.getAsJsonArray().get(0));
  }

  private void checkTemplate(Fields template) throws IOException {
    Fields special = template.child("special_tokens");
    for (String key : special.object().keySet()) {
      checkSpecialToken(special.child(key), key);
    }
    checkPieces(template, "single", special.object(), 0, types);
    // A model of one type is fine as long as nobody gives it pairs, which it refuses by name.
    checkPieces(template, "pair", special.object(), 1, Math.max(types, 2));
  }

  private void checkSpecialToken(Fields token, String key) throws IOException {
    token.text("id", 1, Integer.MAX_VALUE);
    JsonElement ids = token.any("ids");
    JsonElement tokens = token.any("tokens");
    if (ids == null || !ids.isJsonArray() || ids.getAsJsonArray().isEmpty()) {
      throw token.wrong("ids", "an array of ids");
    }
    int size = ids.getAsJsonArray().size();
    if (size > MOST_PIECES
        || tokens == null
        || !tokens.isJsonArray()
        || tokens.getAsJsonArray().size() != size) {
      throw token.wrong("tokens", "an array of as many tokens as ids, at most " + MOST_PIECES);
    }
    for (int i = 0; i < size; i++) {
      checkId(token.path(), ids.getAsJsonArray().get(i), key);
      if (!JsonFile.isString(tokens.getAsJsonArray().get(i))) {
        throw token.wrong("tokens", "strings");
      }
    }
    token.nothingElse();
  }

  private static void checkPieces(
      Fields template, String form, JsonObject special, int seconds, int types) throws IOException {
    int countA = 0;
    int countB = 0;
    for (Fields piece : template.list(form, MOST_PIECES)) {
      if (piece.has("Sequence")) {
        Fields sequence = piece.child("Sequence");
        countA += sequence.oneOf("id", Set.of("A", "B")).equals("A") ? 1 : 0;
        countB += sequence.oneOf("id", Set.of("A", "B")).equals("B") ? 1 : 0;
        checkType(sequence, types);
      } else {
        Fields token = piece.child("SpecialToken");
        if (!special.has(token.text("id", 1, Integer.MAX_VALUE))) {
          throw new IOException(
              token.path()
                  + ": uses "
                  + Quoted.of(token.object().get("id"))
                  + ", which special_tokens does not list");
        }
        checkType(token, types);
      }
      piece.nothingElse();
    }
    if (countA != 1 || countB != seconds) {
      throw new IOException(
          template.path()
              + "."
              + form
              + ": must hold the text once"
              + (seconds == 1 ? " and its pair once" : " and no pair"));
    }
  }

  private static void checkType(Fields piece, int types) throws IOException {
    piece.number("type_id", 0, types - 1);
    piece.nothingElse();
  }

  private void checkId(String path, JsonElement element, Object token) throws IOException {
    int id = JsonFile.id(element);
    if (id < 0 || id >= vocabulary.size()) {
      throw new IOException(
          path
              + ": special token "
              + Quoted.of(token)
              + " has id "
              + Quoted.of(element)
              + ", but ids end at "
              + (vocabulary.size() - 1));
    }
  }
}
