package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.model.Golden;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Windows of models with several labels and of regressions. */
class WindowsOfOtherTasksTest {
  /** Each word is one token, so windows begin where words do. */
  private static final String TEXT =
      "day and i and the day i the and i day i the day and the and i i day the and";

  private static final LongTexts AVERAGED = LongTexts.windows(2).averaged();

  /** A rate at which nothing is learned, so that the first loss is that of the model at the end. */
  private static <B extends TextModelBuilder<B, ?, ?, ?>> B training(B builder, double[] loss) {
    return builder
        .checkpoint(Golden.path("bert/base"))
        .maxTokens(9)
        .longTexts(AVERAGED)
        .dropout(0)
        .learningRate(1e-12)
        .maxSteps(1)
        .listener(
            new TrainingListener() {
              @Override
              public void stepped(Step step) {
                loss[0] = step.loss();
              }
            });
  }

  /** The windows as texts of their own, which have the same tokens. */
  private static List<String> windows(Tokenizer tokenizer) {
    List<String> texts = new ArrayList<>();
    for (Encoding window : tokenizer.encodeWindows(TEXT, null, 9, 2, 100).windows()) {
      String text = tokenizer.decode(window.ids());
      assertThat(tokenizer.encode(text, 9).ids()).as(text).isEqualTo(window.ids());
      texts.add(text);
    }
    assertThat(texts).hasSizeGreaterThan(2);
    return texts;
  }

  @Test
  void severalLabels_logitsAreTheMean_andTheLossIsTheTexts() throws IOException {
    double[] loss = new double[1];
    Dataset row = Dataset.of(Example.of(TEXT).withLabels(List.of("joy")));
    try (MultiLabelClassifier model =
            training(MultiLabelClassifier.builder().labels("anger", "joy"), loss).fit(row);
        MultiLabelClassifier single = model.withLongTexts(LongTexts.cut());
        MultiLabelClassifier strongest = model.withLongTexts(LongTexts.windows(2).maximum())) {
      double[] mean = new double[2];
      double[] most = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
      List<String> windows = windows(model.tokenizer());
      for (String window : windows) {
        float[] logits = single.predict(window).logits();
        for (int label = 0; label < 2; label++) {
          mean[label] += logits[label] / windows.size();
          most[label] = Math.max(most[label], logits[label]);
        }
      }
      MultiLabelPrediction prediction = model.predict(TEXT);
      for (int label = 0; label < 2; label++) {
        assertThat((double) prediction.logits()[label]).isCloseTo(mean[label], within(1e-5));
        assertThat((double) strongest.predict(TEXT).logits()[label])
            .isCloseTo(most[label], within(1e-5));
      }
      assertThat(prediction.reading().windows()).isEqualTo(windows.size());
      // Binary cross-entropy of "not anger" and "joy", the mean of both.
      double expected = (Math.log1p(Math.exp(mean[0])) + Math.log1p(Math.exp(-mean[1]))) / 2;
      assertThat(loss[0]).isCloseTo(expected, within(1e-5));
    }
  }

  @Test
  void numbers_areTheMean_andTheLossIsTheTexts() throws IOException {
    double[] loss = new double[1];
    Dataset row = Dataset.of(Example.of(TEXT).withLabel("2.5"));
    try (Regressor model = training(Regressor.builder(), loss).fit(row);
        Regressor single = model.withLongTexts(LongTexts.cut())) {
      List<String> windows = windows(model.tokenizer());
      double mean =
          windows.stream().mapToDouble(w -> single.predict(w).value()).average().orElseThrow();
      assertThat(model.predict(TEXT).value()).isCloseTo(mean, within(1e-5));
      assertThat(loss[0]).isCloseTo((mean - 2.5) * (mean - 2.5), within(1e-4));
    }
  }
}
