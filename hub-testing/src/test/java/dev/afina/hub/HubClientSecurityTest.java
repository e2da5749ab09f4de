package dev.afina.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.afina.hub.HubException.Reason;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
              byte[] body = "stolen".getBytes(UTF_8);
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
        "evil\\ud800",
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
  @ValueSource(
      strings = {"99999999999999999999", "9223372036854775808", "-1", "1.5", "1e3", "null", "[1]"})
  void listedSize_thatIsNone_isRefused(String size) {
    list(
        "{\"type\": \"file\", \"path\": \"x\", \"size\": "
            + size
            + ", \"oid\": \""
            + COMMIT
            + "\"}");

    assertThatThrownBy(() -> client().files(MODEL))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PROTOCOL))
        .hasMessageContaining(
            "not a listing of files (size \""
                + size
                + "\", expected a whole number of bytes, at most 10^18); is the endpoint a Hub?");
  }

  @Test
  void announcedLength_thatIsNoNumber_isRefused() {
    head(
        "x",
        Map.of("X-Repo-Commit", COMMIT, "ETag", COMMIT, "X-Linked-Size", "99999999999999999999"));
    assertThatThrownBy(() -> client().download(MODEL, "x"))
        .hasMessageContaining("the answer lacks a size");
  }

  /** The token as a server may send it back. */
  private static List<String> echoes() {
    String base64 = Base64.getEncoder().encodeToString(("xx:" + TOKEN).getBytes(UTF_8));
    StringBuilder percent = new StringBuilder();
    StringBuilder json = new StringBuilder();
    StringBuilder html = new StringBuilder();
    StringBuilder decimal = new StringBuilder();
    for (int i = 0; i < TOKEN.length(); i++) {
      char c = TOKEN.charAt(i);
      percent.append(String.format(Locale.ROOT, "%%%02x", (int) c));
      json.append(String.format(Locale.ROOT, "\\\\u%04x", (int) c));
      html.append(String.format(Locale.ROOT, "&#x%x;", (int) c));
      decimal.append("&#").append((int) c).append(';');
    }
    return List.of(
        TOKEN,
        "Bearer " + TOKEN,
        TOKEN.toUpperCase(Locale.ROOT),
        TOKEN.substring(0, 15),
        TOKEN.replace("", " "),
        TOKEN.replace("", "-"),
        new StringBuilder(TOKEN).reverse().toString(),
        HexFormat.of().formatHex(TOKEN.getBytes(UTF_8)),
        "0" + HexFormat.of().withUpperCase().formatHex(TOKEN.getBytes(UTF_8)),
        base64,
        "abc" + base64.substring(0, base64.length() - 2),
        Base64.getUrlEncoder().encodeToString(base64.getBytes(UTF_8)),
        percent.toString(),
        percent.toString().replace("%", "%25"),
        json.toString(),
        html.toString(),
        decimal.toString());
  }

  @ParameterizedTest
  @MethodSource("echoes")
  void tokenThatAServerSendsBack_isShownNowhere(String echo) throws IOException {
    String path = "/a/b/resolve/main/x";
    String inJson = echo.replace("\\\\u", "\\u");
    List<Answer> answers =
        List.of(
            new Answer(403, Map.of("X-Error-Message", echo), ""),
            new Answer(403, Map.of("X-Error-Code", echo), ""),
            new Answer(403, Map.of("x-request-id", echo), ""),
            new Answer(400, Map.of(), "{\"error\": \"" + inJson + "\"}"),
            new Answer(400, Map.of(), "{\"errors\": [{\"message\": \"" + inJson + "\"}]}"));
    for (Answer answer : answers) {
      this.answers.put("/api/models/a/b/revision/main", answer);
      requireNoToken(() -> client().commit(MODEL));
    }
    requireNoToken(() -> client().push("a/b").upload(HubUpload.of(aFile()).build()));
    this.answers.put(path, answers.get(0));
    requireNoToken(() -> client().download(MODEL, "x"));
    this.answers.put("/api/models/a/b/revision/main", new Answer(200, Map.of(), echo));
    requireNoToken(() -> client().commit(MODEL));
    json("/api/models/a/b/revision/main", "{\"sha\": \"" + COMMIT + "\"}");
    list("{\"type\": \"file\", \"path\": \"x\", \"size\": \"" + inJson + "\", \"oid\": \"x\"}");
    requireNoToken(() -> client().files(MODEL)); // it is refused, so it is not kept
    list("{\"type\": \"file\", \"path\": \"../" + inJson + "\", \"size\": 1, \"oid\": \"x\"}");
    requireNoToken(() -> client().snapshot(MODEL, List.of(), List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://h/TOKEN", "https://TOKEN.invalid/x", "https://h:TOKEN/x"})
  void tokenInARedirect_isShownNowhere(String target) throws IOException {
    list(entry("x", "stolen"));
    answers.put(
        "/a/b/resolve/" + COMMIT + "/x",
        new Answer(302, Map.of("Location", target.replace("TOKEN", TOKEN.replace('_', '-'))), ""));
    requireNoToken(() -> client().snapshot(MODEL, List.of(), List.of()));
  }

  private Path aFile() throws IOException {
    Path files = Files.createDirectories(folder.resolve("upload"));
    Files.writeString(files.resolve("x"), "four");
    return files;
  }

  private static void requireNoToken(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(HubException.class)
        .satisfies(
            e -> {
              StringWriter text = new StringWriter();
              e.printStackTrace(new PrintWriter(text));
              HubException hub = (HubException) e;
              String all = text + " " + hub.errorCode() + hub.requestId();
              assertThat(new Secrets(TOKEN).leaks(all)).as(all).isFalse();
              assertThat(all.toLowerCase(Locale.ROOT)).doesNotContain("secretsecret");
            });
  }

  @Test
  void wordsOfAServer_areOneLineOfBoundedLength() {
    answers.put(
        "/api/models/a/b/revision/main",
        new Answer(200, Map.of(), "{\"sha\": \"" + "\\n\\u202e".repeat(50_000) + "\"}"));
    assertShort(() -> client().commit(MODEL));
    json("/api/models/a/b/revision/main", "{\"sha\": \"" + COMMIT + "\"}");
    json(tree(), "[".repeat(100_000));
    assertShort(() -> client().files(MODEL));
    answers.put(tree(), new Answer(400, Map.of(), "{\"error\":".repeat(1_000)));
    assertShort(() -> client().files(MODEL));
    list(
        "{\"type\": \"file\", \"path\": \"../"
            + "\\n\\u2028x".repeat(1_000)
            + "\", \"size\": 1, \"oid\": \"x\"}");
    assertShort(() -> client().snapshot(MODEL, List.of(), List.of()));
  }

  private static void assertShort(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(HubException.class)
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .hasSizeLessThanOrEqualTo(1_000)
                    .matches("[^\\p{Cntrl}\u2028\u202e]*"));
  }

  /** What somebody else who may write to the cache can plant there. */
  @Test
  void linkOutOfTheCache_isNotRead() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "four");
    list(entry("x", "four"));
    Path snapshot =
        Files.createDirectories(cache.resolve("models--a--b/snapshots").resolve(COMMIT));
    Path planted = Files.createSymbolicLink(snapshot.resolve("x"), secret);

    assertThatThrownBy(() -> client().snapshot(MODEL, List.of(), List.of()))
        .hasMessage(
            planted
                + ": leads out of the cache, to "
                + secret.toRealPath()
                + "; delete it to have it downloaded again");
    Files.delete(planted);
    Path blobs = Files.createDirectories(cache.resolve("models--a--b/blobs"));
    Path blob = Files.createSymbolicLink(blobs.resolve(hash("four")), secret);
    assertThatThrownBy(() -> client().snapshot(MODEL, List.of(), List.of()))
        .hasMessageStartingWith(blob + ": leads out of the cache, to ");
    assertThat(secret).hasContent("four");
  }

  @Test
  void cacheWhoseBlobsAreOnAnotherDisk_isRead() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other disk"));
    Files.createDirectories(cache.resolve("models--a--b"));
    Files.createSymbolicLink(cache.resolve("models--a--b/blobs"), other);
    list(entry("x", "four"));
    file("x", "four");

    assertThat(client().snapshot(MODEL, List.of(), List.of()).resolve("x")).hasContent("four");
    assertThat(client().snapshot(MODEL, List.of(), List.of()).resolve("x")).hasContent("four");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void pipesInTheCache_areNotWaitedFor() throws Exception {
    list(entry("x", "four"));
    file("x", "four");
    for (String name :
        List.of(
            "models--a--b/refs/main",
            "models--a--b/trees/" + COMMIT + ".json",
            ".locks/models--a--b/" + hash("four") + ".lock")) {
      Path pipe = cache.resolve(name);
      Files.createDirectories(pipe.getParent());
      assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    }
    assertThatThrownBy(() -> builder().offline().build().snapshot(MODEL, List.of(), List.of()))
        .hasMessage(
            cache.resolve("models--a--b/refs/main")
                + ": not a plain file, expected a short text file");
    assertThat(client().snapshot(MODEL, List.of(), List.of()).resolve("x")).hasContent("four");
    assertThat(cache.resolve("models--a--b/refs/main")).isRegularFile();
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
    return builder().build();
  }

  private HubClient.Builder builder() {
    return HubClient.builder()
        .endpoint("http://127.0.0.1:" + server.getAddress().getPort())
        .cache(cache)
        .token(TOKEN)
        .retry(HubClientTest.FAST);
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

  private static String hash(String content) {
    byte[] bytes = content.getBytes(UTF_8);
    MessageDigest sha1 = ContentHash.digest("SHA-1");
    sha1.update(("blob " + bytes.length + "\0").getBytes(UTF_8));
    sha1.update(bytes);
    return ContentHash.hex(sha1);
  }

  private static String entry(String path, String content) {
    byte[] bytes = content.getBytes(UTF_8);
    return "{\"type\": \"file\", \"path\": \""
        + path
        + "\", \"size\": "
        + bytes.length
        + ", \"oid\": \""
        + hash(content)
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
      byte[] body = answer.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(answer.status(), empty ? -1 : body.length);
      if (!empty) {
        exchange.getResponseBody().write(body);
      }
    }
    exchange.close();
  }
}
