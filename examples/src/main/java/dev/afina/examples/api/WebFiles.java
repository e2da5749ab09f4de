package dev.afina.examples.api;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The page and the API's description, out of the jar. They load nothing from elsewhere. */
final class WebFiles {
  private static final String FOLDER = "/sentiment-api/";

  /** What a browser may do with the page: its own style and script, and calls to this server. */
  private static final String POLICY =
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:;"
          + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

  private WebFiles() {}

  /** Gives a file. */
  static Handler file(String name, String contentType) {
    byte[] content = read(name);
    return request -> request.contentType(contentType).result(content);
  }

  /** Gives the API's description, with the limits that this server has. */
  static Handler description(ApiLimits limits) {
    JsonObject description =
        JsonParser.parseString(new String(read("openapi.json"), StandardCharsets.UTF_8))
            .getAsJsonObject();
    JsonObject schemas = description.getAsJsonObject("components").getAsJsonObject("schemas");
    JsonObject texts = properties(schemas, "SeveralTexts").getAsJsonObject("texts");
    texts.addProperty("maxItems", limits.texts());
    texts.getAsJsonObject("items").addProperty("maxLength", limits.characters());
    properties(schemas, "OneText")
        .getAsJsonObject("text")
        .addProperty("maxLength", limits.characters());
    byte[] content = description.toString().getBytes(StandardCharsets.UTF_8);
    return request -> request.contentType("application/json").result(content);
  }

  private static JsonObject properties(JsonObject schemas, String name) {
    return schemas.getAsJsonObject(name).getAsJsonObject("properties");
  }

  /** Adds to every answer what keeps a browser from doing more than it should. */
  static void addHeaders(Context request) {
    request.header("Content-Security-Policy", POLICY);
    request.header("X-Content-Type-Options", "nosniff");
    request.header("Referrer-Policy", "no-referrer");
    request.header("Cache-Control", "no-store");
  }

  private static byte[] read(String name) {
    try (InputStream in = WebFiles.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException(FOLDER + name + ": not in the jar of the examples");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
