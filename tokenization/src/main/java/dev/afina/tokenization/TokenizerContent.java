package dev.afina.tokenization;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of a tokenizer.json.
 *
 * @param json everything except the model's tokens, which are replaced by an empty value; mutable
 * @param tokens the model's tokens
 */
record TokenizerContent(JsonObject json, ModelTokens tokens) {

  /**
   * Parses a tokenizer.json.
   *
   * @param name the file's name in messages
   * @throws IOException if it is not a JSON object with a model.vocab
   */
  static TokenizerContent parse(String text, String name) throws IOException {
    TokenizerContent usual = readUsual(text);
    // An unusual or broken file is parsed again as a tree, which finds out what is wrong.
    return usual == null ? of(JsonFile.parse(text, name), name) : usual;
  }

  /**
   * Separates the tokens from a JSON tree.
   *
   * @param json is modified and kept
   */
  static TokenizerContent of(JsonObject json, String file) throws IOException {
    JsonObject model = JsonFile.child(json, Models.KEY);
    ModelTokens tokens = ModelTokens.of(model == null ? null : model.get(ModelTokens.KEY), file);
    if (model != null) {
      model.add(ModelTokens.KEY, tokens.empty());
    }
    return new TokenizerContent(json, tokens);
  }

  /** The complete JSON text. Nulls are written, because an absent key may mean "default". */
  String text() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonWriter writer = new JsonWriter(text)) {
      writer.setSerializeNulls(true);
      writer.beginObject();
      for (Map.Entry<String, JsonElement> member : json.entrySet()) {
        writer.name(member.getKey());
        if (member.getKey().equals(Models.KEY)) {
          writeModel(member.getValue().getAsJsonObject(), writer);
        } else {
          JsonFile.write(member.getValue(), writer);
        }
      }
      writer.endObject();
    }
    return text.toString();
  }

  /**
   * Whether no string has unpaired surrogates. Merges need no check: they join tokens of the model.
   */
  boolean isWellFormed() {
    return tokens.ids().keySet().stream().allMatch(TokenizerContent::isWellFormed)
        && isWellFormed(json);
  }

  private static @Nullable TokenizerContent readUsual(String text) {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      JsonObject json = new JsonObject();
      ModelTokens tokens = read(reader, json, Models.KEY);
      return tokens == null || reader.peek() != JsonToken.END_DOCUMENT
          ? null
          : new TokenizerContent(json, tokens);
    } catch (IOException | IllegalStateException | JsonParseException | NumberFormatException e) {
      return null;
    }
  }

  /**
   * Reads an object that contains the tokens in one of its members: the file in its model, the
   * model in its vocab.
   *
   * @param holder the key of that member
   * @return the tokens; null if there are none or the form is unusual
   */
  private static @Nullable ModelTokens read(JsonReader reader, JsonObject into, String holder)
      throws IOException {
    ModelTokens tokens = null;
    reader.beginObject();
    while (reader.hasNext()) {
      String key = reader.nextName();
      if (into.has(key)) {
        return null;
      }
      if (!key.equals(holder)) {
        into.add(key, JsonParser.parseReader(reader));
        continue;
      }
      JsonObject model = new JsonObject();
      boolean isVocab = holder.equals(ModelTokens.KEY);
      tokens = isVocab ? ModelTokens.read(reader) : read(reader, model, ModelTokens.KEY);
      if (tokens == null) {
        return null;
      }
      into.add(key, isVocab ? tokens.empty() : model);
    }
    reader.endObject();
    return tokens;
  }

  private void writeModel(JsonObject model, JsonWriter writer) throws IOException {
    writer.beginObject();
    for (Map.Entry<String, JsonElement> member : model.entrySet()) {
      writer.name(member.getKey());
      if (member.getKey().equals(ModelTokens.KEY)) {
        tokens.write(writer);
      } else {
        JsonFile.write(member.getValue(), writer);
      }
    }
    writer.endObject();
  }

  private static boolean isWellFormed(JsonElement element) {
    if (element.isJsonObject()) {
      return element.getAsJsonObject().entrySet().stream()
          .allMatch(
              member ->
                  isWellFormed(member.getKey())
                      && (member.getKey().equals(Models.MERGES)
                          || isWellFormed(member.getValue())));
    }
    if (element.isJsonArray()) {
      return element.getAsJsonArray().asList().stream().allMatch(TokenizerContent::isWellFormed);
    }
    return !JsonFile.isString(element) || isWellFormed(element.getAsString());
  }

  private static boolean isWellFormed(String text) {
    return WellFormed.firstUnpaired(text) < 0;
  }
}
