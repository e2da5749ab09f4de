package dev.afina.hub.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server as the JDK's plain client sees it: no code of ours on the other side. */
class LocalHubTest {
  private static final byte[] WEIGHTS = new byte[10_000];

  static {
    new Random(1).nextBytes(WEIGHTS);
  }

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private LocalHub hub;

  @BeforeEach
  void start() throws IOException {
    hub = LocalHub.start(LocalHub.Options.defaults().withPageSize(2).withParts(5_000, 4_000));
    hub.model("acme/tiny").put("config.json", "{}").put("w/model.safetensors", WEIGHTS);
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
  }

  @Test
  void tree_isNamedAsGitNamesIt() {
    // git write-tree, with the folder a sorted behind a.txt and a.b
    Map<String, StoredFile> files =
        Map.of(
            "a/x.txt", regular("hi"),
            "a.txt", regular("ho"),
            "a.b/y", regular("hu"));
    assertThat(Snapshot.tree(new TreeMap<>(files), ""))
        .isEqualTo("93e9651d987e99940f429f3fd72d924d7d3ff38d");
    assertThat(regular("hi").blobId()).isEqualTo("32f95c0d1244a78b2be1bab8de17906fabb2c4a8");
  }

  @Test
  void resolve_smallFile_hasTheGitIdAsETag() throws Exception {
    HttpResponse<byte[]> answer = get("/acme/tiny/resolve/main/config.json");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).asString().isEqualTo("{}");
    assertThat(header(answer, "ETag")).isEqualTo("\"9e26dfeeb6e641a33dae4961196235bdb965b21b\"");
    assertThat(header(answer, "X-Repo-Commit")).isEqualTo(hub.model("acme/tiny").commitId("main"));
  }

  @Test
  void resolve_largeFile_redirectsToTheOtherHost() throws Exception {
    HttpResponse<byte[]> answer = get("/acme/tiny/resolve/main/w/model.safetensors");

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(header(answer, "X-Linked-Etag")).isEqualTo("\"" + Hashes.sha256(WEIGHTS) + "\"");
    assertThat(header(answer, "X-Linked-Size")).isEqualTo("10000");
    URI location = URI.create(header(answer, "Location"));
    assertThat(location.getHost()).isNotEqualTo(hub.endpoint().getHost());
    assertThat(send(HttpRequest.newBuilder(location)).body()).isEqualTo(WEIGHTS);

    HttpResponse<byte[]> part =
        send(HttpRequest.newBuilder(location).header("Range", "bytes=9990-"));
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(header(part, "Content-Range")).isEqualTo("bytes 9990-9999/10000");
    assertThat(part.body()).hasSize(10);
    assertThat(send(HttpRequest.newBuilder(location).header("Range", "bytes=10000-")).statusCode())
        .isEqualTo(416);
  }

  @Test
  void storage_refusesTokensAndForgedAddresses() throws Exception {
    URI location =
        URI.create(header(get("/acme/tiny/resolve/main/w/model.safetensors"), "Location"));
    HttpResponse<byte[]> withToken =
        send(HttpRequest.newBuilder(location).header("Authorization", "Bearer " + hub.token()));
    assertThat(withToken.statusCode()).isEqualTo(400);
    URI forged = URI.create(location.toString().replaceAll("=.*", "=0"));
    assertThat(send(HttpRequest.newBuilder(forged)).statusCode()).isEqualTo(403);
    assertThat(hub.requests().get(1))
        .isEqualTo(
            new RecordedRequest(
                RecordedRequest.Host.STORAGE,
                "GET",
                location.getPath(),
                location.getQuery(),
                true,
                Optional.empty(),
                400,
                0,
                withToken.body().length));
  }

  @Test
  void tree_isPaged() throws Exception {
    hub.model("acme/tiny").put("a.txt", "a").put("b.txt", "b");
    List<String> paths = new ArrayList<>();
    String next = hub.endpoint() + "/api/models/acme/tiny/tree/main?recursive=true";
    int pages = 0;
    while (next != null) {
      HttpResponse<byte[]> answer = send(HttpRequest.newBuilder(URI.create(next)));
      for (JsonElement entry : (JsonArray) json(answer)) {
        paths.add(entry.getAsJsonObject().get("path").getAsString());
      }
      next =
          answer
              .headers()
              .firstValue("Link")
              .map(link -> link.substring(1, link.indexOf('>')))
              .orElse(null);
      pages++;
    }
    assertThat(pages).isEqualTo(3);
    assertThat(paths)
        .containsExactly(
            ".gitattributes", "a.txt", "b.txt", "config.json", "w", "w/model.safetensors");
  }

  @Test
  void errors_haveTheHubsCodes() throws Exception {
    assertError("/acme/tiny/resolve/main/no", 404, "EntryNotFound");
    assertError("/acme/tiny/resolve/no/config.json", 404, "RevisionNotFound");
    assertError("/acme/no/resolve/main/config.json", 401, "");
    hub.model("acme/gated").put("a", "a").gate();
    assertError("/acme/gated/resolve/main/a", 401, "GatedRepo");
    hub.model("acme/tiny").makePrivate();
    assertError("/acme/tiny/resolve/main/config.json", 401, "");
    HttpResponse<byte[]> known =
        send(
            request("/acme/no/resolve/main/config.json")
                .header("Authorization", "Bearer " + hub.token()));
    assertThat(known.statusCode()).isEqualTo(404);
    assertThat(header(known, "X-Error-Code")).isEqualTo("RepoNotFound");
    HttpResponse<byte[]> wrong =
        send(request("/api/whoami-v2").header("Authorization", "Bearer hf_no"));
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(header(wrong, "X-Error-Message"))
        .isEqualTo("Invalid credentials in Authorization header");
  }

  @Test
  void upload_wrongHash_isRefused() throws Exception {
    String hash = Hashes.sha256("right".getBytes(StandardCharsets.UTF_8));
    JsonObject actions = batch(hash, 5).getAsJsonObject("actions");
    URI href = URI.create(actions.getAsJsonObject("upload").get("href").getAsString());
    HttpResponse<byte[]> wrong =
        send(HttpRequest.newBuilder(href).PUT(HttpRequest.BodyPublishers.ofString("wrong")));
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).asString().contains("BadDigest");
    assertThat(verify(hash).statusCode()).isEqualTo(404);
    HttpResponse<byte[]> commit = commit(hash);
    assertThat(commit.statusCode()).isEqualTo(400);
    assertThat(commit.body()).asString().contains("a file that does not exist");

    assertThat(
            send(HttpRequest.newBuilder(href).PUT(HttpRequest.BodyPublishers.ofString("right")))
                .statusCode())
        .isEqualTo(200);
    assertThat(verify(hash).statusCode()).isEqualTo(200);
    assertThat(commit(hash).statusCode()).isEqualTo(200);
    assertThat(hub.model("acme/tiny").file("main", "x.bin")).asString().isEqualTo("right");
    assertThat(batch(hash, 5).has("actions")).isFalse();
  }

  @Test
  void upload_parts_needTheRightSizesETagsAndHash() throws Exception {
    JsonObject upload =
        batch(Hashes.sha256(new byte[9_000]), 9_000)
            .getAsJsonObject("actions")
            .getAsJsonObject("upload");
    JsonObject header = upload.getAsJsonObject("header");
    assertThat(header.keySet()).contains("chunk_size", "00001", "00002", "00003").hasSize(4);
    URI first = URI.create(header.get("00001").getAsString());
    assertThat(put(first, new byte[10]).statusCode()).isEqualTo(400);
    JsonArray parts = new JsonArray();
    for (int number = 1; number <= 3; number++) {
      byte[] content = new byte[number == 3 ? 1_000 : 4_000];
      content[0] = (byte) (number == 2 ? 1 : 0); // one wrong byte
      HttpResponse<byte[]> answer =
          put(URI.create(header.get("0000" + number).getAsString()), content);
      JsonObject part = new JsonObject();
      part.addProperty("partNumber", number);
      part.addProperty("etag", header(answer, "ETag"));
      parts.add(part);
    }
    JsonObject body = new JsonObject();
    body.addProperty("oid", Hashes.sha256(new byte[9_000]));
    body.add("parts", parts);
    URI href = URI.create(upload.get("href").getAsString());
    HttpResponse<byte[]> wrong =
        send(
            HttpRequest.newBuilder(href)
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).asString().contains("BadDigest");
  }

  @Test
  void commit_wrongPath_isRefused() throws Exception {
    for (String path : new String[] {"../up", "/abs", "a/../b", ".git/config", ""}) {
      HttpResponse<byte[]> answer =
          commitLines("{\"key\":\"file\",\"value\":{\"path\":\"" + path + "\",\"content\":\"\"}}");
      assertThat(answer.statusCode()).as(path).isEqualTo(400);
    }
    assertThat(hub.model("acme/tiny").history("main")).hasSize(3);
  }

  @Test
  void faults_happenInTheirOrderAndEnd() throws Exception {
    String path = "/acme/tiny/resolve/main/config.json";
    hub.faults().status(503, 2);
    hub.faults().rateLimited(1, 7);
    hub.faults().on("POST", "/batch").reset();
    hub.faults().truncateTo(1);
    hub.faults().corrupt();
    assertThat(hub.faults().waiting()).isEqualTo(6);

    assertThat(get(path).statusCode()).isEqualTo(503);
    assertThat(get(path).statusCode()).isEqualTo(503);
    assertThat(header(get(path), "ratelimit")).isEqualTo("\"api\";r=0;t=7");
    assertThatThrownBy(() -> batch("0", 1)).isInstanceOf(IOException.class);
    assertThat(get(path).body()).asString().isEqualTo("{");
    assertThat(get(path).body()).hasSize(2).isNotEqualTo("{}".getBytes(StandardCharsets.UTF_8));
    assertThat(get(path).body()).asString().isEqualTo("{}");
    assertThat(hub.faults().waiting()).isZero();
  }

  @Test
  void faults_cutAndSlow_changeTheBody() throws Exception {
    String path = "/acme/tiny/resolve/main/config.json";
    hub.faults().cutAfter(1);
    assertThatThrownBy(() -> get(path)).isInstanceOf(IOException.class);
    hub.faults().on("GET", path).slow(20);
    long start = System.nanoTime();
    assertThat(get(path).body()).asString().isEqualTo("{}");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(50));
    hub.faults().on("GET", path).delay(Duration.ofMillis(60));
    start = System.nanoTime();
    assertThat(get(path).body()).asString().isEqualTo("{}");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(50));
  }

  @Test
  void faults_delayOfSeveralRequests_meetsEachOnce() throws Exception {
    hub.faults().on("GET", "").times(3).delay(Duration.ofMillis(1));
    hub.faults().on("GET", "").status(503);
    assertThat(get("/acme/tiny/resolve/main/config.json").statusCode()).isEqualTo(503);
    assertThat(get("/acme/tiny/resolve/main/config.json").statusCode()).isEqualTo(200);
    assertThat(hub.faults().waiting()).isEqualTo(1);
  }

  @Test
  void renamed_redirectsWithinTheHub() throws Exception {
    hub.model("acme/tiny").renameTo("acme/small");
    HttpResponse<byte[]> answer = get("/acme/tiny/resolve/main/config.json");
    assertThat(answer.statusCode()).isEqualTo(307);
    assertThat(header(answer, "Location")).isEqualTo("/acme/small/resolve/main/config.json");
    assertThat(get("/acme/small/resolve/main/config.json").statusCode()).isEqualTo(200);
  }

  @Test
  void cardCheck_findsCoarseMistakesOnly() {
    assertThat(CardCheck.mistakes("# no metadata")).isEmpty();
    assertThat(
            CardCheck.mistakes(
                "---\nlicense: mit\ntags:\n- a\nmodel-index:\n- name: \"x: y\"\n  results: [{a: b}]\ntext: |\n  free: text: here\n---\n# Hi"))
        .isEmpty();
    assertThat(CardCheck.mistakes("---\nlicense: mit\n")).hasSize(1);
    assertThat(CardCheck.mistakes("---\nlicense: [mit\n---\n")).hasSize(1);
    assertThat(CardCheck.mistakes("---\njust text\n---\n")).hasSize(1);
    assertThat(CardCheck.mistakes("---\na:\n\t- b\n---\n")).hasSize(1);
    assertThat(CardCheck.mistakes("---\nname: a: b\n---\n")).hasSize(1);
  }

  private static StoredFile regular(String text) {
    return new StoredFile.Regular(text.getBytes(StandardCharsets.UTF_8));
  }

  private void assertError(String path, int status, String code) throws Exception {
    HttpResponse<byte[]> answer = get(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(status);
    assertThat(answer.headers().firstValue("X-Error-Code").orElse("")).as(path).isEqualTo(code);
  }

  private JsonObject batch(String hash, long size) throws Exception {
    HttpResponse<byte[]> answer =
        send(
            authorized("/acme/tiny.git/info/lfs/objects/batch")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"operation\":\"upload\",\"transfers\":[\"basic\",\"multipart\"],\"objects\":[{\"oid\":\""
                            + hash
                            + "\",\"size\":"
                            + size
                            + "}],\"hash_algo\":\"sha256\"}")));
    return json(answer).getAsJsonObject().getAsJsonArray("objects").get(0).getAsJsonObject();
  }

  private HttpResponse<byte[]> verify(String hash) throws Exception {
    return send(
        authorized("/acme/tiny.git/info/lfs/objects/verify")
            .POST(HttpRequest.BodyPublishers.ofString("{\"oid\":\"" + hash + "\",\"size\":5}")));
  }

  private HttpResponse<byte[]> commit(String hash) throws Exception {
    return commitLines(
        "{\"key\":\"lfsFile\",\"value\":{\"path\":\"x.bin\",\"oid\":\"" + hash + "\",\"size\":5}}");
  }

  private HttpResponse<byte[]> commitLines(String line) throws Exception {
    return send(
        authorized("/api/models/acme/tiny/commit/main")
            .header("Content-Type", "application/x-ndjson")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"key\":\"header\",\"value\":{\"summary\":\"m\"}}\n" + line + "\n")));
  }

  private HttpResponse<byte[]> put(URI address, byte[] content) throws Exception {
    return send(
        HttpRequest.newBuilder(address).PUT(HttpRequest.BodyPublishers.ofByteArray(content)));
  }

  private HttpRequest.Builder authorized(String path) {
    return request(path).header("Authorization", "Bearer " + hub.token());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(hub.endpoint() + path));
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    return send(request(path));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElseThrow();
  }

  private static JsonElement json(HttpResponse<byte[]> answer) {
    return JsonParser.parseString(new String(answer.body(), StandardCharsets.UTF_8));
  }
}
