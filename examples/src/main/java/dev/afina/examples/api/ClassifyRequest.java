package dev.afina.examples.api;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /classify}: {@code {"text": "…"}} or {@code {"texts": ["…", "…"]}}.
 *
 * <p>Read token by token, so a body of ten thousand brackets is refused at the second.
 *
 * @param texts one, or those of the list
 * @param isList which of the two it was
 */
record ClassifyRequest(List<String> texts, boolean isList) {
  private static final String EXPECTED =
      "expected {\"text\": \"...\"} or {\"texts\": [\"...\", \"...\"]}";

  ClassifyRequest {
    texts = List.copyOf(texts);
  }

  /**
   * Reads a body.
   *
   * @throws Problem 400 for what is no such JSON, 413 for more than the limits allow
   */
  static ClassifyRequest read(byte[] body, ApiLimits limits) {
    try (JsonReader in = new JsonReader(new StringReader(utf8(body)))) {
      in.setStrictness(Strictness.STRICT);
      return read(in, limits);
    } catch (EOFException e) {
      throw new Problem(400, "the body ends within the JSON; " + EXPECTED);
    } catch (MalformedJsonException | NumberFormatException e) {
      throw new Problem(400, "the body is no JSON; " + EXPECTED);
    } catch (IOException e) {
      throw new Problem(400, "the body cannot be read; " + EXPECTED);
    }
  }

  private static String utf8(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new Problem(400, "the body is not UTF-8");
    }
  }

  private static ClassifyRequest read(JsonReader in, ApiLimits limits) throws IOException {
    require(in, JsonToken.BEGIN_OBJECT, "the body");
    in.beginObject();
    @Nullable ClassifyRequest request = null;
    while (in.hasNext()) {
      String name = in.nextName();
      boolean isList = name.equals("texts");
      if (!isList && !name.equals("text")) {
        throw new Problem(400, "\"" + shortened(name) + "\": unknown; " + EXPECTED);
      }
      if (request != null) {
        throw new Problem(400, "\"text\" and \"texts\": give one of them, once");
      }
      request = isList ? list(in, limits) : one(in, limits);
    }
    in.endObject();
    require(in, JsonToken.END_DOCUMENT, "after the JSON");
    if (request == null) {
      throw new Problem(400, "no text; " + EXPECTED);
    }
    return request;
  }

  private static ClassifyRequest one(JsonReader in, ApiLimits limits) throws IOException {
    return new ClassifyRequest(List.of(text(in, "\"text\"", limits)), false);
  }

  private static ClassifyRequest list(JsonReader in, ApiLimits limits) throws IOException {
    require(in, JsonToken.BEGIN_ARRAY, "\"texts\"");
    List<String> texts = new ArrayList<>();
    in.beginArray();
    while (in.hasNext()) {
      if (texts.size() == limits.texts()) {
        throw new Problem(
            413, "\"texts\": at most " + limits.texts() + " per request; send several requests");
      }
      texts.add(text(in, "\"texts\"[" + texts.size() + "]", limits));
    }
    in.endArray();
    if (texts.isEmpty()) {
      throw new Problem(400, "\"texts\": empty, expected 1 to " + limits.texts() + " texts");
    }
    return new ClassifyRequest(texts, true);
  }

  private static String text(JsonReader in, String name, ApiLimits limits) throws IOException {
    require(in, JsonToken.STRING, name);
    String text = in.nextString();
    if (text.length() > limits.characters()) {
      throw new Problem(
          413,
          "%s: %s characters, at most %s; the model reads the beginning only, so cut it"
              .formatted(name, text.length(), limits.characters()));
    }
    if (text.isBlank()) {
      throw new Problem(400, name + ": no text, only spaces or nothing");
    }
    return text;
  }

  private static void require(JsonReader in, JsonToken expected, String name) throws IOException {
    JsonToken got = in.peek();
    if (got != expected) {
      throw new Problem(400, name + ": " + nameOf(got) + "; " + EXPECTED);
    }
  }

  private static String nameOf(JsonToken token) {
    return switch (token) {
      case BEGIN_ARRAY -> "an array";
      case BEGIN_OBJECT -> "an object";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case NULL -> "null";
      default -> "nothing";
    };
  }

  private static String shortened(String name) {
    return name.length() <= 40 ? name : name.substring(0, 40) + "...";
  }
}
