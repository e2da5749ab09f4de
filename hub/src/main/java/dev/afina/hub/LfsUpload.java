package dev.afina.hub;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.hub.HubException.Reason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads large files to the Hub's storage by git LFS's batch protocol, in one piece or in parts as
 * the Hub demands. Files that are already there are not sent. The files belong to no revision until
 * a commit refers to them.
 */
final class LfsUpload {
  private static final Logger LOG = LoggerFactory.getLogger(LfsUpload.class);
  private static final String JSON = "application/vnd.git-lfs+json";
  private static final int BATCH = 256;
  private static final int PARALLEL = 4;

  /** The storage takes a while to join the parts of a large file. */
  private static final Duration JOINING = Duration.ofMinutes(5);

  private static final long REPORT_NANOS = 100_000_000;

  private final HubHttp http;
  private final String repositoryId;
  private final UploadListener listener;

  LfsUpload(HubHttp http, String repositoryId, UploadListener listener) {
    this.http = http;
    this.repositoryId = repositoryId;
    this.listener = listener;
  }

  /**
   * Uploads the files.
   *
   * @param files large files, none of them empty; files with the same content are sent once
   * @param ref the branch that they are for; empty for a pull request
   */
  void run(List<UploadFile> files, Optional<String> ref) throws IOException {
    Map<String, UploadFile> byHash = new LinkedHashMap<>();
    files.forEach(file -> byHash.putIfAbsent(file.hash().value(), file));
    List<UploadFile> distinct = List.copyOf(byHash.values());
    for (int start = 0; start < distinct.size(); start += BATCH) {
      List<UploadFile> batch = distinct.subList(start, Math.min(distinct.size(), start + BATCH));
      sendAll(batch, instructions(batch, ref), ref);
    }
    for (UploadFile file : files) {
      file.requireUnchanged();
    }
  }

  /** The Hub's instructions for each file, by hash; files that the Hub already has are missing. */
  private Map<String, JsonObject> instructions(List<UploadFile> files, Optional<String> ref)
      throws IOException {
    JsonArray objects = new JsonArray();
    for (UploadFile file : files) {
      objects.add(object(file));
    }
    JsonArray transfers = new JsonArray();
    transfers.add("basic");
    transfers.add("multipart");
    JsonObject body = new JsonObject();
    body.addProperty("operation", "upload");
    body.add("transfers", transfers);
    body.add("objects", objects);
    body.addProperty("hash_algo", "sha256");
    ref.ifPresent(
        name -> {
          JsonObject value = new JsonObject();
          value.addProperty("name", name);
          body.add("ref", value);
        });
    HubCall call =
        HubCall.post(
                http.resolve("/" + repositoryId + ".git/info/lfs/objects/batch"),
                JSON,
                Payload.of(body))
            .header("Accept", JSON);
    JsonElement answer = http.sendForJson(call);
    Map<String, JsonObject> actions = new LinkedHashMap<>();
    try {
      for (JsonElement element : answer.getAsJsonObject().getAsJsonArray("objects")) {
        JsonObject object = element.getAsJsonObject();
        String hash = object.get("oid").getAsString();
        if (object.get("error") instanceof JsonObject error) {
          throw new HubException(
              Reason.INVALID,
              repositoryId
                  + ": the Hub refuses the large file "
                  + nameOf(files, hash)
                  + ": "
                  + error.get("message").getAsString()
                  + "; nothing was committed");
        }
        if (object.get("actions") instanceof JsonObject action && action.has("upload")) {
          actions.put(hash, action);
        }
      }
    } catch (RuntimeException e) {
      throw unexpected(call, e);
    }
    return actions;
  }

  private static String nameOf(List<UploadFile> files, String hash) {
    return files.stream()
        .filter(file -> file.hash().value().equals(hash))
        .map(UploadFile::path)
        .findFirst()
        .orElse(hash);
  }

  private void sendAll(
      List<UploadFile> files, Map<String, JsonObject> actions, Optional<String> ref)
      throws IOException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            PARALLEL,
            task -> {
              Thread thread = new Thread(task, "afina-upload");
              thread.setDaemon(true);
              return thread;
            });
    try {
      ExecutorCompletionService<Void> running = new ExecutorCompletionService<>(threads);
      int count = 0;
      for (UploadFile file : files) {
        JsonObject action = actions.get(file.hash().value());
        if (action != null) {
          running.submit(
              () -> {
                send(file, action, ref);
                return null;
              });
          count++;
        }
      }
      for (int i = 0; i < count; i++) {
        running.take().get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while uploading to " + repositoryId);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException("the upload to " + repositoryId + " failed: " + e.getCause(), e);
    } finally {
      end(threads);
    }
  }

  /** Stops the other uploads after a failure; when this returns, none is reading files any more. */
  private static void end(ExecutorService threads) {
    threads.shutdownNow();
    try {
      threads.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(UploadFile file, JsonObject actions, Optional<String> ref) throws IOException {
    try {
      send(file, actions);
    } catch (HubException e) {
      if (!isGone(e)) {
        throw e;
      }
      LOG.info("{}: the storage's addresses have expired, new ones are asked for", file.path());
      JsonObject again = instructions(List.of(file), ref).get(file.hash().value());
      if (again == null) {
        new Meter(file).done(); // the Hub has it, so only an answer was lost
      } else {
        send(file, again);
      }
    }
  }

  /**
   * Whether the storage's addresses are no longer valid: after a while, which a slow upload
   * outlasts, or because an upload in parts was completed by a request whose answer was lost.
   */
  private static boolean isGone(HubException e) {
    return (e.status() == 403 && e.reason() != Reason.FORBIDDEN)
        || (e.status() == 404 && e.reason() == Reason.PROTOCOL);
  }

  private void send(UploadFile file, JsonObject actions) throws IOException {
    Meter meter = new Meter(file);
    URI href;
    long chunk;
    SortedMap<Integer, URI> parts = new TreeMap<>();
    Optional<URI> verify;
    try {
      JsonObject upload = actions.getAsJsonObject("upload");
      href = address(upload.get("href"));
      JsonObject header =
          upload.get("header") instanceof JsonObject object ? object : new JsonObject();
      chunk = header.has("chunk_size") ? JsonValues.size(header.get("chunk_size")) : 0;
      for (Map.Entry<String, JsonElement> entry : header.entrySet()) {
        if (chunk > 0 && entry.getKey().matches("\\d{1,9}")) {
          parts.put(Integer.valueOf(entry.getKey()), address(entry.getValue()));
        }
      }
      verify =
          actions.get("verify") instanceof JsonObject object
              ? Optional.of(address(object.get("href")))
              : Optional.empty();
    } catch (RuntimeException e) {
      throw unexpected(HubCall.get(http.endpoint()), e);
    }
    meter.report();
    if (chunk > 0) {
      sendParts(file, href, chunk, List.copyOf(parts.values()), meter);
    } else {
      put(href, new Slice(file, 0, file.size(), meter)).close();
    }
    if (verify.isPresent()) {
      http.send(
              HubCall.post(verify.get(), "application/json", Payload.of(object(file)))
                  .patient(JOINING))
          .close();
    }
    meter.done();
  }

  private void sendParts(UploadFile file, URI completion, long chunk, List<URI> parts, Meter meter)
      throws IOException {
    long expected = (file.size() + chunk - 1) / chunk;
    if (parts.size() != expected) {
      throw new HubException(
          Reason.PROTOCOL,
          file.path()
              + ": the Hub gives addresses for "
              + parts.size()
              + " parts, expected "
              + expected
              + " of "
              + chunk
              + " bytes");
    }
    JsonArray done = new JsonArray();
    for (int i = 0; i < parts.size(); i++) {
      long start = i * chunk;
      long length = Math.min(chunk, file.size() - start);
      try (HubResponse response = put(parts.get(i), new Slice(file, start, length, meter))) {
        HubCall call = response.call();
        String etag =
            response
                .header("ETag")
                .orElseThrow(
                    () ->
                        new HubException(
                            Reason.PROTOCOL, call.shown() + ": the answer has no ETag"));
        JsonObject part = new JsonObject();
        part.addProperty("partNumber", i + 1);
        part.addProperty("etag", etag);
        done.add(part);
      }
    }
    JsonObject body = new JsonObject();
    body.addProperty("oid", file.hash().value());
    body.add("parts", done);
    http.send(
            HubCall.post(completion, JSON, Payload.of(body))
                .header("Accept", JSON)
                .patient(JOINING))
        .close();
  }

  private HubResponse put(URI address, Payload content) throws IOException {
    return http.send(HubCall.put(address, content));
  }

  /** Parses an address from the Hub; that of a mirror may still name the public Hub. */
  private URI address(JsonElement text) {
    String address = text.getAsString();
    String hub = HubClient.DEFAULT_ENDPOINT + "/";
    return URI.create(
        address.startsWith(hub)
            ? http.endpoint() + "/" + address.substring(hub.length())
            : address);
  }

  private static JsonObject object(UploadFile file) {
    JsonObject object = new JsonObject();
    object.addProperty("oid", file.hash().value());
    object.addProperty("size", file.size());
    return object;
  }

  private static HubException unexpected(HubCall call, RuntimeException e) {
    return new HubException(
        Reason.PROTOCOL,
        call.shown() + ": not an answer of git LFS; is the endpoint a Hub? check HF_ENDPOINT",
        e);
  }

  /** Reports how much of a file was sent. */
  private final class Meter {
    private final UploadFile file;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong reported = new AtomicLong();

    Meter(UploadFile file) {
      this.file = file;
    }

    void add(long count) {
      bytes.addAndGet(count);
      long last = reported.get();
      long now = System.nanoTime();
      // The last step waits for done(): the Hub has yet to say that it has the file.
      if (now - last > REPORT_NANOS
          && bytes.get() < file.size()
          && reported.compareAndSet(last, now)) {
        report();
      }
    }

    void report() {
      reported.set(System.nanoTime());
      listener.progressed(new UploadListener.Progress(file.path(), bytes.get(), file.size()));
    }

    void done() {
      bytes.set(file.size());
      report();
    }
  }

  /** A part of a file that is metered while it is sent; if it is sent again, it is counted anew. */
  private static final class Slice implements Payload {
    private final Payload content;
    private final Meter meter;
    private long counted;

    Slice(UploadFile file, long start, long length, Meter meter) {
      this.content = Payload.of(file.file(), start, length);
      this.meter = meter;
    }

    @Override
    public synchronized InputStream open() throws IOException {
      meter.add(-counted);
      counted = 0;
      return new FilterInputStream(content.open()) {
        @Override
        public int read() throws IOException {
          byte[] one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int start, int length) throws IOException {
          int count = super.read(bytes, start, length);
          count(Math.max(count, 0));
          return count;
        }
      };
    }

    @Override
    public long bytes() {
      return content.bytes();
    }

    private synchronized void count(int more) {
      counted += more;
      meter.add(more);
    }
  }
}
