package dev.afina.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.hub.testing.LocalHub;
import dev.afina.hub.testing.RecordedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Several processes, and one that is killed. */
class HubClientProcessTest {
  private static final ModelReference MODEL = ModelReference.parse("tester/tiny");
  private static final byte[] WEIGHTS = new byte[2_000_000];

  static {
    new Random(5).nextBytes(WEIGHTS);
  }

  @TempDir Path folder;
  private Path cache;
  private LocalHub hub;

  @BeforeEach
  void start() throws IOException {
    cache = folder.resolve("cache");
    hub = LocalHub.start();
    hub.model("tester/tiny").put("config.json", "{}").put("model.safetensors", WEIGHTS);
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
  }

  @Test
  void twoProcessesAtOnce_fetchEachFileOnce() throws Exception {
    hub.faults().on("GET", "").times(20).slow(1_500_000);
    List<Process> running = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      running.add(start(i));
    }
    for (int i = 0; i < 2; i++) {
      assertThat(running.get(i).waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(running.get(i).exitValue()).as(log(i)).isZero();
    }

    requireWhole();
    assertThat(storage()).hasSize(1);
  }

  /** As on a file system whose locks do not work: more is transferred, nothing is harmed. */
  @Test
  void twoProcessesAtOnce_withoutLocks_leaveTheCacheWhole() throws Exception {
    Files.createDirectories(cache);
    Files.createFile(cache.resolve(".locks")); // in the way of the folder
    hub.faults().on("GET", "").times(20).slow(1_500_000);
    List<Process> running = List.of(start(0), start(1));
    for (int i = 0; i < 2; i++) {
      assertThat(running.get(i).waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(running.get(i).exitValue()).as(log(i)).isZero();
    }

    requireWhole();
  }

  @Test
  void killedProcess_isResumedByTheNext() throws Exception {
    hub.faults().on("GET", "").times(20).slow(1_000_000);
    Process process = start(0);
    try {
      while (partBytes() < 300_000) {
        assertThat(process.isAlive()).as(log(0)).isTrue();
        Thread.sleep(5);
      }
    } finally {
      process.destroyForcibly(); // SIGKILL: nothing of it gets to clean up
    }
    process.waitFor();
    assertThat(cache.resolve("models--tester--tiny/refs")).doesNotExist();
    hub.faults().clear();
    hub.clearRequests();

    Process next = start(1);
    assertThat(next.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(next.exitValue()).as(log(1)).isZero();

    requireWhole();
    assertThat(storage())
        .singleElement()
        .satisfies(
            r -> {
              assertThat(Long.parseLong(r.range().orElseThrow().replaceAll("[^0-9]", "")))
                  .isGreaterThanOrEqualTo(300_000);
              assertThat(r.bytesSent()).isLessThanOrEqualTo(WEIGHTS.length - 300_000);
            });
  }

  /** A limit on the size of files stands for a full disk: the write fails in the middle. */
  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void diskThatTakesNoMore_saysSo_andKeepsNoPart() throws Exception {
    List<String> command =
        new ArrayList<>(List.of("bash", "-c", "ulimit -f 1000; exec \"$@\"", "-"));
    command.addAll(PullProgram.command(hub.endpoint().toString(), cache, "tester/tiny"));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log0").toFile())
            .start();

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(log(0))
        .contains("cannot be written")
        .contains("free some space or set HF_HUB_CACHE to another disk");
    assertThat(HubClientFaultTest.leftovers(cache)).isEmpty();
    assertThat(client().download(MODEL, "model.safetensors")).hasBinaryContent(WEIGHTS);
  }

  private Process start(int number) throws Exception {
    return PullProgram.start(
        hub.endpoint().toString(), cache, "tester/tiny", folder.resolve("log" + number));
  }

  private String log(int number) throws IOException {
    return Files.readString(folder.resolve("log" + number));
  }

  private HubClient client() {
    return HubClient.builder().endpoint(hub.endpoint().toString()).cache(cache).build();
  }

  private void requireWhole() throws IOException {
    HubClient offline =
        HubClient.builder().endpoint(hub.endpoint().toString()).cache(cache).offline().build();
    assertThat(offline.download(MODEL, "model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(offline.download(MODEL, "config.json")).hasContent("{}");
    assertThat(HubClientFaultTest.leftovers(cache)).isEmpty();
  }

  private long partBytes() throws IOException {
    List<Path> parts = HubClientFaultTest.leftovers(cache);
    long most = 0;
    for (Path part : parts) {
      most = Math.max(most, part.toFile().length());
    }
    return most;
  }

  private List<RecordedRequest> storage() {
    return hub.requests().stream().filter(r -> r.host() == RecordedRequest.Host.STORAGE).toList();
  }
}
