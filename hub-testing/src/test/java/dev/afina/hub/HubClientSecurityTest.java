package dev.afina.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.afina.hub.HubException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that means harm. */
class HubClientSecurityTest {
  private static final ModelReference MODEL = ModelReference.parse("a/b");
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String TOKEN = "hf_secretsecretsecret";

  /** What the server answers. */
  private record Answer(int status, Map<String, String> headers, String body) {}

  @TempDir Path folder;
  private Path cache;
  private HttpServer server;
  private HttpServer elsewhere;
  private final Map<String, Answer> answers = new TreeMap<>();
  private final List<String> strange = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void start() throws IOException {
    cache = folder.resolve("cache");
    server = server(this::answer);
    elsewhere =
        server(
            exchange -> {
              strange.add(
                  exchange.getRequestURI()
                      + " "
                      + exchange.getRequestHeaders().getFirst("Authorization"));
              byte[] body = "stolen".getBytes(StandardCharsets.UTF_8);
              exchange.sendResponseHeaders(200, body.length);
              exchange.getResponseBody().write(body);
              exchange.close();
            });
    json("/api/models/a/b/revision/main", "{\"sha\": \"" + COMMIT + "\"}");
  }

  @AfterEach
  void stop() {
    server.stop(0);
    elsewhere.stop(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "a/../../evil",
        "/etc/evil",
        "C:/evil",
        "c:evil",
        "..\\\\evil",
        "a\\\\..\\\\evil",
        "a//evil",
        "./evil",
        "a/./evil",
        "",
        "evil\\u0000",
        ".."
      })
  void listedName_thatLeavesTheFolder_isRefused(String name) throws IOException {
    list(
        "{\"type\": \"file\", \"path\": \""
            + name
            + "\", \"size\": 4, \"oid\": \""
            + COMMIT
            + "\"}");

    assertThatThrownBy(() -> client().snapshot(MODEL, List.of(), List.of()))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PROTOCOL))
        .hasMessageContaining("which is refused: it ");
    assertThat(evil()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "/x", "a/../x", "C:\\x", "a\\x", "", "a/"})
  void askedName_thatLeavesTheFolder_isRefused(String name) {
    assertThatThrownBy(() -> client().download(MODEL, name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("file \"" + name + "\": it ")
        .hasMessageEndingWith("expected a path in the repository");
  }

  @Test
  void strangeNames_amongOthers_canBeLeftOut() throws IOException {
    list(
        "{\"type\": \"file\", \"path\": \"..\\\\x\", \"size\": 4, \"oid\": \"" + COMMIT + "\"}",
        entry("config.json", "{}"));
    file("config.json", "{}");

    assertThat(client().snapshot(MODEL, List.of("*.json"), List.of()).resolve("config.json"))
        .hasContent("{}");
  }

  @Test
  void nameBelowALink_isRefused() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Path snapshot =
        Files.createDirectories(cache.resolve("models--a--b/snapshots").resolve(COMMIT));
    Files.createSymbolicLink(snapshot.resolve("sub"), outside);
    list(entry("sub/evil", "evil"));
    file("sub/evil", "evil");

    assertThatThrownBy(() -> client().snapshot(MODEL, List.of(), List.of()))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("a link on its way leads out of");
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void commit_thatIsNone_isRefused() throws IOException {
    json("/api/models/a/b/revision/main", "{\"sha\": \"../../../../evil\"}");
    assertThatThrownBy(() -> client().snapshot(MODEL, List.of(), List.of()))
        .hasMessageContaining("the answer names no commit");
    head("x", Map.of("X-Repo-Commit", "../../evil", "ETag", "\"" + COMMIT + "\""));
    assertThatThrownBy(() -> client().download(MODEL, "x"))
        .hasMessageContaining("the answer lacks a commit");
    assertThat(evil()).isEmpty();
  }

  @Test
  void etag_thatIsNoHash_isRefused() throws IOException {
    head("x", Map.of("X-Repo-Commit", COMMIT, "ETag", "\"../../evil\""));
    assertThatThrownBy(() -> client().download(MODEL, "x"))
        .hasMessageContaining("the answer lacks a hash, so the file could not be verified");
    list("{\"type\": \"file\", \"path\": \"x\", \"size\": 4, \"oid\": \"../../evil\"}");
    assertThatThrownBy(() -> client().snapshot(MODEL, List.of(), List.of()))
        .hasMessage("a/b: the Hub announces no hash for \"x\", so it could not be verified");
    assertThat(evil()).isEmpty();
  }

  @Test
  void moreBytesThanAnnounced_areNotRead() throws IOException {
    list(entry("x", "four"));
    answers.put("/a/b/resolve/" + COMMIT + "/x", new Answer(200, Map.of(), "x".repeat(5_000_000)));

    assertThatThrownBy(() -> client().snapshot(MODEL, List.of(), List.of()))
        .hasMessageContaining("the content has git SHA-1 ");
    assertThat(evil()).isEmpty();
  }

  @Test
  void moreBytesThanTheDiskHas_areNotAskedFor() throws IOException {
    list(
        "{\"type\": \"file\", \"path\": \"x\", \"size\": 1000000000000000000, \"oid\": \""
            + COMMIT
            + "\"}");

    assertThatThrownBy(() -> client().snapshot(MODEL, List.of(), List.of()))
        .hasMessageStartingWith("x: needs 1000000000000000000 bytes, but the disk of ")
        .hasMessageEndingWith("free some space or set HF_HUB_CACHE to another disk");
  }

  @Test
  void redirectToAnotherHost_getsNoToken() throws IOException {
    String address = "http://127.0.0.1:" + elsewhere.getAddress().getPort();
    list(entry("x", "stolen"));
    answers.put(
        "/a/b/resolve/" + COMMIT + "/x",
        new Answer(302, Map.of("Location", address + "/blob?signature=abc"), ""));

    Path snapshot = client().snapshot(MODEL, List.of(), List.of());

    assertThat(snapshot.resolve("x")).hasContent("stolen");
    assertThat(strange).containsExactly("/blob?signature=abc null");
  }

  @Test
  void listingThatGoesOnElsewhere_getsNoToken() throws IOException {
    String address = "http://127.0.0.1:" + elsewhere.getAddress().getPort();
    answers.put(
        tree(),
        new Answer(
            200,
            Map.of("Link", "<" + address + "/more>; rel=\"next\""),
            "[" + entry("x", "x") + "]"));

    assertThatThrownBy(() -> client().files(MODEL)).isInstanceOf(HubException.class);
    assertThat(strange).containsExactly("/more null");
  }

  @Test
  void listingWithoutEnd_ends() throws IOException {
    answers.put(tree(), new Answer(200, Map.of("Link", "<" + tree() + ">; rel=\"next\""), "[]"));

    assertThatThrownBy(() -> client().files(MODEL))
        .hasMessageContaining("a listing that does not end");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "[1]", "[{}]", "[{\"type\": \"file\", \"path\": 3}]", "<html>", "null"})
  void listingThatIsNone_isAHubException(String body) {
    json(tree(), body);

    assertThatThrownBy(() -> client().files(MODEL))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PROTOCOL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://huggingface.co",
        "http://127.0.0.1.evil.org",
        "ftp://localhost",
        "http://localhost@evil.org",
        "https://user:pass@host",
        "huggingface.co"
      })
  void endpoint_withoutTls_isRefused(String address) {
    assertThatThrownBy(() -> HubClient.builder().endpoint(address).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("endpoint ");
  }

  @Test
  void redirectToPlainHttpOrAnotherProtocol_isRefused() throws IOException {
    for (String target :
        List.of("http://example.org/x", "file:///etc/passwd", "ftp://h/x", "http://[bad")) {
      head("x", Map.of("X-Repo-Commit", COMMIT));
      list(entry("x", "stolen"));
      answers.put("/a/b/resolve/" + COMMIT + "/x", new Answer(302, Map.of("Location", target), ""));
      assertThatThrownBy(() -> client().snapshot(MODEL, List.of(), List.of()))
          .isInstanceOf(HubException.class);
    }
    assertThat(evil()).isEmpty();
  }

  private HubClient client() {
    return HubClient.builder()
        .endpoint("http://127.0.0.1:" + server.getAddress().getPort())
        .cache(cache)
        .token(TOKEN)
        .retry(HubClientTest.FAST)
        .build();
  }

  private void json(String path, String body) {
    answers.put(path, new Answer(200, Map.of(), body));
  }

  private void list(String... entries) {
    json(tree(), "[" + String.join(",", entries) + "]");
  }

  private static String tree() {
    return "/api/models/a/b/tree/" + COMMIT;
  }

  private void head(String name, Map<String, String> headers) {
    answers.put("/a/b/resolve/main/" + name, new Answer(200, headers, "four"));
  }

  private void file(String name, String content) {
    answers.put("/a/b/resolve/" + COMMIT + "/" + name, new Answer(200, Map.of(), content));
  }

  private static String entry(String path, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    MessageDigest sha1 = ContentHash.digest("SHA-1");
    sha1.update(("blob " + bytes.length + "\0").getBytes(StandardCharsets.US_ASCII));
    sha1.update(bytes);
    return "{\"type\": \"file\", \"path\": \""
        + path
        + "\", \"size\": "
        + bytes.length
        + ", \"oid\": \""
        + ContentHash.hex(sha1)
        + "\"}";
  }

  /** Everything that was stored: contents, links, parts, and whatever lies outside the cache. */
  private List<Path> evil() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(f -> !Files.isDirectory(f))
          .filter(
              f ->
                  !f.startsWith(cache)
                      || f.toString().contains("/blobs/")
                      || f.toString().contains("/snapshots/")
                      || f.toString().contains("evil"))
          .toList();
    }
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private static HttpServer server(Handler handler) throws IOException {
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    server.createContext("/", handler::handle);
    server.start();
    return server;
  }

  private void answer(HttpExchange exchange) throws IOException {
    Answer answer = answers.get(exchange.getRequestURI().getPath());
    if (answer == null) {
      exchange.sendResponseHeaders(404, -1);
    } else {
      answer.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
      boolean empty = exchange.getRequestMethod().equals("HEAD") || answer.body().isEmpty();
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), empty ? -1 : body.length);
      if (!empty) {
        exchange.getResponseBody().write(body);
      }
    }
    exchange.close();
  }
}
