package dev.afina.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.afina.hub.HubException.Reason;
import dev.afina.hub.HubPush.Visibility;
import dev.afina.hub.testing.LocalHub;
import dev.afina.hub.testing.LocalRepository;
import dev.afina.hub.testing.RecordedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class HubPushTest {
  private static final RetryPolicy FAST =
      new RetryPolicy(5, Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofSeconds(5));
  private static final String ID = "acme/tiny";
  private static final byte[] WEIGHTS = new byte[300_000];

  static {
    new Random(7).nextBytes(WEIGHTS);
  }

  @TempDir Path temporary;
  private Path model;
  private LocalHub hub;

  @BeforeEach
  void start() throws IOException {
    hub = LocalHub.start(LocalHub.Options.defaults().withParts(200_000, 70_000));
    model = Files.createDirectories(temporary.resolve("model"));
    write("README.md", "---\nlicense: mit\n---\n# Tiny\n");
    write("config.json", "{}");
    write("onnx/note.txt", "deep");
    write("empty.txt", "");
    Files.write(model.resolve("model.safetensors"), WEIGHTS); // in 5 parts
    Files.write(model.resolve("small.bin"), Arrays.copyOf(WEIGHTS, 5000)); // in one piece
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
  }

  @Test
  void upload_folder_isOneCommitWithTheSameBytes() throws IOException {
    HubPush push = push();
    assertThat(push.create(Visibility.PRIVATE)).isTrue();
    HubCommit commit = push.upload(HubUpload.of(model).message("First").build());

    LocalRepository repository = hub.model(ID);
    assertThat(repository.files("main"))
        .containsExactly(
            ".gitattributes",
            "README.md",
            "config.json",
            "empty.txt",
            "model.safetensors",
            "onnx/note.txt",
            "small.bin");
    assertThat(repository.file("main", "model.safetensors")).isEqualTo(WEIGHTS);
    assertThat(repository.file("main", "small.bin")).isEqualTo(Arrays.copyOf(WEIGHTS, 5000));
    assertThat(repository.isLarge("main", "small.bin")).isTrue();
    assertThat(repository.isLarge("main", "config.json")).isFalse();
    assertThat(repository.file("main", "onnx/note.txt")).asString().isEqualTo("deep");
    assertThat(repository.history("main")).containsExactly("First", "initial commit");
    assertThat(commit.id()).isEqualTo(repository.commitId("main"));
    assertThat(commit.changed()).isTrue();
    assertThat(commit.page()).hasToString(hub.endpoint() + "/acme/tiny/commit/" + commit.id());
    assertThat(puts()).isEqualTo(6);
  }

  @Test
  void upload_tokenGoesToTheHubOnly() throws IOException {
    pushed();

    assertThat(hub.requests())
        .allSatisfy(
            request ->
                assertThat(request.authorized())
                    .as(request.toString())
                    .isEqualTo(request.host() == RecordedRequest.Host.HUB));
    assertThat(hub.requests())
        .filteredOn(request -> request.host() == RecordedRequest.Host.STORAGE)
        .hasSize(6);
  }

  @Test
  void upload_again_sendsNothing() throws IOException {
    HubCommit first = pushed();
    hub.clearRequests();
    HubCommit second = push().upload(HubUpload.of(model).build());

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.changed()).isFalse();
    assertThat(hub.requests()).noneMatch(request -> request.path().contains("/commit/"));
    assertThat(puts()).isZero();
  }

  @Test
  void upload_oneFileChanged_sendsThatFile() throws IOException {
    pushed();
    hub.clearRequests();
    Files.write(model.resolve("small.bin"), new byte[] {0, 1, 2});
    push().upload(HubUpload.of(model).build());

    assertThat(puts()).isEqualTo(1);
    assertThat(hub.model(ID).file("main", "small.bin")).containsExactly(0, 1, 2);
  }

  @Test
  void upload_sameContentTwice_isSentOnce() throws IOException {
    Files.copy(model.resolve("small.bin"), model.resolve("copy.bin"));
    pushed();

    assertThat(puts()).isEqualTo(6);
    assertThat(hub.model(ID).file("main", "copy.bin")).hasSize(5000);
  }

  @Test
  void upload_contentThatTheStorageHas_isNotSent() throws IOException {
    pushed();
    hub.clearRequests();
    Files.move(model.resolve("model.safetensors"), model.resolve("other.safetensors"));
    push().upload(HubUpload.of(model).build());

    assertThat(puts()).isZero();
    assertThat(hub.model(ID).file("main", "other.safetensors")).isEqualTo(WEIGHTS);
  }

  @Test
  void upload_deletePatterns_deleteWhatIsNotUploaded() throws IOException {
    LocalRepository repository = hub.model(ID);
    repository.put("old.bin", "old").put("small.bin", "old").put("logs/a.txt", "a");
    push().upload(HubUpload.of(model).deletePatterns("*.bin", "logs/", ".git*").build());

    assertThat(repository.files("main"))
        .contains(".gitattributes", "small.bin")
        .doesNotContain("old.bin", "logs/a.txt");
    assertThat(repository.history("main").get(0)).isEqualTo("Upload folder using Afina");
  }

  @Test
  void upload_into_prefixesPathsAndPatterns() throws IOException {
    LocalRepository repository = hub.model(ID);
    repository.put("old.txt", "1").put("v2/old.txt", "2");
    push()
        .upload(
            HubUpload.of(model)
                .into("v2")
                .files(FileChoice.matching(List.of("*.json", "onnx/"), List.of()))
                .deletePatterns("old.*")
                .build());

    assertThat(repository.files("main"))
        .containsExactly(".gitattributes", "old.txt", "v2/config.json", "v2/onnx/note.txt");
  }

  @Test
  void upload_gitFoldersAndIgnoredFiles_stayHere() throws IOException {
    hub.model(ID);
    write(".git/HEAD", "ref");
    write(".cache/huggingface/download/x.lock", "x");
    write(".gitignore", "*.log\n");
    write("train.log", "secret");
    push().upload(HubUpload.of(model).build());

    assertThat(hub.model(ID).files("main"))
        .contains(".gitignore")
        .doesNotContain("train.log", ".git/HEAD", ".cache/huggingface/download/x.lock");
  }

  @Test
  void upload_pullRequest_leavesTheBranch() throws IOException {
    LocalRepository repository = hub.model(ID);
    String before = repository.commitId("main");
    HubCommit commit = push().upload(HubUpload.of(model).pullRequest().build());

    assertThat(repository.commitId("main")).isEqualTo(before);
    assertThat(commit.pullRequestRevision()).contains("refs/pr/1");
    assertThat(repository.commitId("refs/pr/1")).isEqualTo(commit.id());
    assertThat(commit.pullRequest().orElseThrow())
        .hasToString(hub.endpoint() + "/acme/tiny/discussions/1");

    write("config.json", "{\"more\": 1}");
    push().upload(HubUpload.of(model).revision("refs/pr/1").build());
    assertThat(repository.file("refs/pr/1", "config.json")).asString().contains("more");
    assertThat(repository.commitId("main")).isEqualTo(before);
  }

  @Test
  void upload_branchAndTag_areSet() throws IOException {
    LocalRepository repository = hub.model(ID);
    HubPush push = push();
    assertThat(push.createBranch("feature/x", "main")).isTrue();
    assertThat(push.createBranch("feature/x", "main")).isFalse();
    HubCommit commit = push.upload(HubUpload.of(model).revision("feature/x").build());
    assertThat(push.createTag("v1", "feature/x", "First")).isTrue();
    assertThat(push.createTag("v1", "main", "")).isFalse();

    assertThat(repository.refs())
        .containsEntry("refs/heads/feature/x", commit.id())
        .containsEntry("refs/tags/v1", commit.id());
    assertThat(repository.files("main")).containsExactly(".gitattributes");
    assertThatThrownBy(() -> push.createTag("v2", "nowhere", ""))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("Invalid rev id: nowhere")
        .hasMessageContaining("the repository has no such branch, tag or commit");
  }

  @Test
  void create_existing_isFine() throws IOException {
    HubPush push = push();
    assertThat(push.create(Visibility.PUBLIC)).isTrue();
    assertThat(push.create(Visibility.PRIVATE)).isFalse();
    assertThat(client(hub.readToken()).push(ID).create(Visibility.PUBLIC)).isFalse();
    assertThatThrownBy(() -> client(hub.readToken()).push("acme/new").create(Visibility.PUBLIC))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.FORBIDDEN))
        .hasMessageContaining("the token may not do this: use one with write access");
  }

  @Test
  void create_privateRepository_isHiddenFromOthers() throws IOException {
    push().create(Visibility.PRIVATE);
    HubClient stranger =
        HubClient.builder()
            .endpoint(hub.endpoint().toString())
            .cache(temporary)
            .retry(FAST)
            .build();
    assertThatThrownBy(() -> stranger.commit(ModelReference.parse(ID)))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REPOSITORY_NOT_FOUND))
        .hasMessageContaining("or it is private");
  }

  @Test
  void upload_withoutRepository_saysSo() {
    assertThatThrownBy(() -> push().upload(HubUpload.of(model).build()))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REPOSITORY_NOT_FOUND))
        .hasMessageContaining("there is no such repository, or it is private");
  }

  @Test
  void upload_wrongToken_saysSoWithoutShowingIt() {
    hub.model(ID);
    assertThatThrownBy(() -> client("hf_wrong").push(ID).upload(HubUpload.of(model).build()))
        .isInstanceOfSatisfying(
            HubException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.UNAUTHORIZED);
              assertThat(e.status()).isEqualTo(401);
              assertThat(e.requestId()).isPresent();
            })
        .hasMessageContaining("the token is not valid: set HF_TOKEN to a new one")
        .hasMessageNotContaining("hf_wrong");
  }

  @Test
  void upload_readToken_leavesTheRemote() {
    LocalRepository repository = hub.model(ID);
    assertThatThrownBy(() -> client(hub.readToken()).push(ID).upload(HubUpload.of(model).build()))
        .hasMessageContaining("use one with write access");
    assertThat(repository.history("main")).hasSize(1);
  }

  @Test
  void upload_brokenCard_stopsBeforeAnyUpload() throws IOException {
    LocalRepository repository = hub.model(ID);
    write("README.md", "---\nlicense: [mit\n---\n");
    assertThatThrownBy(() -> push().upload(HubUpload.of(model).build()))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID))
        .hasMessageContaining("README.md: the Hub does not accept the metadata")
        .hasMessageContaining("line 2");
    assertThat(puts()).isZero();
    assertThat(repository.history("main")).hasSize(1);
  }

  @Test
  void upload_parentCommit_locks() throws IOException {
    LocalRepository repository = hub.model(ID);
    String parent = repository.commitId("main");
    repository.put("other.txt", "someone else");
    assertThatThrownBy(() -> push().upload(HubUpload.of(model).parentCommit(parent).build()))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT))
        .hasMessageContaining("expected the parent commit " + parent);
    assertThat(puts()).isZero();

    push().upload(HubUpload.of(model).parentCommit(repository.commitId("main")).build());
    assertThat(repository.history("main")).hasSize(3);
  }

  @Test
  void upload_concurrentWithOneParent_oneWins() throws Exception {
    LocalRepository repository = hub.model(ID);
    String parent = repository.commitId("main");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<HubCommit>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Path folder = Files.createDirectories(temporary.resolve("writer" + i));
        Files.writeString(folder.resolve("who.txt"), "writer " + i);
        all.add(
            threads.submit(
                () -> {
                  start.await();
                  return push().upload(HubUpload.of(folder).parentCommit(parent).build());
                }));
      }
      start.countDown();
      int won = 0;
      for (Future<HubCommit> one : all) {
        try {
          assertThat(one.get().id()).isEqualTo(repository.commitId("main"));
          won++;
        } catch (ExecutionException e) {
          assertThat(((HubException) e.getCause()).reason()).isEqualTo(Reason.CONFLICT);
        }
      }
      assertThat(won).isEqualTo(1);
      assertThat(repository.history("main")).hasSize(2);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void upload_listener_hearsLargeFilesToTheirEnd() throws IOException {
    hub.model(ID);
    List<UploadListener.Progress> heard = Collections.synchronizedList(new ArrayList<>());
    push().upload(HubUpload.of(model).listener(heard::add).build());

    for (String file : new String[] {"model.safetensors", "small.bin"}) {
      List<UploadListener.Progress> of =
          heard.stream().filter(progress -> progress.file().equals(file)).toList();
      assertThat(of.get(0).bytes()).isZero();
      assertThat(of).filteredOn(UploadListener.Progress::done).hasSize(1);
      assertThat(of.get(of.size() - 1).done()).isTrue();
    }
    assertThat(heard).extracting(UploadListener.Progress::file).doesNotContain("config.json");
  }

  @Test
  void upload_cutAtAnyByte_endsWithTheRightContent() throws IOException {
    hub.model(ID);
    Random random = new Random(3);
    for (int round = 0; round < 10; round++) {
      byte[] content = new byte[300_000];
      random.nextBytes(content);
      Files.write(model.resolve("model.safetensors"), content);
      hub.faults().on("PUT", "/part/").cutUploadAfter(random.nextInt(70_000));
      hub.faults().on("PUT", "/part/").times(2).cutUploadAfter(random.nextInt(70_000));
      push().upload(HubUpload.of(model).build());
      assertThat(hub.faults().waiting()).isZero();
      assertThat(hub.model(ID).file("main", "model.safetensors")).isEqualTo(content);
    }
    assertThat(hub.model(ID).history("main")).hasSize(11);
  }

  @Test
  void upload_cutForEver_leavesTheRemote_andTheNextTrySucceeds() throws IOException {
    LocalRepository repository = hub.model(ID);
    Map<String, String> before = repository.refs();
    hub.faults().on("PUT", "/upload/").times(100).cutUploadAfter(1000);
    assertThatThrownBy(() -> push().upload(HubUpload.of(model).build()))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE))
        .hasMessageContaining("after 6 tries; check the network");
    assertThat(repository.refs()).isEqualTo(before);

    hub.faults().clear();
    push().upload(HubUpload.of(model).build());
    assertThat(repository.file("main", "model.safetensors")).isEqualTo(WEIGHTS);
  }

  @Test
  void upload_eachStepFails_leavesTheRemote() throws IOException {
    LocalRepository repository = hub.model(ID);
    Map<String, String> before = repository.refs();
    for (String step :
        new String[] {
          "/api/validate-yaml",
          "/revision/",
          "/preupload/",
          "/objects/batch",
          "/part/",
          "/upload/",
          "/local-hub-multipart/",
          "/objects/verify",
          "/commit/"
        }) {
      byte[] fresh = new byte[300_000];
      new Random(step.hashCode()).nextBytes(fresh);
      Files.write(model.resolve("model.safetensors"), fresh);
      Files.write(model.resolve("small.bin"), Arrays.copyOf(fresh, 5000));
      hub.faults().on("", step).times(1000).status(500);
      assertThatThrownBy(() -> push().upload(HubUpload.of(model).build()))
          .as(step)
          .isInstanceOfSatisfying(HubException.class, e -> assertThat(e.status()).isEqualTo(500))
          .hasMessageContaining(step);
      hub.faults().clear();
      assertThat(repository.refs()).as(step).isEqualTo(before);
    }
    hub.clearRequests();
    push().upload(HubUpload.of(model).build());
    assertThat(repository.history("main")).hasSize(2);
    assertThat(puts()).isZero(); // the storage had got everything
  }

  @Test
  void upload_eachStepFailsTwice_succeeds() throws IOException {
    LocalRepository repository = hub.model(ID);
    for (String step :
        new String[] {
          "/api/validate-yaml",
          "/revision/",
          "/preupload/",
          "/objects/batch",
          "/part/",
          "/upload/",
          "/local-hub-multipart/",
          "/objects/verify",
          "/commit/"
        }) {
      hub.faults().on("", step).times(1).status(503);
      hub.faults().on("", step).times(1).reset();
    }
    push().upload(HubUpload.of(model).build());
    assertThat(hub.faults().waiting()).isZero();
    assertThat(repository.history("main")).hasSize(2);
    assertThat(repository.file("main", "model.safetensors")).isEqualTo(WEIGHTS);
  }

  @Test
  void upload_rateLimited_waitsAsLongAsAsked() throws IOException {
    hub.model(ID);
    hub.faults().on("", "/preupload/").rateLimited(0); // one second more is waited, as t is rounded
    hub.faults().on("", "/commit/").retryAfter(429, 1);
    long start = System.nanoTime();
    push().upload(HubUpload.of(model).build());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(2));
    assertThat(hub.model(ID).history("main")).hasSize(2);
  }

  @Test
  void upload_rateLimitedForTooLong_failsAtOnce() {
    hub.model(ID);
    hub.faults().on("", "/preupload/").rateLimited(200);
    assertThatThrownBy(() -> push().upload(HubUpload.of(model).build()))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.RATE_LIMITED))
        .hasMessageContaining("wait 201 s and try again");
  }

  @Test
  void upload_expiredAddresses_areAskedForAgain() throws IOException {
    LocalRepository repository = hub.model(ID);
    hub.faults().on("PUT", "/upload/").status(403);
    hub.faults().on("PUT", "/part/").status(403);
    push().upload(HubUpload.of(model).build());
    assertThat(repository.file("main", "model.safetensors")).isEqualTo(WEIGHTS);
    assertThat(repository.file("main", "small.bin")).hasSize(5000);

    Files.write(model.resolve("small.bin"), new byte[] {0, 1});
    hub.faults().on("PUT", "/upload/").times(2).status(403);
    assertThatThrownBy(() -> push().upload(HubUpload.of(model).build()))
        .hasMessageContaining("status 403")
        .hasMessageContaining("the storage behind the Hub refuses it: try again");
    assertThat(repository.history("main")).hasSize(2);
  }

  @Test
  void upload_lostAnswerOfTheCommit_happensOnce() throws IOException {
    LocalRepository repository = hub.model(ID);
    hub.faults().on("POST", "/commit/").loseAnswer();
    HubCommit commit = push().upload(HubUpload.of(model).build());

    assertThat(commit.id()).isEqualTo(repository.commitId("main"));
    assertThat(repository.history("main")).hasSize(2);
    assertThat(hub.requests()).filteredOn(r -> r.path().contains("/commit/")).hasSize(1);
  }

  /** The repeated request finds no such upload any more, because the file is there. */
  @Test
  void upload_lostAnswerOfTheLastPart_isNoFailure() throws IOException {
    LocalRepository repository = hub.model(ID);
    hub.faults().on("POST", "/local-hub-multipart/").loseAnswer();
    push().upload(HubUpload.of(model).build());

    assertThat(hub.faults().waiting()).isZero();
    assertThat(repository.file("main", "model.safetensors")).isEqualTo(WEIGHTS);
    assertThat(puts()).as("nothing is sent twice").isEqualTo(6);
  }

  @Test
  void upload_lostAnswerOfAPullRequest_isNotRepeated() {
    LocalRepository repository = hub.model(ID);
    hub.faults().on("POST", "/commit/").loseAnswer();
    assertThatThrownBy(() -> push().upload(HubUpload.of(model).pullRequest().build()))
        .hasMessageContaining("look whether it is there before you try again");
    assertThat(repository.refs()).containsKey("refs/pr/1").doesNotContainKey("refs/pr/2");
  }

  @Test
  void upload_fileThatChangesMeanwhile_isNotCommitted() {
    LocalRepository repository = hub.model(ID);
    UploadListener meddler =
        progress -> {
          if (progress.done()) {
            write("small.bin", "changed");
          }
        };
    assertThatThrownBy(() -> push().upload(HubUpload.of(model).listener(meddler).build()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("small.bin: changed while it was uploaded");
    assertThat(repository.history("main")).hasSize(1);
  }

  @Test
  void upload_renamedRepository_arrives() throws IOException {
    LocalRepository repository = hub.model(ID);
    repository.renameTo("acme/renamed");
    push().upload(HubUpload.of(model).build());
    assertThat(repository.file("main", "model.safetensors")).isEqualTo(WEIGHTS);
  }

  @Test
  void upload_silentServer_endsByTheTimeout() {
    hub.model(ID);
    hub.faults().on("", "/preupload/").times(100).delay(Duration.ofSeconds(5));
    HubClient client =
        builder(hub.token())
            .readTimeout(Duration.ofMillis(100))
            .retry(new RetryPolicy(1, Duration.ZERO, Duration.ZERO, Duration.ZERO))
            .build();
    assertThatThrownBy(() -> client.push(ID).upload(HubUpload.of(model).build()))
        .hasMessageMatching(
            ".*: no answer within [12]\\d\\d ms, after 2 tries; .*"); // and its bytes
  }

  @Test
  void upload_killed_leavesTheRemote_andTheNextTrySucceeds() throws Exception {
    LocalRepository repository = hub.model(ID);
    Map<String, String> before = repository.refs();
    for (String step : new String[] {"/part/", "/objects/verify", "/commit/"}) {
      hub.faults().clear();
      hub.clearRequests();
      hub.faults().on("", step).times(100).delay(Duration.ofSeconds(20));
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  HubProgram.class.getName(),
                  "push",
                  ID,
                  model.toString())
              .redirectErrorStream(true)
              .redirectOutput(temporary.resolve("log.txt").toFile());
      builder.environment().put("HF_ENDPOINT", hub.endpoint().toString());
      builder.environment().put("HF_TOKEN", hub.token());
      builder.environment().put("HF_HOME", temporary.resolve("home").toString());
      builder.environment().remove("HF_HUB_OFFLINE");
      Process process = builder.start();
      try {
        while (hub.requests().stream().noneMatch(request -> request.path().contains(step))) {
          assertThat(process.isAlive()).as(Files.readString(temporary.resolve("log.txt"))).isTrue();
          Thread.sleep(10);
        }
      } finally {
        process.destroyForcibly().waitFor();
      }
      assertThat(repository.refs()).as(step).isEqualTo(before);
    }
    hub.faults().clear();
    push().upload(HubUpload.of(model).build());
    assertThat(repository.file("main", "model.safetensors")).isEqualTo(WEIGHTS);
    assertThat(repository.history("main")).hasSize(2);
  }

  @Test
  void upload_noFile_isRefused() throws IOException {
    hub.model(ID);
    Path empty = Files.createDirectories(temporary.resolve("empty"));
    assertThatThrownBy(() -> push().upload(HubUpload.of(empty).build()))
        .isInstanceOf(IOException.class)
        .hasMessage(empty + ": no file to upload; check the folder and the patterns");
  }

  @Test
  void upload_noFile_deletesNothing() throws IOException {
    LocalRepository repository = hub.model(ID);
    repository.put("old.bin", "old");
    FileChoice others = FileChoice.matching(List.of("*.onnx"), List.of());
    HubUpload none = HubUpload.of(model).files(others).deletePatterns("*").build();
    assertThatThrownBy(() -> push().upload(none))
        .isInstanceOf(IOException.class)
        .hasMessage(
            model
                + ": no file to upload, so nothing is deleted either; check the folder and the patterns");
    assertThat(repository.files("main")).contains("old.bin");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // where making a link is a privilege
  void upload_linkToAFolder_uploadsIt() throws IOException {
    LocalRepository repository = hub.model(ID);
    repository.put("old.bin", "old");
    Path latest = Files.createSymbolicLink(temporary.resolve("latest"), model);
    push().upload(HubUpload.of(latest).deletePatterns("*.bin").build());

    assertThat(repository.files("main"))
        .contains("onnx/note.txt", "small.bin")
        .doesNotContain("old.bin");
    assertThat(repository.file("main", "model.safetensors")).isEqualTo(WEIGHTS);
  }

  @Test
  void upload_ofAFile_isRefused() {
    hub.model(ID);
    Path file = model.resolve("config.json");
    assertThatThrownBy(() -> push().upload(HubUpload.of(file).deletePatterns("*").build()))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": is a file, expected a folder");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void upload_unreadableSubfolder_isNamed() throws IOException {
    hub.model(ID);
    Path closed = Files.createDirectories(model.resolve("closed"));
    Files.setPosixFilePermissions(closed, Set.of());
    try {
      assumeTrue(!Files.isReadable(closed), "root reads all");
      assertThatThrownBy(() -> push().upload(HubUpload.of(model).build()))
          .isInstanceOf(IOException.class)
          .hasMessage(
              closed
                  + ": cannot be read (no permission), so nothing was uploaded; mend its permissions, or move it out of "
                  + model);
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void builder_wrongValues_areRefused() {
    HubUpload.Builder builder = HubUpload.of(model);
    assertThatThrownBy(() -> builder.message(" ")).hasMessageContaining("expected one line");
    assertThatThrownBy(() -> builder.into("../up")).hasMessageContaining("into \"../up\"");
    assertThatThrownBy(() -> builder.parentCommit("main"))
        .hasMessage("parentCommit \"main\": expected 40 hexadecimal digits");
    assertThatThrownBy(() -> builder.revision("0".repeat(40)))
        .hasMessageContaining("a commit; expected a branch or refs/pr/N");
    assertThatThrownBy(() -> client(hub.token()).push("tiny"))
        .hasMessageContaining("expected owner/name, to push to");
  }

  private HubPush push() {
    return client(hub.token()).push(ID);
  }

  private HubCommit pushed() throws IOException {
    HubPush push = push();
    push.create(Visibility.PUBLIC);
    return push.upload(HubUpload.of(model).build());
  }

  private long puts() {
    return hub.requests().stream().filter(request -> request.method().equals("PUT")).count();
  }

  private void write(String path, String content) {
    try {
      Files.createDirectories(model.resolve(path).getParent());
      Files.writeString(model.resolve(path), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HubClient client(String token) {
    return builder(token).build();
  }

  private HubClient.Builder builder(String token) {
    return HubClient.builder()
        .endpoint(hub.endpoint().toString())
        .cache(temporary.resolve("cache"))
        .token(token)
        .retry(FAST);
  }
}
