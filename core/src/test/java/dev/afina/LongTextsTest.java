package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.Gson;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.DeferredLinear;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.Golden;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.objective.Targets;
import dev.afina.internal.text.Combination;
import dev.afina.internal.text.TextEncoder;
import dev.afina.internal.tuning.FineTuningTask;
import dev.afina.internal.tuning.RateShares;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.ShardParameters;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingTask;
import dev.afina.training.Truncation;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LongTextsTest {
  private static final LongTexts.Windows WINDOWS = LongTexts.windows(4).atMost(3);

  @TempDir Path folder;

  /** Of interop/golden_long_texts.py: loops in Python around transformers. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Case(
      String text, int windows, int cut, float[] mean, float[] maximum, float[] headAndTail) {}

  private record Update(double loss, Map<String, float[]> gradients) {}

  private record LongCases(
      int maxTokens,
      int stride,
      int most,
      List<Integer> labels,
      List<Case> cases,
      Map<String, Update> training) {

    Dataset data() {
      return Dataset.of(cases.stream().map(c -> Example.of(c.text())).toList());
    }

    Dataset labelled(Labels names) {
      return Dataset.of(
          IntStream.range(0, cases.size())
              .mapToObj(i -> Example.of(cases.get(i).text(), names.name(labels.get(i))))
              .toList());
    }
  }

  private static LongCases golden() throws IOException {
    try (InputStream in =
        LongTextsTest.class.getResourceAsStream("/golden/longtexts/longtexts.json")) {
      return new Gson()
          .fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), LongCases.class);
    }
  }

  @Test
  void logitsOfLongTexts_areThoseOfLoopsInPython() throws IOException {
    LongCases golden = golden();
    try (Classifier whole = Classifier.load(Golden.path("bert/model"));
        Classifier cut = whole.withMaxTokens(golden.maxTokens());
        Classifier mean = cut.withLongTexts(WINDOWS);
        Classifier maximum = cut.withLongTexts(WINDOWS.maximum());
        Classifier ends = cut.withLongTexts(LongTexts.headAndTail())) {
      int before = LiveArrays.count();
      List<Prediction> means = mean.predict(golden.data());
      List<Prediction> maxima = maximum.predict(golden.data());
      for (int i = 0; i < golden.cases().size(); i++) {
        Case c = golden.cases().get(i);
        assertThat(means.get(i).logits()).containsExactly(c.mean(), within(1e-5f));
        assertThat(maxima.get(i).logits()).containsExactly(c.maximum(), within(1e-5f));
        assertThat(mean.predict(c.text()).logits()).containsExactly(c.mean(), within(1e-5f));
        assertThat(ends.predict(c.text()).logits()).containsExactly(c.headAndTail(), within(1e-5f));
        assertThat(means.get(i).reading()).isEqualTo(new Reading(c.windows(), c.cut(), true));
        assertThat(means.get(i).cutTokens()).isEqualTo(c.cut());
      }
      assertThat(LiveArrays.count()).isEqualTo(before);
      Evaluation evaluation = mean.evaluate(golden.labelled(mean.labels()));
      assertThat(evaluation.truncation()).isEqualTo(new Truncation(6, 3, 40, 71, true));
      assertThat(evaluation.asMap()).containsKey("truncation");
      assertThat(means.get(2).asMap()).containsEntry("cutTokens", 40);
      assertThat(cut.maxTokens()).isEqualTo(golden.maxTokens());
      assertThat(whole.evaluate(golden.labelled(mean.labels())).truncation().cut()).isEqualTo(2);
    }
  }

  /** The loss is that of the texts, not of their windows, however they are divided. */
  @ParameterizedTest
  @EnumSource
  void gradientsOfATraining_areThoseOfALoopInPython(Combination combination) throws IOException {
    LongCases golden = golden();
    LongTexts longTexts = combination == Combination.MEAN ? WINDOWS : WINDOWS.maximum();
    int before = LiveArrays.count();
    try (Model model = Golden.model("bert/model", ModelLoader.HeadWeights.REQUIRED);
        Tokenizer tokenizer = Tokenizer.load(Golden.path("bert/model"));
        NDManager scope = PyTorch.newManager()) {
      TextEncoder encoder = new TextEncoder(tokenizer, golden.maxTokens(), longTexts.rule());
      Targets targets =
          new Targets(golden.labels().stream().map(label -> new double[] {label}).toList());
      try (FineTuningTask task =
          new FineTuningTask(
              model,
              new FineTuningTask.Rows(encoder.encode(golden.data()), combination, targets),
              Loss.crossEntropy().objective(targets, 3),
              new FineTuningTask.Recipe(
                  new RateShares(
                      model.architecture().spec().parameters(),
                      TrainingOptions.standard().optimizer(),
                      Freeze.nothing().depth()),
                  0.01,
                  Optional.empty(),
                  Optional.empty(),
                  Dropout.seeded(1, OptionalDouble.of(0))),
              stop -> Map.of())) {
        assertThat(task.size()).isEqualTo(6);
        assertThat(task.truncation()).isEqualTo(new Truncation(6, 3, 40, 71, true));
        int[] batch = IntStream.range(0, 6).toArray();
        for (int shards : new int[] {1, 3}) {
          List<TrainingTask.Shard> parts = task.divide(batch, shards);
          assertThat(parts).hasSize(shards);
          assertUpdate(
              golden.training().get(combination.name().toLowerCase(Locale.ROOT)),
              parts,
              model,
              scope);
        }
      }
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  private static void assertUpdate(
      Update expected, List<TrainingTask.Shard> parts, Model model, NDManager scope) {
    try (Autograd.Mode on = Autograd.on()) {
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      model.arrays().forEach((key, array) -> arrays.put(key, Autograd.leaf(array, scope)));
      double loss = 0;
      for (TrainingTask.Shard part : parts) {
        NDArray ofPart = part.loss(new PlainLeaves(arrays), scope);
        loss += ofPart.getFloat();
        Autograd.backward(ofPart);
      }
      assertThat(loss).isCloseTo(expected.loss(), within(1e-5));
      expected
          .gradients()
          .forEach(
              (key, gradient) ->
                  assertThat(Autograd.gradient(arrays.get(key)).toFloatArray())
                      .as(key)
                      .containsExactly(gradient, within(2e-5f)));
    }
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

  private ClassifierBuilder builder() {
    return Classifier.builder()
        .checkpoint(Golden.path("bert/model"))
        .maxTokens(16)
        .epochs(1)
        .batchSize(4);
  }

  @Test
  void trainedWithWindows_isSavedAndLoadedAsSuch() throws IOException {
    LongCases golden = golden();
    Dataset data;
    try (Classifier whole = Classifier.load(Golden.path("bert/model"))) {
      data = golden.labelled(whole.labels());
    }
    LongTexts.Windows strategy = WINDOWS.maximum();
    builder().fit(data).close(); // what a first training leaves for the others is no leak
    int before = LiveArrays.count();
    try (Classifier trained = builder().longTexts(strategy).validation(data).fit(data)) {
      assertThat(trained.longTexts()).isEqualTo(strategy);
      assertThat(trained.training().orElseThrow().truncation())
          .isEqualTo(new Truncation(6, 3, 40, 71, true));
      trained.save(folder.resolve("model"));
      assertThat(Files.readString(folder.resolve("model/afina_config.json")))
          .contains("\"long_texts\"", "\"combination\": \"maximum\"");
      try (Classifier loaded = Classifier.load(folder.resolve("model"))) {
        assertThat(loaded.longTexts()).isEqualTo(strategy);
        assertThat(loaded.maxTokens()).isEqualTo(16);
        assertThat(loaded.predict(data)).isEqualTo(trained.predict(data));
        assertThat(loaded.predict(data).get(4).reading()).isEqualTo(new Reading(3, 71, true));
      }
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  /** Texts that fit are trained on to the same bits, whatever is done with longer ones. */
  @Test
  void textsThatFit_areTrainedOnAlike() throws IOException {
    Dataset data =
        Dataset.of(
            Example.of("what a happy day", "joy"),
            Example.of("they say, I hate it", "anger"),
            Example.of("no", "anger"));
    float[] cut = trained(data, LongTexts.cut());
    assertThat(trained(data, WINDOWS)).isEqualTo(cut);
    assertThat(trained(data, LongTexts.headAndTail())).isEqualTo(cut);
  }

  private float[] trained(Dataset data, LongTexts longTexts) throws IOException {
    try (Classifier trained = builder().replaceHead().longTexts(longTexts).fit(data)) {
      return trained.predict("what a happy day").logits();
    }
  }

  @Test
  void resume_withAnotherStrategy_isRefused() throws IOException {
    Dataset data =
        Dataset.of(Example.of("what a happy day", "joy"), Example.of("I hate it", "anger"));
    Supplier<ClassifierBuilder> builder =
        () -> builder().replaceHead().checkpoints(folder.resolve("checkpoints"));
    builder.get().longTexts(WINDOWS).fit(data).close();
    assertThatThrownBy(() -> builder.get().resume().fit(data).close())
        .hasMessageContaining(
            "long texts is windows with stride 4, mean of at most 3 there and cut here");
  }

  /** A pass of a text is the mean of its windows' passes, whose elements are dropped apart. */
  @Test
  void passesWithDropout_areCombinedOneByOne() throws IOException {
    LongCases golden = golden();
    Case c = golden.cases().get(2);
    try (Classifier whole = Classifier.load(Golden.path("bert/model"));
        Classifier cut = whole.withMaxTokens(golden.maxTokens());
        Classifier windows = cut.withLongTexts(WINDOWS)) {
      List<Prediction> passes = windows.passesWithDropout(data(c.text()), 200, 3).get(0);
      assertThat(passes).hasSize(200);
      assertThat(passes.get(0).reading()).isEqualTo(new Reading(3, 40, true));
      assertThat(windows.passesWithDropout(golden.data(), 200, 3).get(2)).isEqualTo(passes);
      // Three windows that vary apart: their mean varies by √3 less than one of them, about.
      double ofOne = spread(cut.passesWithDropout(data(c.text()), 200, 3).get(0));
      assertThat(spread(passes) / ofOne).isCloseTo(Math.sqrt(1.0 / 3), within(0.2));
    }
  }

  private static Dataset data(String text) {
    return Dataset.of(Example.of(text));
  }

  private static double spread(List<Prediction> passes) {
    double mean = passes.stream().mapToDouble(p -> p.logits()[0]).average().orElseThrow();
    return Math.sqrt(
        passes.stream()
            .mapToDouble(p -> Math.pow(p.logits()[0] - mean, 2))
            .average()
            .orElseThrow());
  }

  @Test
  void whatDoesNotFit_isRefused() throws IOException {
    try (Classifier whole = Classifier.load(Golden.path("bert/model"))) {
      assertThatThrownBy(() -> whole.withMaxTokens(65))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("maxTokens: expected at most 64, which is what the model can take, got 65");
      assertThatThrownBy(() -> whole.withMaxTokens(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("maxTokens: expected 1 or more, got 0");
      assertThatThrownBy(() -> whole.withMaxTokens(2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("maxTokens: 2, at least 3 are needed: 2 special tokens and one of the text");
      assertThatThrownBy(() -> whole.withLongTexts(LongTexts.windows(62)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "windows: expected a stride smaller than a window, which with maxTokens 64 has room"
                  + " for 62 tokens of a text; got 62");
      assertThatThrownBy(() -> whole.withLongTexts(LongTexts.headAndTail(62)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "headAndTail: expected fewer head tokens than the 62 that fit beside the special"
                  + " tokens of a text into maxTokens 64, got 62");
      try (Classifier windows = whole.withLongTexts(LongTexts.windows(40))) {
        assertThatThrownBy(() -> windows.predict("what", "a day"))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "windows: expected a stride smaller than a window, which with maxTokens 64 has"
                    + " room for 31 tokens of a text beside its pair; got 40");
        assertThatThrownBy(() -> windows.withMaxTokens(42))
            .hasMessageStartingWith("windows: expected a stride smaller than a window");
      }
    }
    assertThatThrownBy(() -> LongTexts.windows(-1))
        .hasMessage("windows: expected a stride of 0 or more, got -1");
    assertThatThrownBy(() -> WINDOWS.atMost(0))
        .hasMessage("windows: atMost: expected 1 window or more, got 0");
    assertThatThrownBy(() -> LongTexts.headAndTail(-1))
        .hasMessage("headAndTail: expected 0 head tokens or more, got -1");
    assertThatThrownBy(() -> builder().longTexts(LongTexts.windows(16)).check(false))
        .hasMessageStartingWith("windows: expected a stride smaller than a window");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|strategy is missing; expected",
        "{\"strategy\": \"hat\"}|strategy: expected \"head_and_tail\" or \"windows\", got \"hat\"",
        "{\"strategy\": \"windows\", \"stride\": -1, \"most_windows\": 3}|stride: expected a whole"
            + " number",
        "{\"strategy\": \"windows\", \"stride\": 1}|most_windows is missing; expected",
        "{\"strategy\": \"windows\", \"stride\": 1, \"most_windows\": 3, \"n\": 1}|\"n\" is not",
        "{\"strategy\": \"windows\", \"stride\": 70, \"most_windows\": 3}|windows: expected a"
            + " stride",
      })
  void fileThatCannotBe_isRefused(String section, String problem) throws IOException {
    try (Classifier model = Classifier.load(Golden.path("bert/model"));
        Classifier windows = model.withLongTexts(WINDOWS)) {
      windows.save(folder.resolve("model"));
    }
    Path file = folder.resolve("model/afina_config.json");
    String json = Files.readString(file);
    int at = json.indexOf("\"long_texts\": ") + "\"long_texts\": ".length();
    Files.writeString(file, json.substring(0, at) + section + "}");
    assertThatThrownBy(() -> Classifier.load(folder.resolve("model")).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("afina_config.json: ")
        .hasMessageContaining(problem);
  }
}
