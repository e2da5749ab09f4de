package dev.afina.internal.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.afina.CheckpointException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Parses the JSON files of a checkpoint by the letter of RFC 8259; the last of two equal keys
 * counts, as in Python.
 */
final class JsonFile {
  /** Room for the names of 100,000 labels; parsed, a file takes up to forty times its size. */
  private static final int MOST_BYTES = 8 << 20;

  private JsonFile() {}

  static JsonObject parseObject(byte[] utf8, String where) throws CheckpointException {
    if (utf8.length > MOST_BYTES) {
      throw new CheckpointException(
          where + ": " + utf8.length + " bytes, expected a configuration of at most " + MOST_BYTES);
    }
    try (JsonReader in =
        new JsonReader(
            new InputStreamReader(
                new ByteArrayInputStream(utf8), StandardCharsets.UTF_8.newDecoder()))) {
      in.setStrictness(Strictness.STRICT);
      JsonElement json = JsonParser.parseReader(in);
      if (!json.isJsonObject()) {
        throw new CheckpointException(where + ": expected a JSON object in braces");
      }
      if (in.peek() != JsonToken.END_DOCUMENT) {
        throw new CheckpointException(where + ": goes on behind its closing brace");
      }
      return json.getAsJsonObject();
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException | JsonParseException | IllegalStateException e) {
      throw new CheckpointException(where + ": not JSON (" + reason(e) + ")", e);
    }
  }

  /**
   * What the parser has to say, in one line: its own messages go on with a link to its
   * documentation, and where it wraps a failure, with the name of a class.
   */
  static String reason(Exception e) {
    Throwable told =
        e instanceof JsonParseException && e.getCause() instanceof IOException cause ? cause : e;
    if (told instanceof CharacterCodingException) {
      return "not UTF-8";
    }
    return String.valueOf(told.getMessage()).lines().findFirst().orElse("");
  }
}
