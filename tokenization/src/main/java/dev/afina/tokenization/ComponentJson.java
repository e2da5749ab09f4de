package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the components of a tokenizer.json as transformers writes them. */
final class ComponentJson {

  /** Metaspace's replacement for a space: U+2581, lower one eighth block. */
  static final String METASPACE = "▁";

  private static final String SEQUENCE = "Sequence";

  private ComponentJson() {}

  /**
   * A special token of a template.
   *
   * @param token the token as spelled in the vocabulary
   * @param id its id
   */
  record Special(String token, int id) {}

  static JsonObject typed(String type) {
    JsonObject object = new JsonObject();
    object.addProperty("type", type);
    return object;
  }

  /** A sequence of components; {@code key} is the name of their list. */
  static JsonObject sequence(String key, List<JsonObject> components) {
    JsonArray list = new JsonArray();
    components.forEach(list::add);
    JsonObject sequence = typed(SEQUENCE);
    sequence.add(key, list);
    return sequence;
  }

  static JsonObject bertNormalizer(
      boolean chineseChars, @Nullable Boolean stripAccents, boolean lowercase) {
    JsonObject normalizer = typed("BertNormalizer");
    normalizer.addProperty("clean_text", true);
    normalizer.addProperty("handle_chinese_chars", chineseChars);
    normalizer.addProperty("strip_accents", stripAccents); // null: as lowercase
    normalizer.addProperty("lowercase", lowercase);
    return normalizer;
  }

  /** A replacement; {@code kind} is the kind of the pattern, "String" or "Regex". */
  static JsonObject replace(String kind, String pattern, String content) {
    JsonObject found = new JsonObject();
    found.addProperty(kind, pattern);
    JsonObject replace = typed("Replace");
    replace.add("pattern", found);
    replace.addProperty("content", content);
    return replace;
  }

  static JsonObject strip(boolean left, boolean right) {
    JsonObject strip = typed("Strip");
    strip.addProperty("strip_left", left);
    strip.addProperty("strip_right", right);
    return strip;
  }

  static JsonObject precompiled(String charsmap) {
    JsonObject precompiled = typed("Precompiled");
    precompiled.addProperty("precompiled_charsmap", charsmap);
    return precompiled;
  }

  static JsonObject metaspace(String prependScheme) {
    JsonObject metaspace = typed("Metaspace");
    metaspace.addProperty("replacement", METASPACE);
    metaspace.addProperty("prepend_scheme", prependScheme);
    metaspace.addProperty("split", true);
    return metaspace;
  }

  static JsonObject byteLevel(boolean prefixSpace) {
    JsonObject byteLevel = typed("ByteLevel");
    byteLevel.addProperty("add_prefix_space", prefixSpace);
    byteLevel.addProperty("trim_offsets", true);
    byteLevel.addProperty("use_regex", true);
    return byteLevel;
  }

  static JsonObject wordPieceDecoder() {
    JsonObject decoder = typed("WordPiece");
    decoder.addProperty("prefix", "##");
    decoder.addProperty("cleanup", true);
    return decoder;
  }

  /** cls A sep, and cls A sep B sep with type 1 from B on. */
  static JsonObject bertTemplate(Special cls, Special sep) {
    return template(cls, sep, List.of(sequence("A", 0), special(sep, 0), sequence("B", 1)), 1);
  }

  /** cls A sep, and cls A sep sep B sep, all of type 0. */
  static JsonObject doubleTemplate(Special cls, Special sep) {
    return template(
        cls, sep, List.of(sequence("A", 0), special(sep, 0), special(sep, 0), sequence("B", 0)), 0);
  }

  static JsonObject robertaProcessing(
      Special cls, Special sep, boolean trimOffsets, boolean prefixSpace) {
    JsonObject processing = typed("RobertaProcessing");
    processing.add("sep", tokenAndId(sep));
    processing.add("cls", tokenAndId(cls));
    processing.addProperty("trim_offsets", trimOffsets);
    processing.addProperty("add_prefix_space", prefixSpace);
    return processing;
  }

  static JsonObject tokenizer(JsonArray added, Pipeline pipeline, JsonObject model) {
    JsonObject tokenizer = new JsonObject();
    tokenizer.addProperty("version", "1.0");
    tokenizer.add("truncation", null);
    tokenizer.add("padding", null);
    tokenizer.add("added_tokens", added);
    tokenizer.add(Normalizers.KEY, orNull(pipeline.normalizer()));
    tokenizer.add(PreTokenizers.KEY, pipeline.preTokenizer());
    tokenizer.add(PostProcessors.KEY, pipeline.postProcessor());
    tokenizer.add(Decoders.KEY, pipeline.decoder());
    tokenizer.add(Models.KEY, model);
    return tokenizer;
  }

  private static JsonElement orNull(@Nullable JsonObject object) {
    return object == null ? JsonNull.INSTANCE : object;
  }

  private static JsonObject template(
      Special cls, Special sep, List<JsonObject> pairInside, int lastType) {
    JsonArray single = new JsonArray();
    single.add(special(cls, 0));
    single.add(sequence("A", 0));
    single.add(special(sep, 0));
    JsonArray pair = new JsonArray();
    pair.add(special(cls, 0));
    pairInside.forEach(pair::add);
    pair.add(special(sep, lastType));
    Map<String, JsonObject> entries = new LinkedHashMap<>();
    entries.put(cls.token(), templateToken(cls));
    entries.put(sep.token(), templateToken(sep));
    JsonObject special = new JsonObject();
    entries.forEach(special::add);
    JsonObject template = typed("TemplateProcessing");
    template.add("single", single);
    template.add("pair", pair);
    template.add("special_tokens", special);
    return template;
  }

  private static JsonObject templateToken(Special special) {
    JsonArray ids = new JsonArray();
    ids.add(special.id());
    JsonArray tokens = new JsonArray();
    tokens.add(special.token());
    JsonObject entry = new JsonObject();
    entry.addProperty("id", special.token());
    entry.add("ids", ids);
    entry.add("tokens", tokens);
    return entry;
  }

  private static JsonObject special(Special special, int type) {
    return piece("SpecialToken", special.token(), type);
  }

  private static JsonObject sequence(String id, int type) {
    return piece(SEQUENCE, id, type);
  }

  private static JsonObject piece(String kind, String id, int type) {
    JsonObject inner = new JsonObject();
    inner.addProperty("id", id);
    inner.addProperty("type_id", type);
    JsonObject piece = new JsonObject();
    piece.add(kind, inner);
    return piece;
  }

  private static JsonArray tokenAndId(Special special) {
    JsonArray pair = new JsonArray(2);
    pair.add(special.token());
    pair.add(special.id());
    return pair;
  }
}
