package dev.afina.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.hub.HubException.Reason;
import dev.afina.hub.testing.LocalHub;
import dev.afina.hub.testing.RecordedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong on the way: the cache is never wrong, and the next try goes on where it can. */
class HubClientFaultTest {
  private static final ModelReference MODEL = ModelReference.parse("tester/tiny");
  private static final String FILE = "model.safetensors";
  private static final byte[] WEIGHTS = new byte[200_000];

  static {
    new Random(11).nextBytes(WEIGHTS);
  }

  @TempDir Path folder;
  private Path cache;
  private LocalHub hub;

  @BeforeEach
  void start() throws IOException {
    cache = folder.resolve("cache");
    hub = LocalHub.start();
    hub.model("tester/tiny").put("config.json", "{}").put(FILE, WEIGHTS);
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
  }

  @Test
  void connectionCutAtRandomBytes_hundredTimes_isResumed() throws IOException {
    Random random = new Random(3);
    HubClient client = builder().build();
    for (int i = 0; i < 100; i++) {
      hub.clearRequests();
      int cuts = 1 + random.nextInt(3);
      for (int c = 0; c < cuts; c++) {
        hub.faults().cutAfter(random.nextInt(WEIGHTS.length / cuts));
      }
      Path file = client.download(MODEL, FILE);

      assertThat(file).hasBinaryContent(WEIGHTS);
      assertThat(hub.faults().waiting()).isZero();
      assertThat(leftovers(cache)).isEmpty();
      assertThat(storage()).hasSize(cuts + 1);
      Files.delete(file.toRealPath());
      Files.delete(file);
    }
  }

  @Test
  void connectionCut_resumeAsksForTheRest() throws IOException {
    hub.faults().cutAfter(50_000);

    builder().build().download(MODEL, FILE);

    assertThat(storage().get(0).range()).isEmpty();
    assertThat(storage().get(1).range())
        .hasValueSatisfying(range -> assertThat(range).matches("bytes=[1-9][0-9]*-"));
    assertThat(storage().get(1).bytesSent()).isLessThan(WEIGHTS.length);
  }

  @Test
  void connectionCutForEver_givesUp_andTheNextRunResumes() throws IOException {
    hub.faults().cutAfter(70_000);
    hub.faults().on("GET", "").times(1000).cutAfter(0);
    HubClient client = builder().build();
    assertThatThrownBy(() -> client.download(MODEL, FILE))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
    assertThat(leftovers(cache)).hasSize(1);
    assertThat(file()).isEmpty();
    hub.faults().clear();
    hub.clearRequests();

    assertThat(client.download(MODEL, FILE)).hasBinaryContent(WEIGHTS);
    assertThat(storage())
        .singleElement()
        .satisfies(r -> assertThat(r.range().orElseThrow()).matches("bytes=[1-9][0-9]*-"));
    assertThat(leftovers(cache)).isEmpty();
  }

  @Test
  void partThatIsWrong_isFoundOutByTheHash_andFetchedWhole() throws IOException {
    hub.faults().cutAfter(70_000);
    hub.faults().on("GET", "").times(1000).cutAfter(0);
    HubClient client = builder().build();
    assertThatThrownBy(() -> client.download(MODEL, FILE)).isInstanceOf(HubException.class);
    hub.faults().clear();
    Path part = leftovers(cache).get(0);
    byte[] wrong = Files.readAllBytes(part);
    wrong[5] ^= 1;
    Files.write(part, wrong);

    assertThat(client.download(MODEL, FILE)).hasBinaryContent(WEIGHTS);
    assertThat(leftovers(cache)).isEmpty();
  }

  @Test
  void wrongBits_once_areMended_andAlways_areRefused() throws IOException {
    hub.faults().corrupt();
    assertThat(builder().build().download(MODEL, FILE)).hasBinaryContent(WEIGHTS);

    hub.faults().on("GET", "").times(1000).corrupt();
    HubClient other = builder().cache(folder.resolve("other")).build();
    assertThatThrownBy(() -> other.download(MODEL, FILE))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PROTOCOL))
        .hasMessageMatching(
            "model\\.safetensors: the content has SHA-256 [0-9a-f]{64}, the Hub announced [0-9a-f]{64}, twice; nothing was stored\\. Try again; .*");
    assertThatThrownBy(() -> other.download(MODEL, "config.json"))
        .hasMessageContaining("the content has git SHA-1 ");
    assertThat(contents(folder.resolve("other"))).isEmpty();
    hub.faults().clear();
    assertThat(other.download(MODEL, FILE)).hasBinaryContent(WEIGHTS);
  }

  @Test
  void truncatedFile_once_isCompleted_andAlways_isRefused() throws IOException {
    hub.faults().truncateTo(1000);
    assertThat(builder().build().download(MODEL, FILE)).hasBinaryContent(WEIGHTS);

    hub.faults().on("GET", "").times(1000).truncateTo(0);
    HubClient other = builder().cache(folder.resolve("other")).build();
    assertThatThrownBy(() -> other.download(MODEL, FILE))
        .hasMessage(
            "model.safetensors: broke off at byte 0 of 200000, and 6 tries brought no more; try again, what is here will be resumed");
    assertThat(contents(folder.resolve("other"))).isEmpty();
  }

  @Test
  @Timeout(30)
  void listingWithWrongSizes_isRefusedOnce_andThenReadAnew() throws IOException {
    HubClient client = builder().build();
    Path snapshot = client.snapshot(MODEL, List.of(FILE), List.of());
    Path listing =
        cache.resolve("models--tester--tiny/trees").resolve(snapshot.getFileName() + ".json");
    String files = Files.readString(listing);
    for (String size : List.of("200001", "2000000")) {
      Files.writeString(listing, files.replace("200000", size));

      assertThatThrownBy(() -> client.snapshot(MODEL, List.of(FILE), List.of()))
          .isInstanceOfSatisfying(
              HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PROTOCOL))
          .hasMessage(
              "model.safetensors: the server's file ends at byte 200000, "
                  + size
                  + " were announced; nothing was stored. Try again; if it stays so, the server or"
                  + " a proxy on the way changes the file");
      assertThat(leftovers(cache)).isEmpty();

      assertThat(client.snapshot(MODEL, List.of(FILE), List.of()).resolve(FILE))
          .hasBinaryContent(WEIGHTS);
    }
  }

  @Test
  void cacheThatCannotBeWritten_isNamed_withTheWayOut() throws IOException {
    Files.writeString(cache, "in the way");

    assertThatThrownBy(() -> builder().build().download(MODEL, FILE))
        .hasMessageStartingWith(cache.resolve("models--tester--tiny/snapshots").toString())
        .hasMessageContaining(FILE + ": cannot be written (Not a directory); ")
        .hasMessageEndingWith(
            "; what was downloaded before is still there; "
                + cache
                + " is no folder: set HF_HUB_CACHE to another folder");
  }

  @Test
  void serverErrors_areRetried_upToALimit() throws IOException {
    hub.faults().status(500, 3);
    hub.faults().on("GET", "").times(2).status(503);
    assertThat(builder().build().download(MODEL, FILE)).hasBinaryContent(WEIGHTS);

    hub.faults().on("GET", "").times(1000).status(502);
    assertThatThrownBy(() -> builder().cache(folder.resolve("o")).build().download(MODEL, FILE))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.SERVER_ERROR))
        .hasMessageContaining("status 502")
        .hasMessageContaining("after 6 tries")
        .hasMessageContaining("try again later");
  }

  @Test
  void rateLimit_isWaitedFor() throws IOException {
    hub.faults().rateLimited(1, 0); // one second more than asked, because it is rounded
    long start = System.nanoTime();

    assertThat(builder().build().download(MODEL, "config.json")).hasContent("{}");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(990));

    hub.faults().on("HEAD", "").times(2).retryAfter(429, 100);
    assertThatThrownBy(() -> builder().cache(folder.resolve("o")).build().download(MODEL, FILE))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.RATE_LIMITED))
        .hasMessageContaining("wait 100 s and try again");
  }

  @Test
  void wrongToken_isNeverShown() {
    String secret = "hf_thisIsNoRealToken0123456789";
    assertThatThrownBy(() -> builder().token(secret).build().download(MODEL, FILE))
        .isInstanceOf(HubException.class)
        .satisfies(e -> assertThat(trace(e)).doesNotContain(secret));
    assertThat(builder().token(secret).build().toString()).doesNotContain(secret);
    assertThatThrownBy(() -> builder().token("hf_with\nbreak"))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(trace(e)).doesNotContain("hf_with"));
  }

  @Test
  void silentServer_endsInATimeout_slowOneDoesNot() throws IOException {
    HubClient client = builder().readTimeout(Duration.ofMillis(300)).build();
    hub.faults().on("GET", "").times(2).slow(400_000); // half a second, more than the timeout
    assertThat(client.download(MODEL, FILE)).hasBinaryContent(WEIGHTS);

    hub.faults().on("HEAD", "").times(100).delay(Duration.ofMillis(600));
    assertThatThrownBy(() -> client.download(MODEL, "config.json"))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE))
        .hasMessageContaining("no answer within 300 ms");
  }

  @Test
  void manyThreads_fetchAFileOnce() throws Exception {
    HubClient client = builder().build();
    hub.faults().on("GET", "").slow(1_000_000);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Path>> running = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Callable<Path> pull = () -> client.download(MODEL, FILE);
        running.add(threads.submit(pull));
      }
      for (Future<Path> one : running) {
        assertThat(one.get(20, TimeUnit.SECONDS)).hasBinaryContent(WEIGHTS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(storage()).hasSize(1);
  }

  @Test
  void interrupt_endsADownloadSoon_andKeepsThePart() throws Exception {
    hub.faults().on("GET", "").times(10).slow(50_000);
    List<Throwable> thrown = new ArrayList<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                builder().build().download(MODEL, FILE);
              } catch (IOException e) {
                thrown.add(e);
              }
            });
    thread.start();
    while (leftovers(cache).isEmpty() || Files.size(leftovers(cache).get(0)) < 20_000) {
      Thread.sleep(5);
    }
    thread.interrupt();
    thread.join(2000);

    assertThat(thread.isAlive()).isFalse();
    assertThat(thrown).singleElement().isInstanceOf(java.io.InterruptedIOException.class);
    assertThat(leftovers(cache)).hasSize(1);
  }

  private HubClient.Builder builder() {
    return HubClient.builder()
        .endpoint(hub.endpoint().toString())
        .cache(cache)
        .retry(HubClientTest.FAST);
  }

  @Test
  void oldLeftoversOfKilledPulls_areRemovedByTheNext_andYoungOrUsedOnesStay() throws IOException {
    Path blobs = Files.createDirectories(cache.resolve("models--tester--tiny/blobs"));
    String lost = "1".repeat(64) + ".afina-12345678.incomplete";
    String copy = "2".repeat(40) + ".12345678.tmp";
    String used = "3".repeat(64) + ".afina-12345678.incomplete";
    String young = "4".repeat(64) + ".afina-12345678.incomplete";
    String ofPython = "5".repeat(64) + ".12345678.incomplete";
    for (String name : List.of(lost, copy, used, young, ofPython)) {
      Path file = Files.writeString(blobs.resolve(name), "half");
      if (!name.equals(young)) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(2 * 3600)));
      }
    }
    Path lock = cache.resolve(".locks/models--tester--tiny/" + "3".repeat(64) + ".lock");

    try (CacheLock held = CacheLock.acquire(lock)) {
      assertThat(held.isExclusive()).isTrue();
      builder().build().snapshot(MODEL, List.of("*.json"), List.of());
    }

    assertThat(leftovers(cache).stream().map(f -> f.getFileName().toString()))
        .containsExactlyInAnyOrder(used, young, ofPython);
  }

  private List<RecordedRequest> storage() {
    return hub.requests().stream().filter(r -> r.host() == RecordedRequest.Host.STORAGE).toList();
  }

  private List<Path> file() throws IOException {
    return contents(cache);
  }

  /** Whole contents and the files of snapshots. */
  private static List<Path> contents(Path cache) throws IOException {
    try (Stream<Path> files = Files.walk(cache)) {
      return files
          .filter(f -> f.toString().contains("/blobs/") || f.toString().contains("/snapshots/"))
          .filter(Files::isRegularFile)
          .filter(f -> !f.toString().endsWith(".incomplete"))
          .toList();
    }
  }

  static List<Path> leftovers(Path cache) throws IOException {
    if (!Files.isDirectory(cache)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(cache)) {
      return files
          .filter(f -> f.toString().endsWith(".incomplete") || f.toString().endsWith(".tmp"))
          .toList();
    }
  }

  private static String trace(Throwable e) {
    java.io.StringWriter text = new java.io.StringWriter();
    e.printStackTrace(new java.io.PrintWriter(text));
    return text.toString();
  }
}
