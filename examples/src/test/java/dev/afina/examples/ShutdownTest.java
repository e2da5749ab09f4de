package dev.afina.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.Classifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stops a program in the middle, from outside, by SIGTERM: Ctrl-C takes the same way, but a shell
 * that runs the build in the background has its children ignore it.
 */
@DisabledOnOs(OS.WINDOWS) // where destroy() ends a process without asking
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a read is not interrupted
class ShutdownTest {
  private static final int TERMINATED = 128 + 15;

  @TempDir Path folder;
  private Path output;
  private Process process;

  @BeforeEach
  void nameOutput() {
    output = folder.resolve("models").resolve("model");
  }

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  @Test
  void stoppedInASecondEpoch_keepsTheFirst() throws Exception {
    Path rows = Samples.csv(folder.resolve("rows.csv"), 40);
    start(
        "train",
        "--train",
        rows.toString(),
        "--checkpoint",
        Samples.checkpoint(),
        "--output",
        output.toString(),
        "--epochs",
        "100000");
    List<String> err = stopAfter("epoch 1/100000:");
    assertThat(process.exitValue()).isEqualTo(TERMINATED);
    assertThat(err.get(err.size() - 1))
        .matches(
            "afina-examples train: training was stopped after step \\d+ of \\d+: the JVM is shutting"
                + " down; the weights of epoch \\d+ are in .*models/model");
    assertThat(err).filteredOn(line -> line.contains("stopped")).hasSize(1);
    assertThat(output.getParent()).isDirectoryNotContaining("glob:**/.*"); // no temporary folder
    try (Classifier kept = Classifier.load(output)) {
      assertThat(kept.predict("card").scores()).hasSize(2);
    }
  }

  /** The first epoch of 40 updates ends without an evaluation. */
  @Test
  void stoppedAfterAnEvaluationWithinAnEpoch_itSaysWhatIsThere() throws Exception {
    Path rows = Samples.csv(folder.resolve("rows.csv"), 40);
    start(
        "train",
        "--train",
        rows.toString(),
        "--validation",
        rows.toString(),
        "--checkpoint",
        Samples.checkpoint(),
        "--output",
        output.toString(),
        "--keep-best",
        "loss",
        "--eval-steps",
        "3",
        "--epochs",
        "100000");
    List<String> err = stopAfter("epoch 1/100000:");
    assertThat(err.get(err.size() - 1)).matches(".*; the weights of (step|epoch) \\d+ are in .*");
    assertThat(output).isDirectory();
  }

  @Test
  void stoppedInTheFirstEpoch_leavesNoFolder() throws Exception {
    Path rows = Samples.csv(folder.resolve("rows.csv"), 20_000);
    start(
        "train",
        "--train",
        rows.toString(),
        "--checkpoint",
        Samples.checkpoint(),
        "--output",
        output.toString());
    List<String> err = stopAfter("training ");
    assertThat(process.exitValue()).isEqualTo(TERMINATED);
    assertThat(err.get(err.size() - 1))
        .endsWith("the JVM is shutting down; nothing had been saved yet");
    assertThat(output.getParent()).doesNotExist();
  }

  @Test
  void waitingForInput_endsAtOnce() throws Exception {
    Path rows = Samples.csv(folder.resolve("rows.csv"), 2);
    Run training =
        Run.of(
            "train",
            "--train",
            rows.toString(),
            "--checkpoint",
            Samples.checkpoint(),
            "--output",
            output.toString(),
            "--epochs",
            "1");
    assertThat(training.code()).isZero();
    start("predict", "--model", output.toString());
    OutputStream in = process.getOutputStream();
    in.write("card\nmo".getBytes(StandardCharsets.UTF_8));
    in.flush();
    // The first line is answered although the second is not complete.
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    assertThat(out.readLine()).matches("(card|money)\t0\\.\\d{6}");
    process.toHandle().destroy(); // process.destroy() would close its streams too
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(TERMINATED);
    assertThat(out.readLine()).isNull();
  }

  private void start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx512m", "-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).start();
  }

  /** Sends SIGTERM once a line begins so; all of standard error. */
  private List<String> stopAfter(String beginning) throws IOException, InterruptedException {
    List<String> err = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        err.add(line);
        if (line.startsWith(beginning)) {
          process.toHandle().destroy(); // process.destroy() would close its streams too
        }
      }
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(String.join("\n", err)).isTrue();
    return err;
  }
}
