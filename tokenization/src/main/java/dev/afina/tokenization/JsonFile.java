package dev.afina.tokenization;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
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
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Strict parsing of small files: valid UTF-8, valid JSON, and errors that name the file. */
final class JsonFile {

  private static final int MOST_DIGITS = 10;

  private static final int HEAP_PARTS = 6;

  private static final char REPLACEMENT = '\uFFFD';

  /** Created when something is first written: a Gson takes a fresh JVM some milliseconds. */
  private static final class Writers {
    /** Writes nulls: in tokenizer.json a null means "none", an absent key may mean "default". */
    static final Gson PLAIN = new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    static final Gson PRETTY =
        new GsonBuilder().serializeNulls().disableHtmlEscaping().setPrettyPrinting().create();
  }

  private JsonFile() {}

  /** The bytes of a file that is small enough to be parsed. */
  static Optional<byte[]> bytes(TokenizerFiles files, String name) throws IOException {
    Optional<byte[]> bytes = files.read(name);
    if (bytes.isPresent()) {
      requireMemory(bytes.get().length, Runtime.getRuntime().maxMemory(), name);
    }
    return bytes;
  }

  static Optional<String> text(TokenizerFiles files, String name) throws IOException {
    Optional<byte[]> bytes = bytes(files, name);
    return bytes.isEmpty() ? Optional.empty() : Optional.of(text(bytes.get(), name));
  }

  /** Decodes UTF-8. */
  static String text(byte[] bytes, String name) throws IOException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) < 0) {
      return text; // there is one for each byte that is none of a character
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException(name + ": not UTF-8; save it as UTF-8", e);
    }
  }

  /** A parsed file takes several times its size. */
  static void requireMemory(long size, long heap, String name) throws IOException {
    if (size > heap / HEAP_PARTS) {
      throw new IOException(
          name
              + ": "
              + size
              + " bytes, expected at most a sixth of the heap of "
              + heap
              + " bytes; if the file is right, start Java with a larger -Xmx");
    }
  }

  static Optional<JsonObject> object(TokenizerFiles files, String name) throws IOException {
    Optional<String> text = text(files, name);
    return text.isEmpty() ? Optional.empty() : Optional.of(parse(text.get(), name));
  }

  static JsonObject parse(String text, String name) throws IOException {
    if (text.isBlank()) {
      throw new IOException(name + ": broken JSON: the file is empty");
    }
    JsonElement element;
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      element = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new IOException(name + ": broken JSON: text after the end of the object");
      }
    } catch (JsonParseException | NumberFormatException e) {
      throw broken(name, e);
    } catch (IOException e) {
      // gson's MalformedJsonException and EOFException
      throw e.getMessage() != null && e.getMessage().startsWith(name) ? e : broken(name, e);
    }
    if (!element.isJsonObject()) {
      throw new IOException(name + ": a JSON object was expected, got " + kind(element));
    }
    return element.getAsJsonObject();
  }

  static void write(JsonElement element, JsonWriter writer) {
    Writers.PLAIN.toJson(element, writer);
  }

  static String writePretty(JsonObject object) {
    return Writers.PRETTY.toJson(object) + "\n";
  }

  /** The object under a key; null if the key is absent or has another value. */
  static @Nullable JsonObject child(@Nullable JsonObject object, String key) {
    JsonElement element = object == null ? null : object.get(key);
    return element != null && element.isJsonObject() ? element.getAsJsonObject() : null;
  }

  static @Nullable String string(@Nullable JsonObject object, String key) {
    JsonElement element = object == null ? null : object.get(key);
    return element != null && isString(element) ? element.getAsString() : null;
  }

  static @Nullable Boolean bool(@Nullable JsonObject object, String key) {
    JsonElement element = object == null ? null : object.get(key);
    if (element == null || !element.isJsonPrimitive()) {
      return null;
    }
    return element.getAsJsonPrimitive().isBoolean() ? element.getAsBoolean() : null;
  }

  static boolean isString(@Nullable JsonElement element) {
    return element != null && element.isJsonPrimitive() && element.getAsJsonPrimitive().isString();
  }

  /**
   * A token id: an integer of 0 or more, or -1 for anything else. As in the tokenizers library, 5.0
   * and 5e0 are not integers.
   */
  static int id(@Nullable JsonElement element) {
    if (element == null || !element.isJsonPrimitive() || !element.getAsJsonPrimitive().isNumber()) {
      return -1;
    }
    return id(element.getAsString());
  }

  /** The same of a number as the file writes it. */
  static int id(String digits) {
    if (!isWhole(digits)) {
      return -1;
    }
    long id = Long.parseLong(digits);
    return id > Integer.MAX_VALUE ? -1 : (int) id;
  }

  /** Whether it is 0, or up to ten digits that begin with another: what fits into a long. */
  private static boolean isWhole(String digits) {
    int length = digits.length();
    if (length == 0 || length > MOST_DIGITS || (length > 1 && digits.charAt(0) == '0')) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static IOException broken(String name, Exception cause) {
    // A JsonParseException around a failure has the name of a class in its message.
    Throwable told =
        cause instanceof JsonParseException && cause.getCause() instanceof IOException inner
            ? inner
            : cause;
    String message = String.valueOf(told.getMessage());
    return new IOException(
        name + ": broken JSON: " + Quoted.of(message.lines().findFirst().orElse(message)), cause);
  }

  private static String kind(JsonElement element) {
    return element.isJsonArray() ? "an array" : element.isJsonNull() ? "null" : "a single value";
  }
}
