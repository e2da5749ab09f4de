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
 * An answer with a status below 400. Its body is read once, by one thread; close it.
 *
 * @param call what was asked, at the address that answered (after redirects)
 * @param status the HTTP status: 2xx, or 3xx for a redirect that was not followed
 * @param headers the headers of the answer
 * @param body the content; a read fails when no byte comes within the read timeout
 */
record HubResponse(HubCall call, int status, HttpHeaders headers, InputStream body)
    implements Closeable {
  /** Far above any listing the Hub sends in one page. */
  private static final int LONGEST_TEXT = 32 << 20;

  private static final TypeAdapter<JsonElement> JSON = new Gson().getAdapter(JsonElement.class);

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** The announced size; empty when there is none, or no number. */
  OptionalLong contentLength() {
    try {
      return headers.firstValueAsLong("Content-Length");
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * The address of a redirect, made absolute.
   *
   * @throws HubException when it is no address
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
      return JSON.fromJson(text); // not JsonParser, which takes a page of HTML for a string
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
