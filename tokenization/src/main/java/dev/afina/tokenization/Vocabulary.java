package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a tokenizer.json and their ids, including added tokens; checked while it is built.
 */
final class Vocabulary {

  private final String file;
  private final Map<String, Integer> model;
  private final Map<String, Integer> added = new HashMap<>();
  private final Set<Integer> addedIds = new HashSet<>();
  private final @Nullable String[] tokens;

  /**
   * Combines the tokens.
   *
   * @param addedTokens the entries of added_tokens with their final ids
   * @param rows the rows of the model's embedding table by config.json, or -1
   */
  Vocabulary(JsonArray addedTokens, String file, ModelTokens tokens, int rows) throws IOException {
    this.file = file;
    model = tokens.ids();
    int count = model.size();
    for (JsonElement element : addedTokens) {
      JsonObject token = element.getAsJsonObject();
      String content = token.get("content").getAsString();
      int id = token.get("id").getAsInt();
      if (added.put(content, id) == null && !model.containsKey(content)) {
        count++;
      }
      addedIds.add(id);
    }
    // A list may hold a piece twice, as CamemBERT's does with a model that has <pad> of its own.
    int twice = tokens.size() - model.size();
    this.tokens = byId(rows, count + Math.max(0, twice));
  }

  /** One more than the highest id. */
  int size() {
    return tokens.length;
  }

  @Nullable Integer id(String token) {
    Integer id = added.get(token);
    return id == null ? model.get(token) : id;
  }

  /** Whether the token is one of added_tokens, which are found in the text before all others. */
  boolean isAdded(int id) {
    return addedIds.contains(id);
  }

  OptionalInt find(String token) {
    Integer id = id(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The token of an id; null for an unused id. */
  @Nullable String token(int id) {
    return tokens[id];
  }

  private @Nullable String[] byId(int rows, int places) throws IOException {
    int limit = rows >= 0 ? rows : places;
    int highest = -1;
    for (Map<String, Integer> some : List.of(model, added)) {
      for (Map.Entry<String, Integer> entry : some.entrySet()) {
        if (entry.getValue() >= limit) {
          throw new IOException(
              file
                  + ": token \""
                  + Quoted.of(entry.getKey())
                  + "\" has id "
                  + entry.getValue()
                  + (rows >= 0
                      ? ", but config.json says vocab_size " + rows
                      : ", but there are only " + places + " tokens"));
        }
        highest = Math.max(highest, entry.getValue());
      }
    }
    @Nullable String[] byId = new String[highest + 1];
    for (Map<String, Integer> some : List.of(added, model)) {
      for (Map.Entry<String, Integer> entry : some.entrySet()) {
        put(entry.getKey(), entry.getValue(), byId);
      }
    }
    return byId;
  }

  /** A token that is in both vocabularies must have the same id. */
  private void put(String token, int id, @Nullable String[] byId) throws IOException {
    String before = byId[id];
    if (before != null && !before.equals(token)) {
      throw new IOException(
          file
              + ": tokens \""
              + Quoted.of(before)
              + "\" and \""
              + Quoted.of(token)
              + "\" have the same id "
              + id);
    }
    byId[id] = token;
  }
}
