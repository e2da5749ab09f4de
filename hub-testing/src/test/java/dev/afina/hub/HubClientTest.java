package dev.afina.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.afina.hub.HubException.Reason;
import dev.afina.hub.testing.LocalHub;
import dev.afina.hub.testing.LocalRepository;
import dev.afina.hub.testing.RecordedRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubClientTest {
  static final RetryPolicy FAST =
      new RetryPolicy(5, Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofSeconds(5));
  private static final ModelReference MAIN = ModelReference.parse("tester/tiny");
  private static final byte[] WEIGHTS = new byte[300_000];

  static {
    new Random(7).nextBytes(WEIGHTS);
  }

  @TempDir Path folder;
  private Path cache;
  private LocalHub hub;
  private LocalRepository repository;
  private String commit;

  @BeforeEach
  void start() throws IOException {
    cache = folder.resolve("cache");
    hub = LocalHub.start();
    repository = hub.model("tester/tiny");
    repository.put("config.json", "{\"a\": 1}");
    repository.put("model.safetensors", WEIGHTS);
    repository.put("onnx/sub/note.txt", "deep");
    commit = repository.commitId("main");
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
  }

  @Test
  void download_smallFile_liesInTheDocumentedPlaces() throws IOException {
    Path file = client().download(MAIN, "config.json");

    assertThat(file).hasContent("{\"a\": 1}");
    Path model = cache.resolve("models--tester--tiny");
    assertThat(file).isEqualTo(model.resolve("snapshots").resolve(commit).resolve("config.json"));
    String blob = gitHash("{\"a\": 1}");
    assertThat(Files.readSymbolicLink(file)).isEqualTo(Path.of("../../blobs/" + blob));
    assertThat(model.resolve("blobs/" + blob)).hasContent("{\"a\": 1}");
    assertThat(model.resolve("refs/main")).hasContent(commit);
    assertThat(cache.resolve(".locks/models--tester--tiny/" + blob + ".lock")).exists();
    assertThat(cache.resolve("CACHEDIR.TAG"))
        .content()
        .startsWith("Signature: 8a477f597d28d172789f06886806bc55\n");
  }

  @Test
  void download_largeFile_isNamedByItsSha256_andTheTokenStaysAtTheHub() throws IOException {
    Path file = builder().token(hub.token()).build().download(MAIN, "model.safetensors");

    assertThat(file).hasBinaryContent(WEIGHTS);
    assertThat(Files.readSymbolicLink(file).getFileName().toString())
        .isEqualTo(ContentHash.hex(updated("SHA-256", WEIGHTS)));
    assertThat(hub.requests())
        .extracting(RecordedRequest::host, RecordedRequest::method, RecordedRequest::authorized)
        .containsExactly(
            tuple(RecordedRequest.Host.HUB, "HEAD", true),
            tuple(RecordedRequest.Host.HUB, "GET", true),
            tuple(RecordedRequest.Host.STORAGE, "GET", false));
  }

  @Test
  void download_nestedFile_linksOneFolderFurtherUp() throws IOException {
    Path file = client().download(MAIN, "onnx/sub/note.txt");

    assertThat(file).hasContent("deep");
    assertThat(Files.readSymbolicLink(file))
        .isEqualTo(Path.of("../../../../blobs/" + gitHash("deep")));
  }

  @Test
  void download_again_asksOnceForABranchAndNeverForACommit() throws IOException {
    HubClient client = client();
    Path file = client.download(MAIN, "model.safetensors");
    hub.clearRequests();

    assertThat(client.download(MAIN, "model.safetensors")).isEqualTo(file);
    assertThat(hub.requests())
        .hasToString("[HUB HEAD /tester/tiny/resolve/main/model.safetensors 302]");
    hub.clearRequests();
    assertThat(client.download(at(commit), "model.safetensors")).isEqualTo(file);
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void download_branchThatMoved_bringsTheNewFileAndKeepsTheOld() throws IOException {
    HubClient client = client();
    Path old = client.download(MAIN, "config.json");
    repository.put("config.json", "{\"a\": 2}");

    assertThat(client.download(MAIN, "config.json")).hasContent("{\"a\": 2}");
    assertThat(old).hasContent("{\"a\": 1}");
    assertThat(cache.resolve("models--tester--tiny/refs/main"))
        .hasContent(repository.commitId("main"));
  }

  @Test
  void download_newCommitWithTheSameContent_isNotFetchedAgain() throws IOException {
    HubClient client = client();
    client.download(MAIN, "model.safetensors");
    repository.put("config.json", "{}");
    hub.clearRequests();

    assertThat(client.download(MAIN, "model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(hub.requests()).extracting(RecordedRequest::method).containsExactly("HEAD");
  }

  @Test
  void download_tagBranchAndPullRequest() throws IOException {
    repository.tag("v1.0", "main").branch("refs/pr/1", "main");
    repository.put("config.json", "{\"a\": 2}");
    HubClient client = client();

    assertThat(client.download(at("v1.0"), "config.json")).hasContent("{\"a\": 1}");
    assertThat(client.download(at("refs/pr/1"), "config.json")).hasContent("{\"a\": 1}");
    assertThat(client.download(MAIN, "config.json")).hasContent("{\"a\": 2}");
    Path refs = cache.resolve("models--tester--tiny/refs");
    assertThat(refs.resolve("v1.0")).hasContent(commit);
    assertThat(refs.resolve("refs/pr/1")).hasContent(commit);
    assertThat(hub.requests())
        .anyMatch(r -> r.path().equals("/tester/tiny/resolve/refs%2Fpr%2F1/config.json"));
  }

  @Test
  void download_fileThatIsNotThere_isNotedAsAbsent() throws IOException {
    assertThatThrownBy(() -> client().download(MAIN, "none.json"))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ENTRY_NOT_FOUND))
        .hasMessageContaining("/tester/tiny/resolve/main/none.json");
    assertThat(cache.resolve("models--tester--tiny/.no_exist/" + commit + "/none.json"))
        .isEmptyFile();
    hub.clearRequests();
    assertThatThrownBy(() -> client().download(at(commit), "none.json"))
        .hasMessage(
            "tester/tiny@"
                + commit
                + ": has no file \"none.json\", as an earlier request has shown");
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void download_missingRepositoryOrRevision_saysWhich() {
    assertThatThrownBy(() -> client().download(ModelReference.parse("tester/none"), "x"))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REPOSITORY_NOT_FOUND));
    assertThatThrownBy(() -> client().download(at("v9"), "x"))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REVISION_NOT_FOUND));
    assertThat(cache.resolve("models--tester--none")).doesNotExist();
  }

  @Test
  void download_gatedAndPrivate_needAToken() throws IOException {
    hub.model("tester/secret").put("config.json", "{}").makePrivate();
    ModelReference secret = ModelReference.parse("tester/secret");
    assertThatThrownBy(() -> client().download(secret, "config.json"))
        .hasMessageContaining("private: check the name, or set HF_TOKEN");
    assertThat(builder().token(hub.readToken()).build().download(secret, "config.json"))
        .hasContent("{}");
    repository.gate();
    assertThatThrownBy(() -> client().download(MAIN, "config.json"))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.GATED))
        .hasMessageContaining("accept the conditions on the repository's page");
  }

  @Test
  void download_renamedRepository_isFollowedOnTheSameHost() throws IOException {
    repository.renameTo("tester/newname");

    assertThat(client().download(MAIN, "model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(client().snapshot(MAIN, List.of("*.json"), List.of()).resolve("config.json"))
        .hasContent("{\"a\": 1}");
  }

  @Test
  void download_throughOneRedirectMore_keepsTheHeaders() throws IOException {
    hub.close();
    hub = LocalHub.start(LocalHub.Options.defaults().withResolveCache());
    hub.model("tester/tiny").put("config.json", "{\"b\": 1}");

    assertThat(client().download(MAIN, "config.json")).hasContent("{\"b\": 1}");
  }

  @Test
  void download_emptyFile() throws IOException {
    repository.put("empty.txt", new byte[0]);

    assertThat(client().download(MAIN, "empty.txt")).isEmptyFile();
  }

  @Test
  void download_hubAway_usesTheCache_andSaysSoWithout() throws IOException {
    HubClient client = client();
    Path file = client.download(MAIN, "config.json");
    goAway();

    assertThat(client.download(MAIN, "config.json")).isEqualTo(file);
    assertThatThrownBy(() -> client.download(MAIN, "model.safetensors"))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE))
        .hasMessageContaining("check the network and HF_ENDPOINT");
  }

  @Test
  void download_serverErrorWithACopy_usesItAtOnce() throws IOException {
    HubClient client = client();
    Path file = client.download(MAIN, "config.json");
    hub.clearRequests();
    hub.faults().status(503, 1);

    assertThat(client.download(MAIN, "config.json")).isEqualTo(file);
    assertThat(hub.requests()).hasSize(1);
  }

  /** As a power cut may leave it. */
  @Test
  void emptyRevision_isAskedForAgain() throws IOException {
    Path file = client().download(MAIN, "config.json");
    Path main = cache.resolve("models--tester--tiny/refs/main");
    Files.writeString(main, "");
    HubClient offline = builder().offline().build();
    assertThatThrownBy(() -> offline.download(MAIN, "config.json"))
        .hasMessageContaining(main + ": holds \"\", expected a commit");

    assertThat(client().commit(MAIN)).isEqualTo(commit);
    assertThat(client().download(MAIN, "config.json")).isEqualTo(file);
    assertThat(main).hasContent(commit);
    assertThat(offline.download(MAIN, "config.json")).isEqualTo(file);
  }

  @Test
  void offline_asksNothing() throws IOException {
    Path file = client().download(MAIN, "config.json");
    client().snapshot(MAIN, List.of("*.json"), List.of());
    hub.clearRequests();
    HubClient offline = builder().offline().build();

    assertThat(offline.download(MAIN, "config.json")).isEqualTo(file);
    assertThat(offline.commit(MAIN)).isEqualTo(commit);
    assertThat(offline.snapshot(MAIN, List.of("*.json"), List.of())).isEqualTo(file.getParent());
    assertThatThrownBy(() -> offline.download(MAIN, "model.safetensors"))
        .isInstanceOf(HubException.class)
        .hasMessage(
            "tester/tiny@main: not in the cache "
                + cache
                + ", and offline mode is on; unset HF_HUB_OFFLINE (and TRANSFORMERS_OFFLINE) to download it");
    assertThatThrownBy(() -> offline.snapshot(MAIN, List.of(), List.of()))
        .hasMessage(
            "tester/tiny@main: in the cache only in part: 3 files are missing, such as .gitattributes, and offline mode is on; unset HF_HUB_OFFLINE and try again");
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void snapshot_fetchesEachFileWithOneRequestAndNoneAgain() throws IOException {
    Path snapshot = client().snapshot(MAIN, List.of(), List.of(".gitattributes"));

    assertThat(snapshot.resolve("config.json")).hasContent("{\"a\": 1}");
    assertThat(snapshot.resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(snapshot.resolve("onnx/sub/note.txt")).hasContent("deep");
    assertThat(snapshot.resolve(".gitattributes")).doesNotExist();
    assertThat(hub.requests()).hasSize(2 + 3 + 1); // commit, listing, files, one redirect
    hub.clearRequests();
    assertThat(client().snapshot(MAIN, List.of(), List.of(".gitattributes"))).isEqualTo(snapshot);
    assertThat(hub.requests()).hasToString("[HUB GET /api/models/tester/tiny/revision/main 200]");
    hub.clearRequests();
    assertThat(client().snapshot(at(commit), List.of("*.json"), List.of())).isEqualTo(snapshot);
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void files_manyPages() throws IOException {
    hub.close();
    hub = LocalHub.start(LocalHub.Options.defaults().withPageSize(3));
    for (int i = 0; i < 10; i++) {
      hub.model("tester/tiny").put("f" + i + ".txt", "text " + i);
    }

    assertThat(client().files(MAIN))
        .extracting(HubFile::path)
        .contains("f0.txt", "f9.txt")
        .hasSize(hub.model("tester/tiny").files("main").size())
        .isSorted();
    assertThat(hub.requests()).filteredOn(r -> r.path().contains("/tree/")).hasSize(4);
  }

  @Test
  void files_tellSizesAndHashes() throws IOException {
    List<HubFile> files = client().files(MAIN);

    assertThat(files)
        .filteredOn(f -> f.path().equals("model.safetensors"))
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.size()).isEqualTo(WEIGHTS.length);
              assertThat(f.sha256()).isEqualTo(ContentHash.hex(updated("SHA-256", WEIGHTS)));
            });
    assertThat(files)
        .filteredOn(f -> f.path().equals("config.json"))
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.blobId()).isEqualTo(gitHash("{\"a\": 1}"));
              assertThat(f.sha256()).isNull();
            });
  }

  @Test
  void snapshot_hubAway_withoutAListing_isWhatIsThere() throws IOException {
    HubClient client = client();
    Path file = client.download(MAIN, "config.json");
    goAway();

    assertThat(client.snapshot(MAIN, List.of("*.json"), List.of())).isEqualTo(file.getParent());
    assertThatThrownBy(() -> client.snapshot(MAIN, List.of("*.safetensors"), List.of()))
        .isInstanceOf(HubException.class);
  }

  @Test
  void snapshot_brokenOffAfterMainMoved_leavesTheOlderOneForOffline() throws IOException {
    Path old = client().snapshot(MAIN, List.of("*.json"), List.of());
    repository.put("config.json", "{\"a\": 2}");
    hub.faults().on("GET", "/resolve/").times(1000).status(500);
    assertThatThrownBy(() -> client().snapshot(MAIN, List.of("*.json"), List.of()))
        .isInstanceOf(HubException.class);

    assertThat(builder().offline().build().snapshot(MAIN, List.of("*.json"), List.of()))
        .isEqualTo(old);
  }

  @Test
  void withoutLinks_filesAreStoredOnce() throws IOException {
    HubClient client = builder().withoutLinks().build();
    Path file = client.download(MAIN, "model.safetensors");

    assertThat(file).hasBinaryContent(WEIGHTS).isRegularFile();
    assertThat(Files.isSymbolicLink(file)).isFalse();
    assertThat(cache.resolve("models--tester--tiny/blobs")).isEmptyDirectory();
    hub.clearRequests();
    assertThat(client.download(MAIN, "model.safetensors")).isEqualTo(file);
    assertThat(hub.requests()).extracting(RecordedRequest::method).containsExactly("HEAD");
  }

  @Test
  void withoutLinks_blobOfAnotherClient_isCopied() throws IOException {
    Path linked = client().download(MAIN, "config.json");
    repository.put("x.txt", "x");
    HubClient client = builder().withoutLinks().build();
    Path copied = client.download(MAIN, "config.json");

    assertThat(copied).isNotEqualTo(linked).hasContent("{\"a\": 1}");
    assertThat(Files.isSymbolicLink(copied)).isFalse();
    assertThat(linked).hasContent("{\"a\": 1}");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void sharedStore_isReadThroughChainedLinks() throws IOException {
    Path file = client().download(MAIN, "model.safetensors");
    Path blob =
        cache
            .resolve("models--tester--tiny/blobs")
            .resolve(Files.readSymbolicLink(file).getFileName());
    Path store = Files.createDirectories(cache.resolve("blobs/ab")).resolve("abcdef");
    Files.move(blob, store);
    Files.createSymbolicLink(blob, Path.of("../../blobs/ab/abcdef"));
    hub.clearRequests();

    assertThat(client().download(at(commit), "model.safetensors")).hasBinaryContent(WEIGHTS);
    Path snapshot = client().snapshot(at(commit), List.of("*.safetensors"), List.of());
    assertThat(snapshot.resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(hub.requests()).noneMatch(r -> r.path().contains("/resolve/"));
  }

  @Test
  void damagedCache_danglingLinkOrWrongSize_isMended() throws IOException {
    Path file = client().download(MAIN, "model.safetensors");
    Path blob = file.toRealPath();
    Files.delete(blob);
    assertThat(client().download(MAIN, "model.safetensors")).hasBinaryContent(WEIGHTS);
    Files.write(blob, new byte[10]);
    assertThat(client().download(MAIN, "model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void listener_hearsBytesThatGrowAndOneEnd() throws IOException {
    List<DownloadListener.Progress> heard = new ArrayList<>();
    builder().listener(heard::add).build().download(MAIN, "model.safetensors");

    assertThat(heard.get(0))
        .isEqualTo(new DownloadListener.Progress("model.safetensors", 0, WEIGHTS.length));
    assertThat(heard).filteredOn(DownloadListener.Progress::done).hasSize(1);
    assertThat(heard.get(heard.size() - 1).done()).isTrue();
    assertThat(heard).extracting(DownloadListener.Progress::bytes).isSorted();
  }

  @Test
  void fromEnvironment_readsThePythonClientsVariables() throws IOException {
    Files.createDirectories(folder.resolve("home"));
    Files.writeString(folder.resolve("home/token"), hub.readToken() + "\n");
    hub.model("tester/secret").put("config.json", "{}").makePrivate();
    HubClient client =
        HubClient.fromEnvironment(
                Map.of(
                    "HF_ENDPOINT",
                    hub.endpoint() + "/",
                    "HF_HOME",
                    folder.resolve("home").toString()))
            .build();

    Path file = client.download(ModelReference.parse("tester/secret"), "config.json");

    assertThat(file).hasContent("{}").startsWith(folder.resolve("home/hub"));
    assertThat(client)
        .hasToString("HubClient[" + hub.endpoint() + ", cache " + client.cache() + "]");
  }

  /** Ends the server that clients made so far know. */
  private void goAway() throws IOException {
    hub.close();
    hub = LocalHub.start();
  }

  private HubClient.Builder builder() {
    return HubClient.builder().endpoint(hub.endpoint().toString()).cache(cache).retry(FAST);
  }

  private HubClient client() {
    return builder().build();
  }

  private ModelReference at(String revision) {
    return new ModelReference("tester/tiny", revision);
  }

  /** Temporary files that nobody needs any more. */
  private List<Path> leftovers() throws IOException {
    try (Stream<Path> files = Files.walk(cache)) {
      return files
          .filter(
              f ->
                  f.toString().endsWith(".incomplete")
                      || f.getFileName().toString().endsWith(".tmp"))
          .toList();
    }
  }

  private static String gitHash(String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    MessageDigest sha1 = ContentHash.digest("SHA-1");
    sha1.update(("blob " + bytes.length + "\0").getBytes(StandardCharsets.US_ASCII));
    sha1.update(bytes);
    return ContentHash.hex(sha1);
  }

  private static MessageDigest updated(String algorithm, byte[] content) {
    MessageDigest digest = ContentHash.digest(algorithm);
    digest.update(content);
    return digest;
  }
}
