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
 * What model.vocab of a tokenizer.json holds: tokens and their ids or, of a Unigram model, a list
 * of pieces and scores. It has ten thousands of entries, and as a tree of JSON they took a fresh
 * JVM longer than all that follows; so they are read straight into this. Nobody changes it.
 */
final class ModelTokens {

  static final String KEY = "vocab";

  /** At each character of a text all pieces that begin there are looked at. */
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
   * Reads a value that is as it should be.
   *
   * @return null where anything is not, or is unusual; the reader is somewhere then
   */
  static @Nullable ModelTokens read(JsonReader reader) throws IOException {
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> readMap(reader);
      case BEGIN_ARRAY -> readList(reader);
      default -> null;
    };
  }

  /**
   * Reads a tree of JSON.
   *
   * @throws IOException naming the entry that is not as it should be
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
   * @param scores of each, as they are to be written
   * @throws IOException naming the piece that is not as it should be
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

  /** The tokens in the order of the file, with their ids; of equal pieces the last counts. */
  Map<String, Integer> ids() {
    return ids;
  }

  /** How many entries there are: the next added token gets this id. */
  int size() {
    return isList ? pieces.size() : ids.size();
  }

  /** Whether this is a list of pieces, whose ids are their places. */
  boolean isList() {
    return isList;
  }

  /** The pieces of a list; empty where this is none. */
  List<String> pieces() {
    return pieces;
  }

  /** The scores of a list as the file writes them, which are finite. */
  List<String> scores() {
    return scores;
  }

  /** The value without its entries, to stand for it in a tree. */
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
