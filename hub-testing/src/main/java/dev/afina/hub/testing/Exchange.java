package dev.afina.hub.testing;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** One request and its answer, with the faults that were asked for. */
final class Exchange {
  private static final int BUFFER = 1 << 16;

  private final HttpExchange http;
  private final RecordedRequest.Host host;
  private final Faults faults;
  private final String path;
  private volatile int status;
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private long cutUploadAfter = Long.MAX_VALUE;

  Exchange(HttpExchange http, RecordedRequest.Host host, Faults faults) {
    this.http = http;
    this.host = host;
    this.faults = faults;
    this.path = http.getRequestURI().getRawPath();
  }

  RecordedRequest recorded() {
    return new RecordedRequest(
        host,
        method(),
        path,
        Optional.ofNullable(http.getRequestURI().getRawQuery()).orElse(""),
        header("Authorization").isPresent(),
        header("Range"),
        status,
        received.get(),
        sent.get());
  }

  String method() {
    return http.getRequestMethod();
  }

  String path() {
    return path;
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(http.getRequestHeaders().getFirst(name));
  }

  /** The parts of the path, each decoded: {@code refs%2Fpr%2F1} is one part. */
  List<String> segments() {
    List<String> parts = new ArrayList<>();
    for (String part : path.substring(1).split("/", -1)) {
      parts.add(decoded(part.replace("+", "%2B")));
    }
    return parts;
  }

  Optional<String> query(String name) {
    String query = http.getRequestURI().getRawQuery();
    return query == null ? Optional.empty() : values(query, name).stream().findFirst();
  }

  /** The values of a name in {@code a=1&b=2}. */
  static List<String> values(String form, String name) {
    List<String> values = new ArrayList<>();
    for (String pair : form.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && decoded(pair.substring(0, equals)).equals(name)) {
        values.add(decoded(pair.substring(equals + 1)));
      }
    }
    return values;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** The request's body; a read fails where a fault cuts it. */
  InputStream body() {
    return new FilterInputStream(http.getRequestBody()) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int start, int length) throws IOException {
        long left = cutUploadAfter - received.get();
        if (left <= 0) {
          throw new CutException();
        }
        int count = super.read(bytes, start, (int) Math.min(length, left));
        received.addAndGet(Math.max(count, 0));
        return count;
      }
    };
  }

  String text() throws IOException {
    return new String(body().readAllBytes(), StandardCharsets.UTF_8);
  }

  JsonObject json() throws IOException, ApiError {
    String text = text();
    try {
      if (JsonParser.parseString(text.isEmpty() ? "{}" : text) instanceof JsonObject object) {
        return object;
      }
    } catch (JsonParseException e) {
      // the same answer as for JSON of another kind
    }
    throw new ApiError(400, "the body is not a JSON object");
  }

  /** Meets the faults that come before an answer; true when that was all. */
  boolean failed() throws IOException {
    return failed(false);
  }

  private boolean failed(boolean delayed) throws IOException {
    Optional<Fault> found = faults.before(method(), path, delayed);
    if (found.isEmpty()) {
      return false;
    }
    Fault fault = found.get();
    if (fault instanceof Fault.Status error) {
      answer(
          error.status(),
          error.headers(),
          "{\"error\":\"fault injected\"}".getBytes(StandardCharsets.UTF_8));
      return true;
    }
    if (fault instanceof Fault.Delay late) {
      sleep(late.delay().toMillis());
      return failed(true);
    }
    if (fault instanceof Fault.CutUpload cut) {
      cutUploadAfter = cut.bytes();
      return false;
    }
    throw new CutException();
  }

  void answer(JsonElement json) throws IOException {
    answer(200, Map.of(), json);
  }

  void answer(int code, Map<String, String> headers, JsonElement json) throws IOException {
    http.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
    answer(code, headers, json.toString().getBytes(StandardCharsets.UTF_8));
  }

  void answer(int code, Map<String, String> headers, byte[] body) throws IOException {
    answer(code, headers, new ByteArrayInputStream(body), body.length, false);
  }

  /** Answers with a file, or with the part of it that {@code Range} asks for. */
  void answerFile(Map<String, String> headers, InputStream content, long bytes) throws IOException {
    http.getResponseHeaders().set("Accept-Ranges", "bytes");
    http.getResponseHeaders().set("Content-Type", "application/octet-stream");
    String range = header("Range").orElse("");
    if (!range.matches("bytes=\\d+-\\d*")) {
      answer(200, headers, content, bytes, true);
      return;
    }
    String[] ends = range.substring("bytes=".length()).split("-", -1);
    long first = Long.parseLong(ends[0]);
    long last = ends[1].isEmpty() ? bytes - 1 : Math.min(Long.parseLong(ends[1]), bytes - 1);
    if (first > last) {
      http.getResponseHeaders().set("Content-Range", "bytes */" + bytes);
      answer(416, headers, new byte[0]);
      return;
    }
    content.skipNBytes(first);
    http.getResponseHeaders().set("Content-Range", "bytes " + first + "-" + last + "/" + bytes);
    answer(206, headers, content, last - first + 1, true);
  }

  private void answer(
      int code, Map<String, String> headers, InputStream content, long bytes, boolean file)
      throws IOException {
    headers.forEach(http.getResponseHeaders()::set);
    http.getResponseHeaders().set("X-Request-Id", "Root=1-" + UUID.randomUUID());
    Fault fault = code < 300 ? faults.during(method(), path, file).orElse(null) : null;
    if (fault instanceof Fault.LoseAnswer) {
      throw new CutException();
    }
    long length =
        fault instanceof Fault.Truncate shorter ? Math.min(shorter.bytes(), bytes) : bytes;
    long end = fault instanceof Fault.Cut cut ? Math.min(cut.bytes(), length) : length;
    long wrong = fault instanceof Fault.Corrupt ? length / 2 : -1;
    status = code;
    if (method().equals("HEAD")) {
      // The JDK's server sets no length for HEAD by itself.
      http.getResponseHeaders().set("Content-Length", String.valueOf(length));
      http.sendResponseHeaders(code, -1);
      return;
    }
    http.sendResponseHeaders(code, length == 0 ? -1 : length);
    if (length == 0) {
      return;
    }
    OutputStream out = http.getResponseBody();
    long step = fault instanceof Fault.Slow slow ? slow.bytesPerSecond() / 20 : BUFFER;
    byte[] buffer = new byte[(int) Math.max(1, Math.min(step, BUFFER))];
    for (long done = 0; done < end; ) {
      int count = content.read(buffer, 0, (int) Math.min(buffer.length, end - done));
      if (count < 0) {
        throw new IOException("the content ended early");
      }
      if (wrong >= done && wrong < done + count) {
        buffer[(int) (wrong - done)] ^= 1;
      }
      done += count;
      sent.set(done);
      out.write(buffer, 0, count);
      if (fault instanceof Fault.Slow slow) {
        out.flush();
        sleep(Math.max(1, count * 1000L / slow.bytesPerSecond()));
      }
    }
    out.flush();
    if (end < length) {
      throw new CutException();
    }
    out.close();
  }

  private static void sleep(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the server is closing", e);
    }
  }

  /** The connection is to be closed as it is. */
  static final class CutException extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
