package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tokens and ids of a tokenizer.json, added tokens included; checked while it is read. */
final class Vocabulary {

  private final String file;
  private final Map<String, Integer> ids = new HashMap<>();
  private final Set<Integer> added = new HashSet<>();
  private final @Nullable String[] tokens;
  private final int modelTokens;

  /**
   * Reads model.vocab and added_tokens.
   *
   * @param rows rows of the encoder's embedding table by config.json, or -1
   */
  Vocabulary(JsonObject tokenizer, String file, int rows) throws IOException {
    this.file = file;
    JsonObject model = JsonFile.child(tokenizer, "model");
    JsonElement vocab = model == null ? null : model.get("vocab");
    if (vocab != null && vocab.isJsonObject()) {
      readMap(vocab.getAsJsonObject());
    } else if (vocab != null && vocab.isJsonArray()) {
      readList(vocab.getAsJsonArray());
    } else {
      throw new IOException(file + ": no model.vocab; is it a tokenizer.json?");
    }
    modelTokens = ids.size();
    JsonElement addedTokens = tokenizer.get("added_tokens");
    if (addedTokens != null && addedTokens.isJsonArray()) {
      readAdded(addedTokens.getAsJsonArray());
    }
    tokens = byId(rows);
  }

  /** One more than the highest id. */
  int size() {
    return tokens.length;
  }

  /** Tokens that the model itself knows, those in added_tokens alone not counted. */
  int modelTokens() {
    return modelTokens;
  }

  @Nullable Integer id(String token) {
    return ids.get(token);
  }

  /** Whether the token is one of added_tokens, which are found in the text before all others. */
  boolean isAdded(int id) {
    return added.contains(id);
  }

  OptionalInt find(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The token of an id; null for an id between two others that no token has. */
  @Nullable String token(int id) {
    return tokens[id];
  }

  private void readMap(JsonObject vocab) throws IOException {
    for (Map.Entry<String, JsonElement> entry : vocab.entrySet()) {
      int id = JsonFile.id(entry.getValue());
      if (id < 0) {
        throw new IOException(
            file
                + ": token \""
                + entry.getKey()
                + "\" has id "
                + entry.getValue()
                + ", expected a whole number from 0 up");
      }
      ids.put(entry.getKey(), id);
    }
  }

  /** Unigram: a list of [piece, score], the place is the id. */
  private void readList(JsonArray vocab) throws IOException {
    for (int id = 0; id < vocab.size(); id++) {
      JsonElement entry = vocab.get(id);
      if (!entry.isJsonArray()
          || entry.getAsJsonArray().isEmpty()
          || !JsonFile.isString(entry.getAsJsonArray().get(0))) {
        throw new IOException(file + ": model.vocab[" + id + "]: expected [piece, score]");
      }
      ids.putIfAbsent(entry.getAsJsonArray().get(0).getAsString(), id);
    }
  }

  /**
   * The library numbers added tokens itself and only logs when the file says another id: here that
   * is an error, because each text with such a token would get another row of the embedding.
   */
  private void readAdded(JsonArray addedTokens) throws IOException {
    int next = modelTokens;
    for (JsonElement element : addedTokens) {
      JsonObject token = element.isJsonObject() ? element.getAsJsonObject() : null;
      String content = JsonFile.string(token, "content");
      int id = token == null ? -1 : JsonFile.id(token.get("id"));
      if (content == null || id < 0) {
        throw new IOException(
            file + ": added_tokens: expected an object with id and content, got " + element);
      }
      Integer known = ids.get(content);
      int given = known == null ? next : known;
      if (id != given) {
        throw new IOException(
            file
                + ": added token \""
                + content
                + "\" has id "
                + id
                + ", but by the vocabulary of "
                + modelTokens
                + " tokens it is "
                + given);
      }
      if (known == null) {
        ids.put(content, id);
        next++;
      }
      added.add(id);
    }
  }

  private @Nullable String[] byId(int rows) throws IOException {
    int limit = rows >= 0 ? rows : ids.size();
    int highest = -1;
    for (Map.Entry<String, Integer> entry : ids.entrySet()) {
      if (entry.getValue() >= limit) {
        throw new IOException(
            file
                + ": token \""
                + entry.getKey()
                + "\" has id "
                + entry.getValue()
                + (rows >= 0
                    ? ", but config.json says vocab_size " + rows
                    : ", but there are only " + ids.size() + " tokens"));
      }
      highest = Math.max(highest, entry.getValue());
    }
    @Nullable String[] byId = new String[highest + 1];
    for (Map.Entry<String, Integer> entry : ids.entrySet()) {
      String before = byId[entry.getValue()];
      if (before != null) {
        throw new IOException(
            file
                + ": tokens \""
                + before
                + "\" and \""
                + entry.getKey()
                + "\" have the same id "
                + entry.getValue());
      }
      byId[entry.getValue()] = entry.getKey();
    }
    return byId;
  }
}
