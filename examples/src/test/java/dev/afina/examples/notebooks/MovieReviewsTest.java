package dev.afina.examples.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.examples.Run;
import dev.afina.examples.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MovieReviewsTest {
  private static final Labels LABELS = Labels.of("neg", "pos");

  @TempDir Path folder;

  /** Both labels in turns, as no split of IMDB is; the text is the row's number in its label. */
  private static Dataset reviews(int ofEachLabel) {
    return Dataset.of(
        IntStream.range(0, 2 * ofEachLabel)
            .mapToObj(row -> Example.of("" + row / 2, row % 2 == 0 ? "pos" : "neg")));
  }

  @Test
  void balanced_isTheFirstBadAndTheLastGoodReviews() {
    Dataset balanced = MovieReviews.balanced(reviews(2_000), LABELS);
    assertThat(balanced.size()).isEqualTo(1_000);
    assertThat(balanced.slice(0, 500).classCounts()).hasToString("{neg=500}");
    assertThat(balanced.get(0).text()).isEqualTo("0");
    assertThat(balanced.get(500)).isEqualTo(Example.of("1500", "pos"));
  }

  @Test
  void balanced_ofFewRows_isStillBalanced() {
    Dataset few = reviews(3).concat(Dataset.of(Example.of("more", "pos")));
    assertThat(MovieReviews.balanced(few, LABELS).classCounts()).hasToString("{neg=3, pos=3}");
  }

  /** The rows are those of {@code train_test_split(test_size=0.2, seed=42)} of datasets 4.3. */
  @Test
  void split_hasTheVeryRowsOfPythonsDatasets() {
    Dataset numbered =
        Dataset.of(
            IntStream.range(0, 1_000)
                .mapToObj(row -> Example.of("" + row, row < 500 ? "neg" : "pos")));
    Dataset.Split split = MovieReviews.split(numbered);
    assertThat(split.train().classCounts()).hasToString("{neg=404, pos=396}");
    assertThat(split.test().classCounts()).hasToString("{neg=96, pos=104}");
    assertThat(split.train().head(6).stream().map(Example::text))
        .containsExactly("911", "356", "388", "281", "511", "120");
    assertThat(split.test().head(6).stream().map(Example::text))
        .containsExactly("978", "933", "859", "916", "127", "608");
    assertThat(split.test().get(199).text()).isEqualTo("11");
  }

  @Test
  void aclImdb_isLearned_andItsAnswersHaveAThreshold() throws IOException {
    for (String label : List.of("neg", "pos")) {
      Path files = Files.createDirectories(folder.resolve("aclImdb/train").resolve(label));
      List<String> texts = label.equals("neg") ? Samples.CARD : Samples.MONEY;
      for (int i = 0; i < 20; i++) {
        Files.writeString(files.resolve(i + "_1.txt"), texts.get(i % texts.size()));
      }
    }
    Path model = folder.resolve("model");
    Path earlier = Files.createDirectories(folder.resolve("model-checkpoints/checkpoint-300"));
    Files.writeString(earlier.resolve("trainer_state.json"), "{}");
    Path notes = Files.writeString(folder.resolve("model-checkpoints/notes.txt"), "mine");
    List<String> arguments =
        new ArrayList<>(List.of("movie-reviews", "--data", folder.resolve("aclImdb").toString()));
    arguments.addAll(List.of("--checkpoint", Samples.checkpoint(), "--json"));
    arguments.addAll(List.of("--output", model.toString()));
    Run run = Run.of(arguments.toArray(new String[0]));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.lines()).hasSize(1);
    JsonObject json = run.json();
    assertThat(json.get("accuracy").getAsDouble()).isBetween(0.0, 1.0);
    assertThat(json.get("f1").getAsDouble()).isBetween(0.0, 1.0);
    assertThat(json.get("sure").getAsInt() + json.get("notSure").getAsInt()).isEqualTo(8);
    assertThat(run.err())
        .contains("balanced: Dataset[40 rows; 2 labels: neg (20), pos (20)]")
        .containsPattern("best: F1 [01][.][0-9]+ after step [0-9]+")
        .contains("of 8 reviews: sure of ");
    assertThat(model.resolve("model.safetensors")).exists();
    assertThat(earlier).doesNotExist();
    assertThat(notes).hasContent("mine");
  }

  @Test
  void threeLabels_areRefused() throws IOException {
    Path file =
        Files.write(folder.resolve("train.csv"), List.of("text,label", "a,x", "b,y", "c,z"));
    Run run = Run.of("movie-reviews", "--data", file.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains(file + ": expected two labels, bad and good, got Labels[x, y, z]");
  }
}
