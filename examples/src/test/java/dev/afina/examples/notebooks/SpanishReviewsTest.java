package dev.afina.examples.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.examples.Run;
import dev.afina.examples.Samples;
import dev.afina.examples.shipped.InventedReviews;
import dev.afina.hub.testing.LocalHub;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpanishReviewsTest {
  @TempDir Path folder;

  @Test
  void theModelIsPushedAtEachSave_andLoadedBackFromTheHub() throws IOException {
    try (LocalHub hub = LocalHub.start()) {
      String name = hub.user() + "/reviews";
      Run run =
          Run.in(
              environment(hub),
              "spanish-reviews",
              "--data",
              reviews().toString(),
              "--checkpoint",
              Samples.checkpoint(),
              "--output",
              folder.resolve("model").toString(),
              "--push",
              name,
              "--json");
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.lines()).hasSize(1);
      JsonObject json = run.json();
      assertThat(json.get("accuracy").getAsDouble()).isBetween(0.0, 1.0);
      assertThat(json.get("trainExamples").getAsInt()).isEqualTo(16);
      assertThat(json.get("loadedFrom").getAsString()).isEqualTo(name);
      assertThat(json.get("ipad").getAsString()).isIn("negative", "positive");
      // The repository's first commit, one for each of two epochs, and the best at the end.
      assertThat(hub.model(name).history("main")).hasSize(4);
      assertThat(hub.model(name).files("main")).contains("model.safetensors", "README.md");
      assertThat(run.err())
          .contains("stars: {1=4, 2=4, 3=4, 4=4, 5=4}")
          .contains("categories: {book=10, toy=10}")
          .contains("train: Dataset[16 rows; 2 labels: negative (8), positive (8)]")
          .contains("logged at epoch 1.00: loss ", "logged at epoch 2.00: loss ")
          .contains(name + ": ¡me encanta el ipad!");
    }
  }

  @Test
  void withoutAToken_nothingIsTrained() throws IOException {
    try (LocalHub hub = LocalHub.start()) {
      Map<String, String> anonymous = new HashMap<>(environment(hub));
      anonymous.remove("HF_TOKEN");
      Path model = folder.resolve("model");
      Run run =
          Run.in(
              anonymous,
              "spanish-reviews",
              "--data",
              reviews().toString(),
              "--checkpoint",
              Samples.checkpoint(),
              "--output",
              model.toString(),
              "--push",
              hub.user() + "/reviews");
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("HF_TOKEN").doesNotContain("training ");
      assertThat(run.err().lines()).hasSize(1);
      assertThat(model).doesNotExist();
    }
  }

  @Test
  void stars_becomeTwoLabels_whateverTheyAreCountedFrom() {
    assertThat(twoLabels("1", "2", "3", "4", "5"))
        .containsExactly("negative", "negative", "positive", "positive");
    assertThat(twoLabels("0", "1", "2", "3", "4"))
        .containsExactly("negative", "negative", "positive", "positive");
    Dataset fromZero = rows("0", "1", "2", "3", "4");
    Dataset withoutZero = rows("1", "2", "3"); // 2, 3 and 4 stars
    assertThat(SpanishReviews.firstStar(List.of(withoutZero, fromZero))).isZero();
    assertThat(SpanishReviews.twoLabels(withoutZero, 0).stream().map(Example::label))
        .containsExactly("negative", "positive");
    assertThat(twoLabels("neutral", "positive", "negative"))
        .containsExactly("positive", "negative");
    assertThatThrownBy(() -> twoLabels("6"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label \"6\": expected stars, or negative, neutral or positive");
  }

  @Test
  void shippedReviews_areWhatTheirReadmeSays() throws IOException {
    Dataset train = InventedReviews.reviews("train");
    Dataset test = InventedReviews.reviews("test");
    assertThat(train.classCounts()).hasToString("{1=300, 2=300, 3=300, 4=300, 5=300}");
    assertThat(test.classCounts()).hasToString("{1=60, 2=60, 3=60, 4=60, 5=60}");
    assertThat(train.valueCounts("product_category")).hasSize(10);
    Set<String> texts = new HashSet<>(train.concat(test).stream().map(Example::text).toList());
    assertThat(texts).hasSize(1_800);
    assertThat(sentences(train)).contains("me encanta el libro, no podría estar más contenta");
    Set<String> unseen = sentences(test);
    unseen.removeAll(sentences(train));
    assertThat(unseen).hasSizeGreaterThan(20);
    try (Tokenizer tokenizer = InventedReviews.tokenizer()) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(1_000);
      Encoding encoding = tokenizer.encode("¡hola, me llamo lewis!", 64);
      assertThat(tokenizer.tokens(encoding))
          .startsWith("<s>", "Â¡")
          .contains("Ġme")
          .endsWith("</s>");
      assertThat(tokenizer.decode(encoding.ids())).isEqualTo("¡hola, me llamo lewis!");
    }
  }

  private static Set<String> sentences(Dataset reviews) {
    Set<String> sentences = new HashSet<>();
    for (Example row : reviews) {
      for (String sentence : row.text().toLowerCase(Locale.ROOT).split("[.] ?", -1)) {
        if (!sentence.isBlank()) {
          sentences.add(sentence);
        }
      }
    }
    return sentences;
  }

  private static List<String> twoLabels(String... labels) {
    Dataset rows = rows(labels);
    int first = SpanishReviews.firstStar(List.of(rows));
    return SpanishReviews.twoLabels(rows, first).stream().map(Example::label).toList();
  }

  private static Dataset rows(String... labels) {
    return Dataset.of(Stream.of(labels).map(label -> Example.of("x", label)).toList());
  }

  private Path reviews() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    for (String split : List.of("train", "validation", "test")) {
      List<String> rows = new ArrayList<>(List.of("review_body,stars,product_category"));
      for (int i = 0; i < 20; i++) {
        rows.add("la carta " + i + "," + (i % 5 + 1) + "," + (i % 2 == 0 ? "book" : "toy"));
      }
      Files.write(data.resolve(split + ".csv"), rows);
    }
    return data;
  }

  private Map<String, String> environment(LocalHub hub) {
    return Map.of(
        "HF_ENDPOINT",
        hub.endpoint().toString(),
        "HF_TOKEN",
        hub.token(),
        "HF_HOME",
        folder.resolve("cache").toString());
  }
}
