package dev.afina.internal.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.DeferredLinear;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.Golden;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.objective.SingleLabelObjective;
import dev.afina.internal.objective.Targets;
import dev.afina.internal.text.Combination;
import dev.afina.internal.text.Document;
import dev.afina.tokenization.TextPair;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.ShardParameters;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingTask;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FineTuningTaskTest {

  @Test
  void divide_losesNoText_andTheGradientsAddUpToTheWholes() throws IOException {
    int before = LiveArrays.count();
    try (Model model = Golden.model("bert/model", ModelLoader.HeadWeights.REQUIRED);
        Tokenizer tokenizer = Tokenizer.load(Golden.path("bert/model"));
        NDManager scope = PyTorch.newManager()) {
      List<TextPair> texts =
          IntStream.range(0, 24)
              .mapToObj(
                  i -> new TextPair("what a happy day " + "in the house ".repeat(i % 5), null))
              .toList();
      List<Document> documents = tokenizer.encodeAll(texts, 20).stream().map(Document::of).toList();
      Targets labels =
          new Targets(IntStream.range(0, 24).mapToObj(i -> new double[] {i % 3}).toList());
      int[] batch = IntStream.range(0, 24).toArray();
      try (FineTuningTask task = task(model, documents, labels, 0.01)) {
        assertThat(task.divide(batch, 1)).hasSize(1);
        assertThat(task.divide(batch, 3)).hasSize(3);
        assertThat(task.divide(new int[] {0, 1}, 3)).as("too little to divide").hasSize(1);

        Map<String, float[]> whole = gradients(task.divide(batch, 1), model, scope);
        Map<String, float[]> sums = gradients(task.divide(batch, 3), model, scope);
        whole.forEach(
            (key, gradient) ->
                // Sums of 24 texts in another order.
                assertThat(sums.get(key)).as(key).containsExactly(gradient, within(2e-5f)));
      }
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  private static FineTuningTask task(
      Model model, List<Document> documents, Targets labels, double weightDecay) {
    return new FineTuningTask(
        model,
        new FineTuningTask.Rows(documents, Combination.MEAN, labels),
        new SingleLabelObjective(0, 0, new double[] {1, 1, 1}),
        new FineTuningTask.Recipe(
            new RateShares(
                model.architecture().spec().parameters(),
                TrainingOptions.standard().optimizer(),
                -1),
            weightDecay,
            Optional.empty(),
            Optional.empty(),
            Dropout.seeded(1, OptionalDouble.of(0))),
        stop -> Map.of());
  }

  @Test
  void manyTokens_keepManyCoresBusy_unlessEachPartHasTheWholeTableOfWords() throws IOException {
    try (Model model = Golden.model("bert/model", ModelLoader.HeadWeights.REQUIRED);
        Tokenizer tokenizer = Tokenizer.load(Golden.path("bert/model"))) {
      List<Document> documents =
          tokenizer.encodeAll(List.of(new TextPair("a", null)), 20).stream()
              .map(Document::of)
              .toList();
      Targets labels = new Targets(List.of(new double[] {1}));
      try (FineTuningTask task = task(model, documents, labels, 0)) {
        assertThat(task.shards(31, 64)).isEqualTo(1);
        assertThat(task.shards(32 * 3, 64)).isEqualTo(3);
        assertThat(task.shards(32 * 4, 2)).as("two workers").isEqualTo(2);
        assertThat(task.shards(400, 64)).as("short parts").isEqualTo(4);
        assertThat(task.shards(96 * 11, 64)).isEqualTo(11);
        assertThat(task.shards(96 * 11, 8)).as("eight workers").isEqualTo(8);
        assertThat(task.shards(100_000, 64)).isEqualTo(16);
      }
      try (FineTuningTask task = task(model, documents, labels, 0.01)) {
        assertThat(task.shards(100_000, 64)).isEqualTo(4);
      }
    }
  }

  private static Map<String, float[]> gradients(
      List<TrainingTask.Shard> parts, Model model, NDManager scope) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    try (Autograd.Mode on = Autograd.on()) {
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      model.arrays().forEach((key, array) -> arrays.put(key, Autograd.leaf(array, scope)));
      parts.forEach(part -> Autograd.backward(part.loss(new PlainLeaves(arrays), scope)));
      arrays.forEach((key, leaf) -> gradients.put(key, Autograd.gradient(leaf).toFloatArray()));
    }
    return gradients;
  }

  private record PlainLeaves(Map<String, NDArray> arrays) implements ShardParameters {
    @Override
    public NDArray array(String name) {
      return arrays.get(name);
    }

    @Override
    public NDArray linear(DeferredLinear layer, NDArray x, String weight, String bias) {
      throw new AssertionError("no deferred layers were asked for");
    }
  }
}
