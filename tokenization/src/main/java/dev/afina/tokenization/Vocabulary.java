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
  private final Map<String, Integer> ids;
  private final Set<Integer> added = new HashSet<>();
  private final @Nullable String[] tokens;

  /**
   * Reads added_tokens, whose ids are settled already.
   *
   * @param modelIds the ids of the model's own tokens, see {@link #modelIds}
   * @param rows rows of the encoder's embedding table by config.json, or -1
   */
  Vocabulary(JsonObject tokenizer, String file, Map<String, Integer> modelIds, int rows)
      throws IOException {
    this.file = file;
    ids = new HashMap<>(modelIds);
    for (JsonElement element : tokenizer.getAsJsonArray("added_tokens")) {
      JsonObject token = element.getAsJsonObject();
      int id = token.get("id").getAsInt();
      ids.put(token.get("content").getAsString(), id);
      added.add(id);
    }
    // A list may hold a piece twice, as CamemBERT's does with a model that has <pad> of its own.
    int twice = modelSize(tokenizer) - modelIds.size();
    tokens = byId(rows, ids.size() + Math.max(0, twice));
  }

  /** The tokens in model.vocab with their ids. */
  static Map<String, Integer> modelIds(JsonObject tokenizer, String file) throws IOException {
    JsonObject model = JsonFile.child(tokenizer, Models.KEY);
    JsonElement vocab = model == null ? null : model.get("vocab");
    if (vocab != null && vocab.isJsonObject()) {
      return readMap(vocab.getAsJsonObject(), file);
    }
    if (vocab != null && vocab.isJsonArray()) {
      return readList(vocab.getAsJsonArray(), file);
    }
    throw new IOException(file + ": no model.vocab; is it a tokenizer.json?");
  }

  /** How many entries model.vocab has: the next added token gets this id. */
  static int modelSize(JsonObject tokenizer) {
    JsonElement vocab = tokenizer.getAsJsonObject(Models.KEY).get("vocab");
    return vocab.isJsonArray() ? vocab.getAsJsonArray().size() : vocab.getAsJsonObject().size();
  }

  /** One more than the highest id. */
  int size() {
    return tokens.length;
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

  private static Map<String, Integer> readMap(JsonObject vocab, String file) throws IOException {
    Map<String, Integer> ids = new HashMap<>();
    for (Map.Entry<String, JsonElement> entry : vocab.entrySet()) {
      int id = JsonFile.id(entry.getValue());
      if (id < 0) {
        throw new IOException(
            file
                + ": token \""
                + Quoted.of(entry.getKey())
                + "\" has id "
                + Quoted.of(entry.getValue())
                + ", expected a whole number from 0 up");
      }
      ids.put(entry.getKey(), id);
    }
    return ids;
  }

  /** Unigram: a list of [piece, score], the place is the id; of equal pieces the last counts. */
  private static Map<String, Integer> readList(JsonArray vocab, String file) throws IOException {
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < vocab.size(); id++) {
      JsonElement entry = vocab.get(id);
      if (!entry.isJsonArray()
          || entry.getAsJsonArray().isEmpty()
          || !JsonFile.isString(entry.getAsJsonArray().get(0))) {
        throw new IOException(file + ": model.vocab[" + id + "]: expected [piece, score]");
      }
      ids.put(entry.getAsJsonArray().get(0).getAsString(), id);
    }
    return ids;
  }

  private @Nullable String[] byId(int rows, int places) throws IOException {
    int limit = rows >= 0 ? rows : places;
    int highest = -1;
    for (Map.Entry<String, Integer> entry : ids.entrySet()) {
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
    @Nullable String[] byId = new String[highest + 1];
    for (Map.Entry<String, Integer> entry : ids.entrySet()) {
      String before = byId[entry.getValue()];
      if (before != null) {
        throw new IOException(
            file
                + ": tokens \""
                + Quoted.of(before)
                + "\" and \""
                + Quoted.of(entry.getKey())
                + "\" have the same id "
                + entry.getValue());
      }
      byId[entry.getValue()] = entry.getKey();
    }
    return byId;
  }
}
