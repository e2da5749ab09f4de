package dev.afina.examples.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.afina.Classifier;
import dev.afina.data.Dataset;
import dev.afina.examples.Run;
import dev.afina.examples.Samples;
import dev.afina.examples.shipped.GoEmotions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TweetsTest {
  @TempDir Path folder;

  @Test
  void aFolderOfCsvFiles_isLearned() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    for (String split : List.of("train", "validation", "test")) {
      List<String> rows = new ArrayList<>(List.of("text,label"));
      Samples.CARD.forEach(text -> rows.add(text + ",0"));
      Samples.MONEY.forEach(text -> rows.add(text + ",1"));
      Files.write(data.resolve(split + ".csv"), rows);
    }
    Files.writeString(data.resolve("labels.txt"), "card\nmoney\n");
    Path model = folder.resolve("model");
    Run run = tweets(data, model);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.lines()).hasSize(1);
    JsonObject json = run.json();
    assertThat(json.get("accuracy").getAsDouble()).isBetween(0.0, 1.0);
    assertThat(json.get("command").getAsString()).isEqualTo("tweets");
    assertThat(json.get("data").getAsString()).isEqualTo(data.toString());
    assertThat(json.get("testExamples").getAsInt()).isEqualTo(8);
    assertThat(json.get("epochs").getAsInt()).isEqualTo(2);
    assertThat(json.keySet()).contains("macroF1", "loss", "hiddenSize", "vocabularySize");
    assertThat(run.err())
        .contains("1. The tweets", "notebook: load_dataset", "a slice: 2 epochs")
        .contains("ids    [", "f1-score", "mean hidden state: [1, ");
    try (Classifier saved = Classifier.load(model)) {
      assertThat(saved.labels().names()).containsExactly("card", "money");
      assertThat(saved.maxTokens()).isEqualTo(60);
    }
  }

  @Test
  void tweetEvalsOwnFiles_areRead() throws IOException {
    write("mapping.txt", "0\tanger", "1\tjoy");
    for (String split : List.of("train", "val", "test")) {
      write(split + "_text.txt", "what a day ", "how dare you", "nice", "leave me alone");
      write(split + "_labels.txt", "1", "0", "1", "0");
    }
    Run run = tweets(folder, folder.resolve("model"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("train: Dataset[4 rows; 2 labels: anger (2), joy (2)]");
  }

  @Test
  void filesOfTweetEval_thatDoNotFit_areNamed() throws IOException {
    write("mapping.txt", "0\tanger", "1\tjoy");
    write("train_text.txt", "what a day", "how dare you");
    write("train_labels.txt", "1");
    Run run = tweets(folder, folder.resolve("model"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains(folder.resolve("train_text.txt") + " has 2 lines and train_labels.txt has 1");
  }

  @Test
  void shippedComments_areWhatTheirReadmeSays() throws IOException {
    Dataset train = GoEmotions.emotions("train");
    assertThat(train.classCounts()).hasToString("{anger=900, joy=849, optimism=857, sadness=814}");
    assertThat(GoEmotions.sentiments("train").size()).isEqualTo(6_683);
    assertThat(GoEmotions.sentiments("validation").size()).isEqualTo(685);
    Dataset test = GoEmotions.sentiments("test");
    assertThat(test.size()).isEqualTo(1_003);
    assertThat(test.classCounts().keySet()).containsExactlyInAnyOrder("neg", "pos");
    List<String> texts = new ArrayList<>(train.stream().map(row -> row.text()).toList());
    assertThat(Collections.frequency(texts, texts.get(0))).isEqualTo(1);
  }

  private Run tweets(Path data, Path model) {
    return Run.of(
        "tweets",
        "--data",
        data.toString(),
        "--checkpoint",
        Samples.checkpoint(),
        "--output",
        model.toString(),
        "--json");
  }

  private void write(String file, String... lines) throws IOException {
    Files.write(folder.resolve(file), List.of(lines));
  }
}
