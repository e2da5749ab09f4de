package dev.afina.examples.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.examples.Run;
import dev.afina.hub.testing.LocalHub;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One line that says what to do, exit code 1, no stack trace: the same for each program. */
class BadInputTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"spanish-reviews", "news", "tweets", "movie-reviews"})
  void missingFolder(String program) {
    String missing = folder.resolve("none").toString();
    assertOneLine(Run.of(program, "--data", missing), missing + ": no such file or folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"spanish-reviews", "news", "tweets", "movie-reviews"})
  void wrongColumn(String program) throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    for (String file : List.of("train.csv", "test.csv")) {
      Files.write(data.resolve(file), List.of("body,mood", "hello,good", "bye,bad"));
    }
    assertOneLine(
        Run.of(program, "--data", data.toString()),
        "train.csv:1:",
        "body",
        "mood",
        "; call it so in the data");
  }

  /** A port of this machine at which nobody listens is as good as no network. */
  @Test
  void noNetwork() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Map<String, String> environment =
        Map.of("HF_ENDPOINT", "http://localhost:" + port, "HF_HOME", folder.toString());
    assertOneLine(
        Run.in(environment, "tweets", "--data", "acme/tickets"),
        "--data acme/tickets: no file or folder of this machine, and of the Hub: ",
        "localhost");
  }

  @Test
  void unknownNameOfTheHub() throws IOException {
    try (LocalHub hub = LocalHub.start()) {
      Map<String, String> environment =
          Map.of(
              "HF_ENDPOINT", hub.endpoint().toString(), "HF_HOME", folder.resolve("hf").toString());
      String output = folder.resolve("out").toString();
      for (String program : List.of("spanish-reviews", "news", "tweets", "movie-reviews")) {
        assertOneLine(
            Run.in(environment, program, "--data", "acme/nothing"), "acme/nothing", "no such");
        assertOneLine(
            Run.in(environment, program, "--checkpoint", "acme/nothing", "--output", output),
            "acme/nothing");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"spanish-reviews", "news", "tweets", "movie-reviews"})
  void missingCheckpoint(String program) throws IOException {
    String missing = folder.resolve("model").toString();
    assertOneLine(Run.of(program, "--checkpoint", missing, "--output", missing + "-out"), missing);
  }

  private static void assertOneLine(Run run, String... parts) {
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    List<String> problems = run.err().lines().filter(line -> !line.startsWith("[WARN]")).toList();
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0)).startsWith("afina-examples ").contains(parts);
    assertThat(problems.get(0)).hasSizeLessThan(1_000);
  }
}
