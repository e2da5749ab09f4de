package dev.afina.hub;

import com.google.gson.JsonElement;
import dev.afina.hub.HubException.Reason;
import dev.afina.internal.files.MessageText;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests to the Hub and the storage behind it, and handles token, redirects, retries and
 * errors.
 *
 * <p>The token is sent only to the Hub's own scheme, host and port. Redirects are followed here one
 * by one, because the JDK's client would lose the headers of the Hub's answer ({@code
 * X-Repo-Commit}, {@code X-Linked-Etag}), which only the redirect itself has. Thread safe.
 */
final class HubHttp {
  private static final Logger LOG = LoggerFactory.getLogger(HubHttp.class);
  private static final int MOST_REDIRECTS = 10;

  /**
   * Bytes that were taken may wait in the buffers of the system (4 MB on Linux) or of a proxy for a
   * slow line, which up to four uploads share. Nothing tells how many still do, so the wait grows
   * with the bytes taken.
   */
  private static final long SLOWEST_BYTES_PER_SECOND = 16 << 10;

  private static final Duration LONGEST_DRAINING = Duration.ofMinutes(5);

  /** Statuses after which another try may succeed. */
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

  private static final Set<String> LOOPBACK =
      Set.of("localhost", "127.0.0.1", "[::1]", "0:0:0:0:0:0:0:1");

  private static final Pattern RATE_LIMIT =
      Pattern.compile("\"([^\"]*)\"\\s*;\\s*r=(\\d{1,9})\\s*;\\s*t=(\\d{1,9})");

  private final Settings settings;
  private final Secrets secrets;
  private final HttpClient client;

  /** Hosts that have answered before, for which it is worth waiting. */
  private final Set<String> answered = ConcurrentHashMap.newKeySet();

  /**
   * The settings of a client.
   *
   * @param endpoint the Hub, such as {@code https://huggingface.co}
   * @param token the bearer token; null for none
   * @param connectTimeout the longest wait for a connection
   * @param readTimeout the longest wait for an answer's headers, and for the next bytes of a body
   * @param retry how failures are repeated
   * @param proxy which proxy leads where; null for none at all
   * @param offline whether each request is refused at once
   */
  record Settings(
      URI endpoint,
      @Nullable String token,
      Duration connectTimeout,
      Duration readTimeout,
      RetryPolicy retry,
      @Nullable ProxySelector proxy,
      boolean offline) {

    Settings {
      if (endpoint.getHost() == null || !isAllowed(endpoint)) {
        throw new IllegalArgumentException(
            "endpoint \""
                + endpoint
                + "\": expected https://host (http only for localhost); see HF_ENDPOINT");
      }
      String text = endpoint.toString();
      if (text.endsWith("/")) {
        endpoint = URI.create(text.replaceAll("/+$", ""));
      }
    }

    /** Without the token. */
    @Override
    public String toString() {
      return "Settings[" + endpoint + (token == null ? "" : ", with a token") + "]";
    }
  }

  HubHttp(Settings settings) {
    this.settings = settings;
    this.secrets = new Secrets(settings.token());
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // one connection per download, no shared window
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.connectTimeout());
    // Without a proxy of its own, the JDK's client would use the default one.
    builder.proxy(settings.proxy() == null ? HttpClient.Builder.NO_PROXY : settings.proxy());
    this.client = builder.build();
  }

  URI endpoint() {
    return settings.endpoint();
  }

  boolean isOffline() {
    return settings.offline();
  }

  /** Runs an action for a caller outside this package, removing the token from its exceptions. */
  <T> T guarded(Secrets.Action<T> action) throws IOException {
    return secrets.guarded(action);
  }

  /** A text that may quote a server, made safe for logs. */
  String shown(@Nullable String text) {
    return MessageText.of(secrets.shown(String.valueOf(text)));
  }

  /** Whether requests are sent with a token. */
  boolean hasToken() {
    return settings.token() != null;
  }

  /** The endpoint followed by a path, which starts with {@code /} and is already encoded. */
  URI resolve(String path) {
    return URI.create(settings.endpoint() + path);
  }

  /** The address of a repository's file. */
  URI file(RepositoryKind kind, String repositoryId, String revision, String path) {
    String repository = "/" + kind.prefix() + repositoryId;
    return resolve(repository + "/resolve/" + encoded(revision) + "/" + encodedPath(path));
  }

  /**
   * Encodes one path segment including its slashes: {@code refs/pr/1} becomes {@code
   * refs%2Fpr%2F1}.
   */
  static String encoded(String segment) {
    StringBuilder text = new StringBuilder();
    for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~".indexOf(c) >= 0;
      text.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
    }
    return text.toString();
  }

  /** Encodes a path, keeping its slashes. */
  static String encodedPath(String path) {
    return encoded(path).replace("%2F", "/");
  }

  /**
   * Sends a request, retrying if that may help, and follows redirects.
   *
   * @return the answer, with a status below 400; the caller closes it
   * @throws HubException if the Hub refuses it or cannot be reached
   * @throws InterruptedIOException if the thread is interrupted; its interrupt flag is set again
   */
  HubResponse send(HubCall call) throws IOException {
    if (settings.offline()) {
      throw new HubException(
          Reason.OFFLINE,
          call.shown()
              + ": not asked, because offline mode is on; unset HF_HUB_OFFLINE or download the files before");
    }
    int retries = call.repeat() == HubCall.Repeat.NEVER ? 0 : settings.retry().retries();
    for (int retry = 1; ; retry++) {
      boolean last = retry > retries;
      String host = call.uri().getHost();
      Duration pause = settings.retry().pause(retry);
      String why;
      try {
        HubResponse response = followed(call);
        answered.add(host);
        if (response.status() < 400) {
          return response;
        }
        HubFailure failure = HubFailure.read(response, isHub(response.call().uri()));
        Optional<Duration> asked = askedWait(response.headers());
        if (last
            || !maySendAgain(call, failure.status())
            || asked
                .filter(wait -> wait.compareTo(settings.retry().longestWait()) > 0)
                .isPresent()) {
          throw failure.exception(asked, retry, hasToken());
        }
        pause = asked.orElse(pause);
        why = "status " + failure.status();
      } catch (HubException | InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        boolean absent = !answered.contains(host) && ConnectFailure.isFinal(e, retry);
        if (last || absent || call.repeat() != HubCall.Repeat.ALWAYS) {
          throw new HubException(
              Reason.UNREACHABLE,
              call.shown()
                  + ": "
                  + described(e, host)
                  + (retry > 1 ? ", after " + retry + " tries" : "")
                  + "; check the network and HF_ENDPOINT, then try again",
              e);
        }
        why = described(e, host);
      }
      LOG.info(
          "{}: {}; try {} in {} ms", shown(call.shown()), shown(why), retry + 1, pause.toMillis());
      sleep(pause);
    }
  }

  /** Sends a request and returns the JSON of its answer. */
  JsonElement sendForJson(HubCall call) throws IOException {
    try (HubResponse response = send(call)) {
      return response.json();
    }
  }

  /** Sleeps as part of I/O: an interrupt is reported as an {@link InterruptedIOException}. */
  static void sleep(Duration pause) throws InterruptedIOException {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static boolean maySendAgain(HubCall call, int status) {
    return call.repeat() == HubCall.Repeat.WHEN_REFUSED ? status == 429 : PASSING.contains(status);
  }

  private HubResponse followed(HubCall first) throws IOException {
    HubCall call = first;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      HubResponse response = exchanged(call);
      Optional<URI> location = response.location();
      boolean redirect =
          response.status() >= 300 && response.status() < 400 && location.isPresent();
      if (!redirect || (!isHub(location.get()) && !call.leavesHub())) {
        return response;
      }
      boolean repeatable =
          call.method().equals("GET")
              || call.method().equals("HEAD")
              || response.status() == 307
              || response.status() == 308;
      if (!repeatable) {
        response.close();
        throw new HubException(
            Reason.PROTOCOL,
            call.shown() + ": status " + response.status() + " redirects a request with a body");
      }
      response.close();
      call = call.to(location.get());
    }
    throw new HubException(
        Reason.PROTOCOL, first.shown() + ": more than " + MOST_REDIRECTS + " redirects");
  }

  private HubResponse exchanged(HubCall call) throws IOException {
    if (!isAllowed(call.uri()) || (isLoopback(call.uri()) && !isLoopback(settings.endpoint()))) {
      throw new HubException(
          Reason.PROTOCOL,
          "the Hub points to "
              + HubCall.shown(call.uri())
              + ", which is not followed: only https is, and nothing of this machine");
    }
    HttpRequest.Builder request = HttpRequest.newBuilder(call.uri());
    call.headers().forEach(request::header);
    request.header("User-Agent", userAgent());
    if (isHub(call.uri())) {
      // The Hub repeats this id in its answer; its operators find the request by it.
      request.header("X-Amzn-Trace-Id", UUID.randomUUID().toString());
      if (settings.token() != null) {
        request.header("Authorization", "Bearer " + settings.token());
      }
    }
    Payload payload = call.payload();
    Progress sent = new Progress();
    if (payload == null) {
      request.method(call.method(), HttpRequest.BodyPublishers.noBody());
    } else {
      request.method(call.method(), publisher(payload, sent));
    }
    HttpResponse<InputStream> response = answer(request.build(), sent, call.patience());
    // The JDK has no body for a proxy's answer to CONNECT.
    InputStream body = Objects.requireNonNullElseGet(response.body(), InputStream::nullInputStream);
    return new HubResponse(call, response.statusCode(), response.headers(), body);
  }

  /**
   * Waits for the headers. The JDK's request timeout counts from the start of the request, which
   * would rule out large uploads; here the time counts from the last byte that the client took, and
   * the bytes that may still be on their way add to it.
   */
  private HttpResponse<InputStream> answer(HttpRequest request, Progress sent, Duration patience)
      throws IOException {
    CompletableFuture<HttpResponse<InputStream>> answer =
        client.sendAsync(request, headers -> new GuardedBody(settings.readTimeout()));
    long timeout = Math.max(settings.readTimeout().toNanos(), patience.toNanos());
    while (true) {
      long left = sent.last + timeout + draining(sent.taken).toNanos() - System.nanoTime();
      try {
        return answer.get(Math.max(left, 1), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        long patient = timeout + draining(sent.taken).toNanos();
        if (System.nanoTime() - sent.last >= patient) {
          answer.cancel(true);
          throw new HttpTimeoutException("no answer within " + patient / 1_000_000 + " ms");
        }
      } catch (InterruptedException e) {
        answer.cancel(true);
        throw interrupted();
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof IOException io) {
          throw io;
        }
        throw new IOException("the request failed: " + cause, cause);
      }
    }
  }

  /** The longest time that so many bytes may take to leave this machine. */
  static Duration draining(long bytes) {
    Duration slowest = Duration.ofMillis(bytes * 1000 / SLOWEST_BYTES_PER_SECOND);
    return slowest.compareTo(LONGEST_DRAINING) < 0 ? slowest : LONGEST_DRAINING;
  }

  private static HttpRequest.BodyPublisher publisher(Payload payload, Progress sent) {
    HttpRequest.BodyPublisher bytes =
        HttpRequest.BodyPublishers.ofInputStream(() -> new CountedBody(payload, sent));
    return payload.bytes() == 0
        ? HttpRequest.BodyPublishers.noBody()
        : HttpRequest.BodyPublishers.fromPublisher(bytes, payload.bytes());
  }

  private boolean isHub(URI uri) {
    URI hub = settings.endpoint();
    return hub.getScheme().equalsIgnoreCase(uri.getScheme())
        && hub.getHost().equalsIgnoreCase(uri.getHost())
        && port(hub) == port(uri);
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0
        ? uri.getPort()
        : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }

  private static boolean isAllowed(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme())
        || ("http".equalsIgnoreCase(uri.getScheme()) && isLoopback(uri));
  }

  static boolean isLoopback(URI uri) {
    return uri.getHost() != null && LOOPBACK.contains(uri.getHost().toLowerCase(Locale.ROOT));
  }

  private static String userAgent() {
    String version = HubHttp.class.getPackage().getImplementationVersion();
    return "afina/" + (version == null ? "dev" : version) + "; java/" + Runtime.version().feature();
  }

  /**
   * The wait that the Hub asks for. {@code ratelimit: "api";r=0;t=55} counts only if no requests
   * are left (r=0), since other answers have the header too. One second is added, because t is
   * rounded.
   */
  static Optional<Duration> askedWait(HttpHeaders headers) {
    Matcher limit = RATE_LIMIT.matcher(headers.firstValue("ratelimit").orElse(""));
    if (limit.find() && Long.parseLong(limit.group(2)) == 0) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(limit.group(3)) + 1));
    }
    return headers.firstValue("Retry-After").flatMap(HubHttp::retryAfter);
  }

  private static Optional<Duration> retryAfter(String text) {
    try {
      return Optional.of(Duration.ofSeconds(Math.max(0, Long.parseLong(text.strip()))));
    } catch (NumberFormatException notSeconds) {
      try {
        ZonedDateTime when = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
        Duration wait = Duration.between(ZonedDateTime.now(when.getZone()), when);
        return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
      } catch (DateTimeParseException unknown) {
        return Optional.empty();
      }
    }
  }

  private static String described(IOException e, String host) {
    String message = e.getMessage();
    return ConnectFailure.described(e, host)
        .orElseGet(() -> message == null ? e.getClass().getSimpleName() : message);
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while talking to the Hub");
  }

  /** When the last byte of a request was taken, and how many were before. */
  private static final class Progress {
    volatile long last = System.nanoTime();
    volatile long taken; // written by the one thread that reads the body
  }

  /**
   * Provides exactly the announced number of bytes and records when they are read. The payload is
   * opened on the first read, because the JDK's client does not accept an exception earlier.
   */
  private static final class CountedBody extends InputStream {
    private final Payload payload;
    private final Progress progress;
    private @Nullable InputStream in;
    private long left;

    CountedBody(Payload payload, Progress progress) {
      this.payload = payload;
      this.left = payload.bytes();
      this.progress = progress;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int start, int length) throws IOException {
      progress.last = System.nanoTime();
      if (left == 0) {
        return -1;
      }
      InputStream from = in;
      if (from == null) {
        from = payload.open();
        in = from;
      }
      int count = from.read(bytes, start, (int) Math.min(length, left));
      if (count < 0) {
        throw new IOException("the file became shorter during the upload");
      }
      left -= count;
      progress.taken = payload.bytes() - left;
      return count;
    }

    @Override
    public void close() throws IOException {
      if (in != null) {
        in.close();
      }
    }
  }
}
