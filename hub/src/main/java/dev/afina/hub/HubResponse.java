package dev.afina.hub;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import dev.afina.internal.files.Excerpt;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An answer with a status below 400. Must be closed; its body can be read once, by one thread.
 *
 * @param call the request, with the address that answered (after redirects)
 * @param status the HTTP status: 2xx, or 3xx for a redirect that was not followed
 * @param headers the headers of the answer
 * @param body the content; a read fails if no byte arrives within the read timeout
 */
record HubResponse(HubCall call, int status, HttpHeaders headers, InputStream body)
    implements Closeable {
  /** Far more than the Hub sends in one page of a listing. */
  private static final int LONGEST_TEXT = 32 << 20;

  private static final TypeAdapter<JsonElement> JSON = new Gson().getAdapter(JsonElement.class);

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** The announced size; empty if it is missing or not a number. */
  OptionalLong contentLength() {
    try {
      return headers.firstValueAsLong("Content-Length");
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * The absolute address of a redirect.
   *
   * @throws HubException if it is not a valid address
   */
  Optional<URI> location() throws HubException {
    Optional<String> text = header("Location");
    try {
      return text.map(call.uri()::resolve);
    } catch (IllegalArgumentException e) { // without the text, which may hold a signature
      throw new HubException(
          HubException.Reason.PROTOCOL, call.shown() + ": redirects to what is no address");
    }
  }

  /** The whole body as UTF-8. */
  String text() throws IOException {
    byte[] bytes = body.readNBytes(LONGEST_TEXT + 1);
    if (bytes.length > LONGEST_TEXT) {
      throw new HubException(
          HubException.Reason.PROTOCOL,
          call.shown() + ": the answer is longer than " + LONGEST_TEXT + " bytes");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  JsonElement json() throws IOException {
    String text = text();
    try {
      return JSON.fromJson(text); // not JsonParser, which would accept HTML as a string
    } catch (IOException | JsonParseException e) {
      throw new HubException(
          HubException.Reason.PROTOCOL,
          call.shown()
              + ": expected JSON, got "
              + Excerpt.quoted(text)
              + "; is the endpoint a Hub?",
          e);
    }
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
