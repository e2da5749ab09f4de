package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of model.vocab in a tokenizer.json: tokens with their ids or, for a Unigram model, a
 * list of pieces with their scores. It has tens of thousands of entries. They are parsed directly
 * into this class, because a JSON tree of them would take longer in a fresh JVM than everything
 * that follows. Immutable.
 */
final class ModelTokens {

  static final String KEY = "vocab";

  /** Limits the work per character: all pieces that begin there are tried. */
  private static final int LONGEST_PIECE = 128;

  private static final int EXPECTED = 1 << 16;

  private final Map<String, Integer> ids;
  private final boolean isList;
  private final List<String> pieces;
  private final List<String> scores;

  private ModelTokens(
      Map<String, Integer> ids, boolean isList, List<String> pieces, List<String> scores) {
    this.ids = ids;
    this.isList = isList;
    this.pieces = pieces;
    this.scores = scores;
  }

  /**
   * Reads a value in its usual form.
   *
   * @return null if it is invalid or unusual; the position of the reader is then undefined
   */
  static @Nullable ModelTokens read(JsonReader reader) throws IOException {
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> readMap(reader);
      case BEGIN_ARRAY -> readList(reader);
      default -> null;
    };
  }

  /**
   * Converts a JSON tree.
   *
   * @throws IOException if an entry is invalid; the message names it
   */
  static ModelTokens of(@Nullable JsonElement vocab, String file) throws IOException {
    if (vocab != null && vocab.isJsonObject()) {
      return ofMap(vocab.getAsJsonObject(), file);
    }
    if (vocab != null && vocab.isJsonArray()) {
      return ofList(vocab.getAsJsonArray(), file);
    }
    throw new IOException(file + ": no model.vocab; is it a tokenizer.json?");
  }

  /** Tokens with their ids, in their order. */
  static ModelTokens of(Map<String, Integer> ids) {
    return new ModelTokens(new LinkedHashMap<>(ids), false, List.of(), List.of());
  }

  /**
   * A list of pieces.
   *
   * @param scores the score of each piece, as it is to be written
   * @throws IOException if a piece is invalid; the message names it
   */
  static ModelTokens of(List<String> pieces, List<String> scores, String file) throws IOException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (int id = 0; id < pieces.size(); id++) {
      String piece = pieces.get(id);
      if (!isPiece(piece) || !isFinite(scores.get(id))) {
        throw notScored(file, id, "[\"" + piece + "\"," + scores.get(id) + "]");
      }
      ids.put(piece, id);
    }
    return new ModelTokens(ids, true, List.copyOf(pieces), List.copyOf(scores));
  }

  /** The tokens in file order, with their ids; for equal pieces, the last one's. */
  Map<String, Integer> ids() {
    return ids;
  }

  /** The number of entries, which is the id of the next added token. */
  int size() {
    return isList ? pieces.size() : ids.size();
  }

  /** Whether this is a list of pieces, whose ids are their indexes. */
  boolean isList() {
    return isList;
  }

  /** The pieces; empty unless this is a list. */
  List<String> pieces() {
    return pieces;
  }

  /** The scores of the pieces as written in the file; all finite. */
  List<String> scores() {
    return scores;
  }

  /** An empty JSON value of the same kind, as a placeholder in a tree. */
  JsonElement empty() {
    return isList ? new JsonArray() : new JsonObject();
  }

  void write(JsonWriter writer) throws IOException {
    if (!isList) {
      writer.beginObject();
      for (Map.Entry<String, Integer> token : ids.entrySet()) {
        writer.name(token.getKey()).value(token.getValue());
      }
      writer.endObject();
      return;
    }
    writer.beginArray();
    for (int id = 0; id < pieces.size(); id++) {
      writer.beginArray().value(pieces.get(id)).jsonValue(scores.get(id)).endArray();
    }
    writer.endArray();
  }

  private static @Nullable ModelTokens readMap(JsonReader reader) throws IOException {
    Map<String, Integer> ids = new LinkedHashMap<>(EXPECTED);
    reader.beginObject();
    while (reader.hasNext()) {
      String token = reader.nextName();
      if (reader.peek() != JsonToken.NUMBER) {
        return null;
      }
      int id = JsonFile.id(reader.nextString());
      if (id < 0 || ids.put(token, id) != null) {
        return null;
      }
    }
    reader.endObject();
    return new ModelTokens(ids, false, List.of(), List.of());
  }

  private static @Nullable ModelTokens readList(JsonReader reader) throws IOException {
    Map<String, Integer> ids = new LinkedHashMap<>(EXPECTED);
    List<String> pieces = new ArrayList<>(EXPECTED);
    List<String> scores = new ArrayList<>(EXPECTED);
    reader.beginArray();
    while (reader.hasNext()) {
      if (reader.peek() != JsonToken.BEGIN_ARRAY) {
        return null;
      }
      reader.beginArray();
      if (reader.peek() != JsonToken.STRING) {
        return null;
      }
      String piece = reader.nextString();
      if (reader.peek() != JsonToken.NUMBER) {
        return null;
      }
      String score = reader.nextString();
      if (!isPiece(piece) || !isFinite(score) || reader.peek() != JsonToken.END_ARRAY) {
        return null;
      }
      reader.endArray();
      ids.put(piece, pieces.size());
      pieces.add(piece);
      scores.add(score);
    }
    reader.endArray();
    return new ModelTokens(ids, true, pieces, scores);
  }

  private static ModelTokens ofMap(JsonObject vocab, String file) throws IOException {
    Map<String, Integer> ids = new LinkedHashMap<>();
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
    return new ModelTokens(ids, false, List.of(), List.of());
  }

  private static ModelTokens ofList(JsonArray vocab, String file) throws IOException {
    List<String> pieces = new ArrayList<>();
    List<String> scores = new ArrayList<>();
    for (int id = 0; id < vocab.size(); id++) {
      JsonElement entry = vocab.get(id);
      if (!entry.isJsonArray()
          || entry.getAsJsonArray().isEmpty()
          || !JsonFile.isString(entry.getAsJsonArray().get(0))) {
        throw new IOException(file + ": model.vocab[" + id + "]: expected [piece, score]");
      }
      JsonArray pair = entry.getAsJsonArray();
      if (pair.size() != 2
          || !pair.get(1).isJsonPrimitive()
          || !pair.get(1).getAsJsonPrimitive().isNumber()) {
        throw notScored(file, id, entry);
      }
      pieces.add(pair.get(0).getAsString());
      scores.add(pair.get(1).getAsString());
    }
    return of(pieces, scores, file);
  }

  private static IOException notScored(String file, int id, Object got) {
    return new IOException(
        file
            + ": model.vocab["
            + id
            + "]: expected a piece of 1 to "
            + LONGEST_PIECE
            + " characters and its score, got "
            + Quoted.of(got));
  }

  private static boolean isPiece(String piece) {
    return !piece.isEmpty() && piece.length() <= LONGEST_PIECE;
  }

  private static boolean isFinite(String score) {
    return Double.isFinite(Double.parseDouble(score));
  }
}
