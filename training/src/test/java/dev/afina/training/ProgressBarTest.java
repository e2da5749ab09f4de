package dev.afina.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  /** Two epochs of 3 steps, the second cut after 2. */
  private String training(boolean terminal, Duration betweenLines) {
    try (ProgressBar progress =
        new ProgressBar(out, terminal, List.of("loss", "accuracy", "macro_f1"), betweenLines)) {
      progress.started(TrainingListener.Plan.of(12, 5, 3, 1, 22_714_371));
      for (int step = 1; step <= 5; step++) {
        progress.stepped(
            TrainingListener.Step.of(
                step, 5, step / 3.0, step == 2 ? 3 : 1, 5e-5, 1, 4, 71.25, Duration.ofSeconds(62)));
        if (step == 3 || step == 5) {
          progress.epochEnded(epoch(step == 3 ? 1 : 2, step));
        }
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static TrainingListener.Epoch epoch(int number, int step) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("loss", 0.5);
    metrics.put("accuracy", 0.75);
    metrics.put("macro_f1", 0.7);
    metrics.put("matthews_correlation", 0.4);
    return TrainingListener.Epoch.of(
        number, step, 1.5, metrics, Duration.ofSeconds(9), number == 1);
  }

  @Test
  void file_getsAnEpochALine() {
    assertThat(training(false, Duration.ofSeconds(10)).lines())
        .containsExactly(
            "training 22,714,371 weights on 12 texts: 2 epochs, 5 steps, 1 step of warmup",
            "epoch 1/2: training loss 1.5000; validation loss 0.5000, accuracy 0.7500, macro f1 0.7000",
            "epoch 2/2: training loss 1.5000; validation loss 0.5000, accuracy 0.7500, macro f1 0.7000");
  }

  @Test
  void file_getsALineWhenTheTimeHasCome_withoutControlCharacters() {
    String text = training(false, Duration.ZERO);
    assertThat(text.lines()).hasSize(3 + 5);
    assertThat(text)
        .contains("epoch 1/2, step 1/5: loss 1.0000, rate 5.0e-05, 71.3 texts/s, 1:02 left\n")
        .contains("epoch 2/2, step 4/5: ")
        .doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");
  }

  @Test
  void allMetrics_whereNoneAreNamed_andNoneWhereNothingWasEvaluated() {
    ProgressBar bar = ProgressBar.linesTo(out);
    bar.started(TrainingListener.Plan.of(1, 1, 1, 0, 1));
    bar.epochEnded(epoch(1, 1));
    bar.showing("accuracy", "pearson").epochEnded(epoch(1, 1));
    bar.epochEnded(TrainingListener.Epoch.of(2, 2, 1, Map.of(), Duration.ZERO, true));
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains(
            "training 1 weights on 1 text: 1 epoch, 1 step\n",
            "validation loss 0.5000, accuracy 0.7500, macro f1 0.7000, matthews correlation 0.4000\n",
            "validation accuracy 0.7500\n",
            "epoch 2/1: training loss 1.0000\n");
  }

  @Test
  void loss_isARunningMean() {
    // 1 and 3 with the weights 0.95 and 1: (0.95 · 1 + 3) / 1.95
    assertThat(training(false, Duration.ZERO)).contains("step 2/5: loss 2.0256,");
  }

  @Test
  void terminal_getsABarAnEpoch() {
    String drawn = training(true, Duration.ZERO);
    // Not wrapped where the terminal is narrower, and nothing of a longer line before stays.
    String text = drawn.replace("\r\u001b[?7l", "\r").replace("\u001b[K\u001b[?7h", "");
    assertThat(text).doesNotContain("\u001b");
    assertThat(text.lines().filter(line -> line.startsWith("epoch 1/2 [")))
        .allSatisfy(line -> assertThat(line.split("\r")).allMatch(part -> part.length() <= 83));
    assertThat(text)
        .containsPattern(
            "\repoch 1/2 \\[=+\\] 100% loss 1.6661, rate 5.0e-05, 71.3 texts/s, 1:02 left\n")
        .containsPattern("\repoch 2/2 \\[=+\\] 100% loss 1.3790, .* left\n")
        .contains("\nepoch 1/2: training loss 1.5000;", "\nepoch 2/2: training loss 1.5000;");
  }

  /** As of a search whose first trial diverged: its end was not reported. */
  @Test
  void anotherTraining_beginsOnALineOfItsOwn_withABarOfItsOwn() {
    ProgressBar bar = ProgressBar.drawnOn(out);
    bar.started(TrainingListener.Plan.of(12, 9, 3, 0, 1)); // three epochs
    bar.stepped(step(2, 9));
    bar.started(TrainingListener.Plan.of(12, 3, 3, 0, 1));
    bar.stepped(step(1, 3));
    bar.close();
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text)
        .containsPattern("left[^\n]*\ntraining 1 weights on 12 texts: 1 epoch, 3 steps\n");
    assertThat(text.substring(text.indexOf("1 epoch,")))
        .contains("epoch 1/1 [")
        .doesNotContain("1/3");
  }

  @Test
  void anotherTraining_getsItsFirstLineWhenItsOwnTimeHasCome() throws Exception {
    Duration time = Duration.ofSeconds(1);
    ProgressBar lines = new ProgressBar(out, false, null, time);
    Thread.sleep(time.toMillis() + 100);
    lines.started(TrainingListener.Plan.of(12, 3, 3, 0, 1));
    lines.stepped(step(1, 3));
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
  }

  private static TrainingListener.Step step(int number, int of) {
    return TrainingListener.Step.of(
        number, of, number / 3.0, 1, 5e-5, 1, 4, 71.25, Duration.ofSeconds(62));
  }

  @Test
  void nothingToWriteTo_andNoMetric_areNamed() {
    assertThatThrownBy(() -> ProgressBar.linesTo(null)).hasMessage("out");
    assertThatThrownBy(() -> ProgressBar.drawnOn(null)).hasMessage("out");
    ProgressBar bar = ProgressBar.linesTo(System.err);
    assertThatThrownBy(() -> bar.showing("loss", null)).hasMessage("metric");
  }
}
