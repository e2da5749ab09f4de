package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.tokenization.SpecialTokens.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer.json beside the pipeline that BertTokenizer or RobertaTokenizer of transformers 5
 * build from its vocabulary, without a look at the rest of the file.
 *
 * @param opening which of the two
 * @param json the whole file
 * @param normalizers its checked normalizer
 * @param preTokenizers its checked pre-tokenizer
 * @param postProcessors its checked post-processor
 * @param settings the switches, which the two classes read from tokenizer_config.json
 * @param switchesFollow whether tokenizer_config.json will be written to say what the file says
 */
record RebuiltPipeline(
    Opening opening,
    JsonObject json,
    Normalizers normalizers,
    List<Fields> preTokenizers,
    List<Fields> postProcessors,
    Settings settings,
    boolean switchesFollow) {

  private static final int BYTES = 256;

  private static final String[][] BERT_SWITCHES = {
    {"do_lower_case", "lowercase"}, {"tokenize_chinese_chars", "handle_chinese_chars"}
  };

  /** One sentence on what differs and would change ids; null when nothing does. */
  @Nullable String difference() throws IOException {
    return opening == Opening.BERT ? differenceFromBert() : differenceFromRoberta();
  }

  private @Nullable String differenceFromBert() throws IOException {
    JsonObject normalizer =
        normalizers.steps().size() == 1 ? normalizers.steps().get(0).object() : new JsonObject();
    if (!is(normalizer, "BertNormalizer") || !flag(normalizer, "clean_text")) {
      return "normalizer is not a BertNormalizer that cleans the text";
    }
    for (String[] pair : BERT_SWITCHES) {
      boolean wanted = orTrue(settings.flag(pair[0]));
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
    JsonObject model = model();
    if (!Models.type(model).equals("WordPiece")
        || !"##".equals(JsonFile.string(model, "continuing_subword_prefix"))
        || JsonFile.id(model.get("max_input_chars_per_word")) != 100) {
      return "model is not WordPiece with ## and at most 100 characters a word";
    }
    String unknown = content(Role.UNK, "[UNK]");
    if (!unknown.equals(JsonFile.string(model, "unk_token"))) {
      return "model.unk_token is not \"" + Quoted.of(unknown) + "\"";
    }
    String cls = content(Role.CLS, "[CLS]");
    String sep = content(Role.SEP, "[SEP]");
    return templates()
            .equals(
                List.of(
                    List.of(id(cls) + ":0", "A:0", id(sep) + ":0"),
                    List.of(id(cls) + ":0", "A:0", id(sep) + ":0", "B:1", id(sep) + ":1")))
        ? null
        : "post_processor does not put "
            + (Quoted.of(cls) + " first and " + Quoted.of(sep) + " after each text");
  }

  private @Nullable String differenceFromRoberta() throws IOException {
    if (!normalizers.steps().isEmpty()) {
      return "normalizer is not null";
    }
    JsonObject split = preTokenizers.size() == 1 ? preTokenizers.get(0).object() : new JsonObject();
    if (!is(split, "ByteLevel") || !orTrue(JsonFile.bool(split, "use_regex"))) {
      return "pre_tokenizer is not ByteLevel with its expression";
    }
    boolean prefix = orElse(settings.flag("add_prefix_space"), false);
    if (!switchesFollow && flag(split, "add_prefix_space") != prefix) {
      return "pre_tokenizer.add_prefix_space is not " + prefix;
    }
    JsonObject model = model();
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
    String cls = content(Role.CLS, "<s>");
    String sep = content(Role.SEP, "</s>");
    if (switchesFollow
        && (postProcessors.size() != 1
            || !is(postProcessors.get(0).object(), "RobertaProcessing"))) {
      return "post_processor is not RobertaProcessing";
    }
    return templates()
            .equals(
                List.of(
                    List.of(id(cls) + ":0", "A:0", id(sep) + ":0"),
                    List.of(
                        id(cls) + ":0",
                        "A:0",
                        id(sep) + ":0",
                        id(sep) + ":0",
                        "B:0",
                        id(sep) + ":0")))
        ? null
        : "post_processor does not put "
            + (Quoted.of(cls) + " first and " + Quoted.of(sep) + " after and between texts");
  }

  /** The ids that stand around a text, and around a pair, each with its token type. */
  private List<List<String>> templates() {
    for (Fields processor : postProcessors) {
      JsonObject object = processor.object();
      switch (Components.type(processor)) {
        case "BertProcessing" -> {
          return List.of(
              List.of(second(object, "cls"), "A:0", second(object, "sep")),
              List.of(
                  second(object, "cls"),
                  "A:0",
                  second(object, "sep"),
                  "B:1",
                  second(object, "sep").replace(":0", ":1")));
        }
        case "RobertaProcessing" -> {
          return List.of(
              List.of(second(object, "cls"), "A:0", second(object, "sep")),
              List.of(
                  second(object, "cls"),
                  "A:0",
                  second(object, "sep"),
                  second(object, "sep"),
                  "B:0",
                  second(object, "sep")));
        }
        case "TemplateProcessing" -> {
          return List.of(pieces(object, "single"), pieces(object, "pair"));
        }
        default -> {
          // ByteLevel moves offsets only
        }
      }
    }
    return List.of();
  }

  private static String second(JsonObject processor, String key) {
    return JsonFile.id(processor.getAsJsonArray(key).get(1)) + ":0";
  }

  private static List<String> pieces(JsonObject template, String form) {
    List<String> pieces = new ArrayList<>();
    for (JsonElement element : template.getAsJsonArray(form)) {
      JsonObject piece = element.getAsJsonObject();
      JsonObject sequence = JsonFile.child(piece, "Sequence");
      if (sequence != null) {
        pieces.add(sequence.get("id").getAsString() + ":" + JsonFile.id(sequence.get("type_id")));
        continue;
      }
      JsonObject token = piece.getAsJsonObject("SpecialToken");
      JsonArray ids =
          template
              .getAsJsonObject("special_tokens")
              .getAsJsonObject(token.get("id").getAsString())
              .getAsJsonArray("ids");
      for (JsonElement id : ids) {
        pieces.add(JsonFile.id(id) + ":" + JsonFile.id(token.get("type_id")));
      }
    }
    return pieces;
  }

  private int id(String token) {
    int id = JsonFile.id(model().getAsJsonObject("vocab").get(token));
    for (JsonElement added : json.getAsJsonArray("added_tokens")) {
      if (token.equals(JsonFile.string(added.getAsJsonObject(), "content"))) {
        id = JsonFile.id(added.getAsJsonObject().get("id"));
      }
    }
    return id;
  }

  private long singleLetters() {
    return model().getAsJsonObject("vocab").keySet().stream().filter(t -> t.length() == 1).count();
  }

  private JsonObject model() {
    return json.getAsJsonObject(Models.KEY);
  }

  private String content(Role role, String otherwise) {
    return settings.content(role, otherwise);
  }

  private static boolean is(JsonObject component, String type) {
    return type.equals(JsonFile.string(component, "type"));
  }

  private static boolean flag(JsonObject object, String key) {
    return Boolean.TRUE.equals(JsonFile.bool(object, key));
  }

  private static boolean orTrue(@Nullable Boolean flag) {
    return orElse(flag, true);
  }

  private static boolean orElse(@Nullable Boolean flag, boolean otherwise) {
    return flag == null ? otherwise : flag;
  }
}
