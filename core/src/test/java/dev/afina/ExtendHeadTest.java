package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import dev.afina.internal.model.HeadForm;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExtendHeadTest {

  private static float[] weights(String key, int labels, ModelLoader.HeadWeights head, int... rows)
      throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(Golden.path("bert/model"));
        Model model = ModelLoader.load(files, labels, head, HeadForm.OF_CONFIG, 42, rows)) {
      return model.array(key).toFloatArray();
    }
  }

  @Test
  void rowsOfKnownLabels_areTheCheckpoints_andOthersAreThoseOfANewHead_toTheBit()
      throws IOException {
    int before = LiveArrays.count();
    int[] rows = {1, -1, 0, 2, -1};
    for (String key : new String[] {"classifier.weight", "classifier.bias"}) {
      float[] learned = weights(key, 3, ModelLoader.HeadWeights.REQUIRED);
      // That this is what transformers draws is what the golden heads of other tests show.
      float[] drawn = weights(key, 5, ModelLoader.HeadWeights.REPLACED);
      float[] extended = weights(key, 5, ModelLoader.HeadWeights.EXTENDED, rows);
      int width = learned.length / 3;
      assertThat(extended).hasSize(5 * width);
      for (int label = 0; label < 5; label++) {
        float[] expected =
            rows[label] < 0
                ? Arrays.copyOfRange(drawn, label * width, (label + 1) * width)
                : Arrays.copyOfRange(learned, rows[label] * width, (rows[label] + 1) * width);
        assertThat(Arrays.copyOfRange(extended, label * width, (label + 1) * width))
            .as("%s, label %s", key, label)
            .containsExactly(expected);
      }
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  private static Dataset withFear() {
    List<Example> rows = new ArrayList<>();
    ClassifierTest.rows().stream().limit(9).forEach(rows::add);
    rows.add(Example.of("look, I am so afraid", "fear"));
    return Dataset.of(rows);
  }

  private static ClassifierBuilder extending() {
    return Classifier.builder().checkpoint(Golden.path("bert/model")).maxSteps(1).extendHead();
  }

  @Test
  void newLabels_comeBehindTheCheckpoints_orWhereTheyAreGiven() throws IOException {
    Dataset held = Dataset.of(Example.of("I miss the house", "sadness"));
    try (Classifier classifier = extending().validation(held).fit(withFear())) {
      assertThat(classifier.labels().names()).containsExactly("anger", "joy", "sadness", "fear");
      assertThat(classifier.predict("no").probabilities()).hasSize(4);
    }
    try (Classifier classifier =
        extending().labels("fear", "sadness", "joy", "anger").fit(withFear())) {
      assertThat(classifier.labels().name(0)).isEqualTo("fear");
    }
  }

  @Test
  void labelsThatCannotBeAddedTo_areNamed() {
    Dataset two = Dataset.of(Example.of("so happy", "joy"), Example.of("I am afraid", "fear"));
    assertThatThrownBy(() -> extending().labels("joy", "fear", "anger").fit(two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("extendHead: labels [sadness] of checkpoint \"")
        .hasMessageEndingWith("give them, too, or call replaceHead() to train a new head");
    assertThatThrownBy(() -> extending().checkpoint(Golden.path("bert/base")).fit(withFear()))
        .hasMessageContaining("has no labels with names to add to; call replaceHead()");
    assertThatThrownBy(
            () ->
                Regressor.builder()
                    .checkpoint(Golden.path("bert/base"))
                    .extendHead()
                    .fit(Dataset.of(Example.of("a", "1.5"), Example.of("b", "2.5"))))
        .hasMessageStartingWith("extendHead: adds labels, and a Regressor has numbers; ");
  }
}
