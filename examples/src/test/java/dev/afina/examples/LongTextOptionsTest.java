package dev.afina.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of long texts, asked for on the command line. */
class LongTextOptionsTest {
  /** The same 8 tokens at first, and no more than three windows hold. */
  private static final String ENDS_WITH_CARD = "card card card card card card card card";

  private static final String ENDS_WITH_MONEY = "card card card card card card card money";

  @TempDir Path folder;
  private Path rows;
  private Path model;

  @BeforeEach
  void write() throws IOException {
    model = folder.resolve("model");
    String many = " and so on and on".repeat(6); // beyond the 8 tokens that are read at once
    rows =
        Files.write(
            folder.resolve("rows.csv"),
            List.of(
                "text,label", "card lost" + many + " card,card", "money" + many + " money,money"));
  }

  private Run train(String... more) {
    String[] usual = {
      "train",
      "--train",
      rows.toString(),
      "--validation-share",
      "0",
      "--checkpoint",
      Samples.checkpoint(),
      "--output",
      model.toString(),
      "--max-tokens",
      "8",
      "--learning-rate", // enough to hear a single word: random weights do not
      "5e-3",
      "--epochs",
      "8"
    };
    return Run.of(Stream.concat(Arrays.stream(usual), Arrays.stream(more)).toArray(String[]::new));
  }

  @Test
  void windows_areTrainedOn_savedAndPredictedWith() throws IOException {
    Run run =
        train(
            "--long-texts",
            "windows",
            "--stride",
            "2",
            "--most-windows",
            "3",
            "--window-logits",
            "mean");
    assertThat(run.code()).as(run.err()).isZero();
    JsonObject saved =
        JsonParser.parseString(Files.readString(model.resolve("afina_config.json")))
            .getAsJsonObject()
            .getAsJsonObject("long_texts");
    assertThat(saved.get("stride").getAsInt()).isEqualTo(2);
    assertThat(saved.get("most_windows").getAsInt()).isEqualTo(3);
    assertThat(saved.get("combination").getAsString()).isEqualTo("mean");
    assertThat(predicted(ENDS_WITH_CARD)).isNotEqualTo(predicted(ENDS_WITH_MONEY));
  }

  private String predicted(String text) {
    Run run = Run.withInput(text + "\n", "predict", "--model", model.toString());
    assertThat(run.code()).as(run.err()).isZero();
    return run.out();
  }

  @Test
  void headAndTail_areSaved_andCutIsWhatEveryModelDoes() throws IOException {
    assertThat(train("--long-texts", "head-tail").code()).isZero();
    assertThat(Files.readString(model.resolve("afina_config.json"))).contains("head");
    assertThat(train("--long-texts", "cut").code()).isZero();
    assertThat(model.resolve("afina_config.json")).doesNotExist();
    assertThat(predicted(ENDS_WITH_CARD)).isEqualTo(predicted(ENDS_WITH_MONEY));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--stride 2 | --stride, --most-windows and --window-logits need --long-texts windows",
        "--long-texts head-tail --window-logits mean | need --long-texts windows",
        "--long-texts split | --long-texts: expected cut, head-tail or windows, got \"split\"",
        "--long-texts windows --window-logits sum | expected mean or maximum, got \"sum\"",
        "--long-texts windows --stride 7 | stride",
      })
  void whatDoesNotFit_isRefusedBeforeTraining(String options, String message) {
    Run run = train(options.split(" "));
    assertThat(run.code()).as(run.err()).isNotZero();
    assertThat(run.err()).contains(message);
    assertThat(run.err().lines().filter(line -> line.contains(message))).hasSize(1);
    assertThat(model).doesNotExist();
  }
}
