package dev.afina.hub;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import dev.afina.hub.HubException.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a server that says anything, also what no Hub would. */
class HubHttpTest {
  private static final RetryPolicy FAST =
      new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofSeconds(2));

  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;
  private int status = 200;
  private String body = "{}";
  private Map<String, String> headers = Map.of();
  private Duration pause = Duration.ZERO; // before a request's body is read

  @BeforeEach
  void start() throws IOException {
    server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String token = exchange.getRequestHeaders().getFirst("Authorization");
          seen.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + (token == null ? "" : " " + token));
          boolean end = exchange.getRequestURI().getPath().equals("/end");
          headers.forEach(exchange.getResponseHeaders()::set);
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          LockSupport.parkNanos(pause.toNanos());
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(end ? 200 : status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @ParameterizedTest
  @CsvSource({
    "401, '', '', /api/whoami-v2, UNAUTHORIZED, a token is needed: set HF_TOKEN",
    "401, '', '', /api/models/a/b, REPOSITORY_NOT_FOUND, 'or it is private: check the name, or set HF_TOKEN'",
    "404, RepoNotFound, '', /api/models/a/b, REPOSITORY_NOT_FOUND, there is no such repository",
    "404, RevisionNotFound, '', /x, REVISION_NOT_FOUND, 'no such branch, tag or commit'",
    "404, EntryNotFound, '', /x, ENTRY_NOT_FOUND, the revision has no such file",
    "403, GatedRepo, '', /x, GATED, accept the conditions on the repository's page",
    "403, '', Access to this resource is disabled., /x, DISABLED, the Hub has disabled the repository",
    "403, '', '', /x, FORBIDDEN, use one with write access",
    "409, '', '', /x, CONFLICT, someone else changed the repository",
    "412, '', '', /x, CONFLICT, someone else changed the repository",
    "400, '', '', /x, INVALID, mend the request",
    "407, '', '', /x, UNREACHABLE, the proxy asks for a user and password",
    "404, '', '', /x, PROTOCOL, check HF_ENDPOINT",
    "501, '', '', /x, SERVER_ERROR, try again later"
  })
  void send_error_hasReasonAndAdvice(
      int code, String errorCode, String message, String path, Reason reason, String advice) {
    status = code;
    headers = Map.of("X-Error-Code", errorCode, "X-Error-Message", message, "x-request-id", "r1");
    assertThatThrownBy(() -> http(null).send(get(path + "?secret=1")))
        .isInstanceOfSatisfying(
            HubException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.status()).isEqualTo(code);
              assertThat(e.requestId()).contains("r1");
            })
        .hasMessageContaining("GET " + base() + path + ": status " + code)
        .hasMessageContaining("(request r1)")
        .hasMessageContaining(advice)
        .hasMessageNotContaining("secret");
    assertThat(seen).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"error\":\"one\"} | \"one\"",
        "{\"error\":[\"one\",\"two\"]} | \"one; two\"",
        "{\"errors\":[{\"message\":\"three\"}]} | \"three\"",
        "<html>no</html> | status 400;"
      })
  void send_errorBody_isInTheMessage(String answer, String expected) {
    status = 400;
    body = answer;
    assertThatThrownBy(() -> http(null).send(get("/x"))).hasMessageContaining(expected);
  }

  @ParameterizedTest
  @CsvSource({"408", "429", "500", "502", "503", "504"})
  void send_passingStatus_isTriedAgain(int code) {
    status = code;
    assertThatThrownBy(() -> http(null).send(get("/x"))).hasMessageContaining(" after 3 tries");
    assertThat(seen).hasSize(3);
  }

  @Test
  void send_once_isNotTriedAgain() {
    status = 503;
    assertThatThrownBy(() -> http(null).send(get("/x").once())).hasMessageContaining("status 503");
    assertThatThrownBy(() -> http(null).send(get("/x").unlessDone()))
        .hasMessageContaining("status 503");
    assertThat(seen).hasSize(2);
    status = 429;
    assertThatThrownBy(() -> http(null).send(get("/x").unlessDone()))
        .hasMessageContaining("after 3 tries");
    assertThat(seen).hasSize(5);
  }

  @Test
  void send_redirectToAnotherHost_leavesTheTokenBehind() throws IOException {
    status = 302;
    headers = Map.of("Location", "http://localhost:" + server.getAddress().getPort() + "/end");
    http("hf_secret").send(get("/x")).close();
    assertThat(seen).containsExactly("GET /x Bearer hf_secret", "GET /end");
    seen.clear();
    try (HubResponse head = http("hf_secret").send(HubCall.head(uri("/x")))) {
      assertThat(head.status()).isEqualTo(302);
      assertThat(head.location().orElseThrow().getPath()).isEqualTo("/end");
    }
    assertThat(seen).containsExactly("HEAD /x Bearer hf_secret");
  }

  @Test
  void send_redirectWithinTheHub_keepsTheToken() throws IOException {
    status = 307;
    headers = Map.of("Location", "/end");
    http("hf_secret").send(get("/x")).close();
    http("hf_secret").send(HubCall.post(uri("/y"), "text/plain", Payload.of("text"))).close();
    assertThat(seen)
        .containsExactly(
            "GET /x Bearer hf_secret",
            "GET /end Bearer hf_secret",
            "POST /y Bearer hf_secret",
            "POST /end Bearer hf_secret");
  }

  @Test
  void send_redirectWithoutEnd_isAnError() {
    status = 302;
    headers = Map.of("Location", "/x");
    assertThatThrownBy(() -> http(null).send(get("/x")))
        .hasMessageContaining("more than 10 redirects");
  }

  @Test
  void send_redirectToPlainHttp_isRefused() {
    status = 302;
    headers = Map.of("Location", "http://example.org/file");
    assertThatThrownBy(() -> http(null).send(get("/x")))
        .isInstanceOf(HubException.class)
        .hasMessageContaining(
            "points to http://example.org/file, which is not followed: only https is");
  }

  @Test
  void send_offline_asksNothing() {
    HubHttp offline =
        new HubHttp(
            new HubHttp.Settings(
                URI.create(base()),
                null,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                FAST,
                null,
                true));
    assertThatThrownBy(() -> offline.send(get("/x")))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OFFLINE))
        .hasMessageContaining("unset HF_HUB_OFFLINE");
    assertThat(seen).isEmpty();
  }

  @Test
  void send_serverThatIsAway_isTriedOftenIfItAnsweredBefore() throws IOException {
    HubHttp http = http(null);
    http.send(get("/x")).close();
    server.stop(0);
    assertThatThrownBy(() -> http.send(get("/x")))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE))
        .hasMessageContaining("after 3 tries; check the network and HF_ENDPOINT");
  }

  @Test
  void send_serverThatNeverWasThere_isTriedTwice() {
    server.stop(0);
    assertThatThrownBy(() -> http(null).send(get("/x")))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE))
        .hasMessageContaining("no connection to 127.0.0.1, after 2 tries; check the network");
  }

  @Test
  void json_page_isAProtocolError() {
    body = "<html>";
    assertThatThrownBy(() -> http(null).sendForJson(get("/x")))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PROTOCOL))
        .hasMessageContaining("expected JSON, got \"<html>\"");
  }

  /** As with a slow line: the system takes the bytes at once, and they arrive later. */
  @Test
  void send_bytesThatWaitInBuffers_haveTimeToLeave() throws IOException {
    pause = Duration.ofMillis(900);
    HubCall call = HubCall.put(uri("/x"), Payload.of("x".repeat(1 << 20)));
    http(null, Duration.ofMillis(300)).send(call).close();
    assertThat(seen).containsExactly("PUT /x");
  }

  @Test
  void send_fewBytes_haveTheTimeOfAnAnswer() {
    pause = Duration.ofMillis(900);
    HubCall call = HubCall.put(uri("/x"), Payload.of("x")).once();
    assertThatThrownBy(() -> http(null, Duration.ofMillis(300)).send(call))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE))
        .hasMessageContaining("no answer within 300 ms");
  }

  @Test
  void draining_isThatOfASlowLine() {
    assertThat(HubHttp.draining(0)).isZero();
    assertThat(HubHttp.draining(4 << 20)).isEqualTo(Duration.ofSeconds(256));
    assertThat(HubHttp.draining(1L << 40)).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void send_proxyThatAsksForAPassword_isNamed() throws Exception {
    try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread serving = new Thread(() -> refuse(proxy));
      serving.start();
      HubHttp http =
          new HubHttp(
              new HubHttp.Settings(
                  URI.create("https://hub.example"),
                  "hf_secret",
                  Duration.ofSeconds(5),
                  Duration.ofSeconds(5),
                  FAST,
                  ProxySelector.of(
                      new InetSocketAddress(proxy.getInetAddress(), proxy.getLocalPort())),
                  false));
      assertThatThrownBy(() -> http.send(HubCall.get(URI.create("https://hub.example/x"))))
          .isInstanceOfSatisfying(
              HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE))
          .hasMessageStartingWith(
              "GET https://hub.example/x: status 407; the proxy asks for a user");
      serving.join();
    }
    assertThat(seen)
        .contains("CONNECT hub.example:443 HTTP/1.1")
        .noneMatch(line -> line.contains("secret"));
  }

  private void refuse(ServerSocket proxy) {
    try (Socket client = proxy.accept();
        BufferedReader asked =
            new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
      for (String line = asked.readLine(); !line.isEmpty(); line = asked.readLine()) {
        seen.add(line);
      }
      client
          .getOutputStream()
          .write(
              "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=a\r\nContent-Length: 0\r\n\r\n"
                  .getBytes(US_ASCII));
    } catch (IOException e) {
      seen.add(e.toString());
    }
  }

  @Test
  void settings_plainHttp_isForThisMachineOnly() {
    assertThatThrownBy(
            () ->
                new HubHttp.Settings(
                    URI.create("http://huggingface.co"),
                    "hf_secret",
                    Duration.ZERO,
                    Duration.ZERO,
                    FAST,
                    null,
                    false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected https://host (http only for localhost)");
  }

  @Test
  void encoded_allButPlainCharacters() {
    assertThat(HubHttp.encoded("refs/pr/1")).isEqualTo("refs%2Fpr%2F1");
    assertThat(HubHttp.encodedPath("a b/é+.txt")).isEqualTo("a%20b/%C3%A9%2B.txt");
  }

  @Test
  void askedWait_readsBothHeaders() {
    assertThat(askedWait("ratelimit", "\"api\";r=0;t=55")).isEqualTo(Duration.ofSeconds(56));
    assertThat(askedWait("Retry-After", "3")).isEqualTo(Duration.ofSeconds(3));
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(30));
    assertThat(askedWait("Retry-After", date).toSeconds()).isCloseTo(30L, within(2L));
    assertThat(HubHttp.askedWait(header("ratelimit", "\"api\";r=7;t=55"))).isEmpty();
    assertThat(HubHttp.askedWait(header("Retry-After", "soon"))).isEmpty();
  }

  private static Duration askedWait(String name, String value) {
    return HubHttp.askedWait(header(name, value)).orElseThrow();
  }

  private static HttpHeaders header(String name, String value) {
    return HttpHeaders.of(Map.of(name, List.of(value)), (a, b) -> true);
  }

  private String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private URI uri(String path) {
    return URI.create(base() + path);
  }

  private HubCall get(String path) {
    return HubCall.get(uri(path));
  }

  private HubHttp http(String token) {
    return http(token, Duration.ofSeconds(5));
  }

  private HubHttp http(String token, Duration readTimeout) {
    return new HubHttp(
        new HubHttp.Settings(
            URI.create(base()), token, Duration.ofSeconds(5), readTimeout, FAST, null, false));
  }
}
