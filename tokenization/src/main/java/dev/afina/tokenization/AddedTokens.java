package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.tokenization.SpecialTokens.Role;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The added_tokens of a tokenizer.json that is made from older vocabulary files: tokens that are
 * found in the text before anything else looks at it. They are the special tokens, and what
 * tokenizer_config.json (added_tokens_decoder) or added_tokens.json add behind the vocabulary.
 */
final class AddedTokens {

  private final Settings settings;
  private final Map<String, Integer> vocabulary;
  private final String vocabularyFile;
  private final SortedMap<Integer, JsonObject> byId = new TreeMap<>();

  AddedTokens(Settings settings, Map<String, Integer> vocabulary, String vocabularyFile)
      throws IOException {
    this.settings = settings;
    this.vocabulary = vocabulary;
    this.vocabularyFile = vocabularyFile;
    JsonObject decoder = JsonFile.child(settings.tokenizerConfig(), "added_tokens_decoder");
    if (decoder != null) {
      for (String key : decoder.keySet()) {
        JsonObject token = JsonFile.child(decoder, key);
        String content = JsonFile.string(token, "content");
        if (token == null || content == null || !key.matches("\\d{1,9}")) {
          throw new IOException(
              Settings.CONFIG + ": added_tokens_decoder: \"" + key + "\" is no id with a token");
        }
        boolean special = Boolean.TRUE.equals(JsonFile.bool(token, "special"));
        byId.put(Integer.valueOf(key), entry(Integer.parseInt(key), content, token, special));
      }
    }
    for (String content : settings.addedTokens().keySet()) {
      int id = JsonFile.id(settings.addedTokens().get(content));
      if (id < 0) {
        throw new IOException("added_tokens.json: \"" + content + "\" has no id from 0 up");
      }
      byId.putIfAbsent(id, entry(id, content, null, false));
    }
  }

  /** Marks a token as special and tells its id. */
  int require(Role role, String content, boolean lstrip) throws IOException {
    Integer id = optional(role, content, lstrip);
    if (id == null) {
      throw new IOException(
          vocabularyFile
              + ": no token \""
              + content
              + "\", which is this tokenizer's "
              + role.key()
              + "; "
              + Settings.CONFIG
              + " can name another one");
    }
    return id;
  }

  /** The same, but null when there is no such token. */
  @Nullable Integer optional(Role role, String content, boolean lstrip) {
    Integer id = vocabulary.get(content);
    if (id == null) {
      id = idBehindVocabulary(content);
    }
    if (id == null) {
      return null;
    }
    Settings.Token written = settings.special().get(role);
    JsonObject flags = written == null ? null : written.flags();
    if (flags == null) {
      flags = byId.get(id);
    }
    JsonObject token = entry(id, content, flags, true);
    if (flags == null) {
      token.addProperty("lstrip", lstrip);
    }
    byId.put(id, token);
    return id;
  }

  private @Nullable Integer idBehindVocabulary(String content) {
    for (Map.Entry<Integer, JsonObject> entry : byId.entrySet()) {
      if (content.equals(JsonFile.string(entry.getValue(), "content"))) {
        return entry.getKey();
      }
    }
    return null;
  }

  JsonArray toJson() {
    JsonArray array = new JsonArray();
    byId.values().forEach(array::add);
    return array;
  }

  private static JsonObject entry(
      int id, String content, @Nullable JsonObject flags, boolean special) {
    JsonObject token = new JsonObject();
    token.addProperty("id", id);
    token.addProperty("content", content);
    for (String flag : new String[] {"single_word", "lstrip", "rstrip", "normalized"}) {
      // A special token is matched as it stands; an ordinary added one after normalization.
      boolean otherwise = flag.equals("normalized") && !special;
      Boolean written = JsonFile.bool(flags, flag);
      token.addProperty(flag, written == null ? otherwise : written);
    }
    token.addProperty("special", special);
    return token;
  }
}
