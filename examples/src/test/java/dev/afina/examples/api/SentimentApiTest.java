package dev.afina.examples.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.afina.Classifier;
import dev.afina.examples.Main;
import dev.afina.examples.Run;
import dev.afina.examples.Samples;
import dev.afina.testing.TinyModels;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SentimentApiTest {
  @TempDir Path folder;
  private Process process;

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  @Test
  void training_endsInFigures() throws IOException {
    Path rows = Samples.csv(folder.resolve("rows.csv"), 12);
    Path output = folder.resolve("model");
    Run run =
        Run.of(
            "sentiment-api",
            "--train-only",
            "--json",
            "--data",
            rows.toString(),
            "--checkpoint",
            Samples.checkpoint(),
            "--output",
            output.toString());
    assertThat(run.code()).as(run.err()).isZero();
    JsonObject figures = run.json();
    assertThat(figures.get("command").getAsString()).isEqualTo("sentiment-api");
    for (String name : List.of("accuracy", "precision", "recall", "f1", "macroF1", "loss")) {
      assertThat(figures.get(name).getAsDouble()).as(name).isBetween(0.0, 2.0);
    }
    assertThat(run.err()).contains("save_steps=500", "f1-score", "of money");
    try (Classifier classifier = Classifier.load(output)) {
      assertThat(classifier.labels().names()).containsExactly("card", "money");
    }
  }

  @Test
  void whatIsWrong_isOneLine() throws IOException {
    requireOneLine(
        Run.of("sentiment-api", "--model", folder.resolve("none").toString(), "--port", "0"),
        1,
        folder.resolve("none") + ": ");
    requireOneLine(
        Run.of("sentiment-api", "--model", "x", "--train-only"),
        2,
        "--model serves a model that is there: leave out --train-only, for a training only");
    requireOneLine(
        Run.of("sentiment-api", "--model", "x", "--full", "--data", "rows.csv"),
        2,
        "--model serves a model that is there: leave out --data, --full, for a training only");
    requireOneLine(Run.of("sentiment-api", "--port", "70000"), 2, "--port: expected 0 to 65535");
    requireOneLine(
        Run.of("sentiment-api", "--max-texts", "0"), 2, "--max-texts: expected 1 or more");
    requireOneLine(
        Run.of("sentiment-api", "--tokens-in-flight", "0"),
        2,
        "--tokens-in-flight: expected 1 or more, got 0");
    requireOneLine(Run.of("sentiment-api", "--deadline", "0"), 2, "--deadline: expected more");
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(busy.getLocalPort());
      requireOneLine(
          Run.of("sentiment-api", "--port", port),
          1,
          "port " + port + " of 127.0.0.1 is busy or not ours; choose another with --port");
    }
  }

  private static void requireOneLine(Run run, int code, String message) {
    assertThat(run.err().strip()).contains(message).hasLineCount(1);
    assertThat(run.code()).isEqualTo(code);
  }

  /**
   * SIGTERM comes between the two halves of a request. The second half is classified after it, the
   * answer arrives, nobody new is let in, and the exit code is 0.
   */
  @Test
  @DisabledOnOs(OS.WINDOWS) // where destroy() ends a process without asking
  void stopped_answersWhatItHasAccepted() throws Exception {
    Path model = folder.resolve("tiny");
    try (Classifier classifier = TinyModels.classifier()) {
      classifier.save(model);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx512m", "-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("sentiment-api", "--model", model.toString(), "--port", "0"));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    while (line != null && !line.startsWith("serving tiny at http://127.0.0.1:")) {
      line = out.readLine();
    }
    assertThat(line).endsWith("/");
    int port = Integer.parseInt(line.replaceAll(".*:(\\d+)/", "$1"));
    assertThat(new Caller(port).get("/health").status()).isEqualTo(200);

    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream request = socket.getOutputStream();
      String body = "{\"text\": \"I lost my card\"}";
      request.write(
          ("POST /classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  + "Content-Length: "
                  + body.length()
                  + "\r\n\r\n"
                  + body.substring(0, 5))
              .getBytes(StandardCharsets.UTF_8));
      request.flush();
      awaitAccepted(port);
      process.toHandle().destroy(); // process.destroy() would close its streams too
      assertThat(out.readLine()).startsWith("stopping: ");
      awaitRefused(port);
      request.write(body.substring(5).getBytes(StandardCharsets.UTF_8));
      request.flush();
      InputStream answer = socket.getInputStream();
      String read = new String(answer.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(read).startsWith("HTTP/1.1 200 ").contains("\"label\":\"lost_or_stolen_card\"");
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(out.lines().toList()).containsExactly("stopped");
    assertThat(process.exitValue()).isZero();
  }

  /** The server has a thread for the half request: a later one on another connection is through. */
  private static void awaitAccepted(int port) {
    for (int i = 0; i < 3; i++) {
      assertThat(new Caller(port).get("/health").status()).isEqualTo(200);
    }
  }

  private static void awaitRefused(int port) throws InterruptedException {
    for (int i = 0; i < 200; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        Thread.sleep(20);
      } catch (IOException e) {
        return;
      }
    }
    throw new AssertionError("port " + port + " still lets callers in");
  }
}
