package dev.afina.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;
import dev.afina.data.CsvFormat;
import dev.afina.data.Dataset;
import dev.afina.examples.cli.Console;
import dev.afina.examples.cli.Shutdown;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training that is stopped says of its folder. */
class FittingTest {
  @TempDir Path folder;

  @Test
  void stoppedAfterAnEvaluation_itNamesTheStepWhoseWeightsAreThere() throws IOException {
    Dataset rows = Dataset.csv(Samples.csv(folder.resolve("rows.csv"), 8), CsvFormat.withHeader());
    ClassifierBuilder builder =
        Classifier.builder()
            .checkpoint(Samples.checkpoint())
            .validation(rows)
            .options(TrainingOptions.standard().evaluation(e -> e.keepBest("loss").everySteps(3)));
    Path output = folder.resolve("model");
    TrainingListener stop =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            if (step.step() == 4) {
              Thread.currentThread().interrupt();
            }
          }
        };
    Console console =
        new Console(
            InputStream.nullInputStream(), silent(), silent(), false, new Shutdown(), Map.of());
    assertThatThrownBy(
            () -> Fitting.fit(builder, rows, output, List.of("loss"), stop, console).close())
        .isInstanceOf(InterruptedIOException.class)
        .hasMessageStartingWith("training was stopped after step 4 of 24")
        .hasMessageEndingWith("; the weights of step 3 are in " + output);
    assertThat(Thread.interrupted()).isTrue();
    Classifier.load(output).close();
  }

  private static PrintStream silent() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }
}
