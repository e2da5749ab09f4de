package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.model.Golden;
import dev.afina.metrics.Direction;
import dev.afina.metrics.Metric;
import dev.afina.metrics.MultiLabelMetrics;
import dev.afina.metrics.RegressionMetrics;
import dev.afina.metrics.SingleLabelMetrics;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is said before anything is downloaded, read or tokenized. */
class ClassifierBuilderTest {
  private static final Dataset ROWS =
      Dataset.of(Example.of("a", "joy"), Example.of("b", "anger"), Example.of("c", "joy"));

  @TempDir Path folder;

  /** A checkpoint that is nowhere: to look for it is to fail. */
  private static ClassifierBuilder nowhere() {
    return Classifier.builder().checkpoint("classpath:nowhere/");
  }

  private static void assertFoundFirst(Consumer<ClassifierBuilder> mistake, String message) {
    ClassifierBuilder builder = nowhere();
    assertThatThrownBy(
            () -> {
              mistake.accept(builder);
              builder.fit(ROWS);
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void options_areCheckedBeforeTheCheckpointIsLookedFor() {
    assertThatThrownBy(() -> nowhere().fit(ROWS))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("classpath:nowhere/");
    assertFoundFirst(b -> b.epochs(0), "epochs: expected a number over 0, got 0.0");
    assertFoundFirst(b -> b.learningRate(Double.NaN), "learningRate: expected 0 or more");
    assertFoundFirst(b -> b.warmup(1.5), "warmup: expected a share in [0, 1)");
    assertFoundFirst(
        b ->
            b.learningRate(0)
                .options(TrainingOptions.standard().optimizer(o -> o.headLearningRate(1e-3))),
        "headLearningRate 0.001 needs a learningRate over 0");
    assertFoundFirst(
        b -> b.options(TrainingOptions.standard().dropLast(true)),
        "dropLast: leaves nothing of 3 examples in batches of 8");
    assertFoundFirst(b -> b.keepBest("loss"), "keepBest(\"loss\") needs validation data");
    assertFoundFirst(
        b ->
            b.validation(ROWS)
                .options(TrainingOptions.standard().evaluation(e -> e.keepBest("f7"))),
        "keepBest: metric \"f7\": unknown, expected one of loss, accuracy, ");
  }

  @Test
  void labels_ofAllDataAreCheckedBeforeTheCheckpointIsLookedFor() {
    Dataset unknown = Dataset.of(Example.of("a", "joy"), Example.of("b", "hate"));
    String problem = "validation data, row 1 (counted from 0): label \"hate\"";
    assertFoundFirst(b -> b.labels("anger", "joy").validation(unknown), problem);
    assertFoundFirst(b -> b.replaceHead().validation(unknown), problem);
    assertFoundFirst(
        b -> b.labels("anger", "fear"), "training data, row 0 (counted from 0): label \"joy\"");
    assertFoundFirst(b -> b.validation(Dataset.of()), "validation data: expected 1 example");
    assertFoundFirst(
        b -> b.validation(Dataset.of(Example.of("a", "joy"), Example.of("b"))),
        "validation data: row 1 has no label (counted from 0)");
    assertFoundFirst(b -> b.labels("joy"), "labels: expected 2 or more, got Labels[joy]");
    assertThatThrownBy(() -> nowhere().fit(Dataset.of(Example.of("a", "x"), Example.of("b"))))
        .hasMessageStartingWith("training data: row 1 has no label (counted from 0)");
    assertThatThrownBy(() -> nowhere().fit(Dataset.of(Example.of("a", "x"))))
        .hasMessageStartingWith("labels: all 1 rows have the same label \"x\"");
  }

  /** Only the checkpoint can tell whether it has a label that no row to train on has. */
  @Test
  void labels_thatTheCheckpointMayHave_areCheckedBeforeWeightsAndTokenizerAreRead()
      throws IOException {
    Dataset train = Dataset.of(Example.of("a", "joy"), Example.of("b", "anger"));
    Files.copy(Golden.path("bert/model").resolve("config.json"), folder.resolve("config.json"));
    ClassifierBuilder builder = Classifier.builder().checkpoint(folder);
    assertThatThrownBy(() -> builder.validation(Dataset.of(Example.of("a", "hate"))).fit(train))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("validation data, row 0 (counted from 0): label \"hate\"");
    assertThatThrownBy(() -> builder.validation(ROWS).maxTokens(65).fit(train))
        .hasMessage("maxTokens: expected at most 64, which is what the model can take, got 65");
    assertThatThrownBy(() -> builder.copy().maxTokens(64).freeze(Freeze.layers(9)).fit(train))
        .hasMessage(
            "freeze: layers(9), but the encoder has 2; all but the head is Freeze.encoder()");
    // Its third label is in neither set, and is fine.
    assertThatThrownBy(
            () ->
                builder.validation(Dataset.of(Example.of("a", "sadness"))).maxTokens(64).fit(train))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no weights");
  }

  @Test
  void options_keepWhatWasSetBefore() throws IOException {
    TrainingOptions small = TrainingOptions.standard().batchSize(10);
    try (Classifier classifier =
        ClassifierTest.quick().epochs(7).options(small).fit(ClassifierTest.rows())) {
      TrainingResult result = classifier.training().orElseThrow();
      assertThat(result.epochs()).hasSize(7);
      assertThat(result.steps()).isEqualTo(21); // 30 rows by 10, 7 times
    }
    try (Classifier classifier =
        ClassifierTest.quick().options(small).epochs(1).batchSize(15).fit(ClassifierTest.rows())) {
      assertThat(classifier.training().orElseThrow().steps()).isEqualTo(2);
    }
  }

  @Test
  void keepBest_listsAllItTakes() {
    assertThat(Evaluation.metricNames()).startsWith("loss", "accuracy").contains("macro_f1");
    assertFoundFirst(
        b -> b.validation(ROWS).metric("mine", e -> 1).positiveLabel("joy").keepBest("f7"),
        "keepBest: metric \"f7\": unknown, expected one of "
            + String.join(", ", Evaluation.metricNames())
            + ", precision, recall, f1, mine");
  }

  @Test
  void keepBest_takesTopK() throws IOException {
    try (Classifier classifier =
        ClassifierTest.quick()
            .maxSteps(1)
            .validation(ClassifierTest.rows())
            .keepBest("top_3_accuracy")
            .fit(ClassifierTest.rows())) {
      assertThat(classifier.training().orElseThrow().best().value()).isOne(); // of three labels
    }
  }

  @Test
  void keepBest_refusesWhatNoPredictionDefines() {
    Dataset joy = Dataset.of(Example.of("a", "joy"), Example.of("b", "joy"));
    assertThatThrownBy(
            () ->
                ClassifierTest.quick()
                    .validation(joy)
                    .keepBest("roc_auc")
                    .listener(telling("begun", new ArrayList<>()))
                    .fit(ClassifierTest.rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "keepBest(\"roc_auc\"): is undefined for the validation data, whatever is predicted,"
                + " because no row has label anger, sadness; choose another metric or other rows");
  }

  /** Cohen's kappa is undefined where all that is true and predicted is one label. */
  @Test
  void keepBest_ofWhatIsUndefinedForSomeWeights_goesOn() throws IOException {
    List<Example> happy =
        ClassifierTest.rows().stream().filter(row -> "joy".equals(row.label())).toList();
    List<Double> kappas = new ArrayList<>();
    TrainingListener noting =
        new TrainingListener() {
          @Override
          public void evaluated(Evaluated evaluation) {
            kappas.add(evaluation.metrics().getOrDefault("cohens_kappa", 7.0));
          }
        };
    ClassifierTest.quick()
        .validation(Dataset.of(happy))
        .keepBest("cohens_kappa")
        .listener(noting)
        .fit(ClassifierTest.rows())
        .close();
    assertThat(kappas).hasSize(10).contains(Double.NaN).doesNotContain(7.0);
  }

  @Test
  void metric_andPositiveLabel_shareNoName() {
    assertFoundFirst(
        b -> b.validation(ROWS).metric("f1", e -> 1).positiveLabel("joy").keepBest("f1"),
        "metric(\"f1\") and positiveLabel(\"joy\"), which gives a metric of that name, too; choose"
            + " another name");
  }

  @Test
  void keepBest_knowsWhichWayEachMetricIsBetter() {
    for (String name : Evaluation.metricNames()) {
      assertThat(
              TrainingOptions.standard()
                  .evaluation(e -> e.keepBest(name))
                  .evaluation()
                  .greaterIsBetter())
          .as(name)
          .isEqualTo(!name.equals("loss") && better(SingleLabelMetrics.all(), name));
    }
    for (String name : MultiLabelEvaluation.metricNames().subList(1, 13)) {
      assertThat(
              TrainingOptions.standard()
                  .evaluation(e -> e.keepBest(name))
                  .evaluation()
                  .greaterIsBetter())
          .as(name)
          .isEqualTo(better(MultiLabelMetrics.all(), name));
    }
    for (String name : RegressionEvaluation.metricNames().subList(1, 6)) {
      assertThat(
              TrainingOptions.standard()
                  .evaluation(e -> e.keepBest(name))
                  .evaluation()
                  .greaterIsBetter())
          .as(name)
          .isEqualTo(better(RegressionMetrics.all(), name));
    }
  }

  private static <P> boolean better(List<Metric<P>> metrics, String name) {
    return metrics.stream().filter(m -> m.key().equals(name)).findAny().orElseThrow().better()
        == Direction.GREATER;
  }

  @Test
  void messages_areShortWhateverTheLabelsAre() throws IOException {
    String huge = "x".repeat(50_000);
    List<Example> many =
        IntStream.range(0, 2000).mapToObj(i -> Example.of("t", "label number " + i)).toList();
    Path model = Golden.path("bert/model");
    assertThatThrownBy(() -> Classifier.builder().checkpoint(model).fit(Dataset.of(many)))
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1).hasSizeLessThan(600));
    Dataset three =
        Dataset.of(Example.of("a", huge + 1), Example.of("b", huge + 2), Example.of("c", "z"));
    assertThatThrownBy(() -> Classifier.builder().checkpoint(model).fit(three))
        .hasMessageContaining("contradict those of checkpoint")
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1).hasSizeLessThan(1000));
    assertThatThrownBy(
            () ->
                nowhere()
                    .labels(huge, "b")
                    .fit(Dataset.of(Example.of("a", "b"), Example.of("", "b"))))
        .hasMessageStartingWith("training data: all 2 rows have the same label \"b\"")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
  }

  @Test
  void listener_again_addsOne_inThatOrder() throws IOException {
    List<String> heard = new ArrayList<>();
    ClassifierTest.quick()
        .maxSteps(1)
        .listener(telling("first", heard))
        .listener(telling("second", heard))
        .fit(ClassifierTest.rows())
        .close();
    assertThat(heard).containsExactly("first", "second");
  }

  private static TrainingListener telling(String name, List<String> heard) {
    return new TrainingListener() {
      @Override
      public void stepped(Step step) {
        heard.add(name);
      }
    };
  }
}
