package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EmbeddingsTest {
  /**
   * What the logits of these models may differ by, too: numbers of about 1, through 2 or 3 layers.
   */
  private static final float TOLERANCE = 1e-4f;

  static List<String> names() {
    return GoldenInsides.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void meanAndFirst_areTransformers_inEveryFamily(String name) throws IOException {
    GoldenInsides golden = GoldenInsides.of(name);
    Dataset data = Dataset.of(golden.cases().stream().map(GoldenInsides.Case::example).toList());
    try (Classifier classifier = GoldenInsides.load(name)) {
      List<float[]> means = classifier.embeddings(data, Pooling.MEAN);
      List<float[]> firsts = classifier.embeddings(data, Pooling.FIRST);
      for (int i = 0; i < data.size(); i++) {
        GoldenInsides.Case c = golden.cases().get(i);
        assertThat(means.get(i)).as(c.text()).containsExactly(c.mean(), within(TOLERANCE));
        assertThat(firsts.get(i)).as(c.text()).containsExactly(c.first(), within(TOLERANCE));
      }
      // A call with one text goes another way.
      String text = golden.cases().get(0).text();
      assertThat(classifier.embedding(text, Pooling.MEAN))
          .containsExactly(golden.cases().get(0).mean(), within(TOLERANCE));
      assertThat(classifier.embedding(text, Pooling.FIRST))
          .containsExactly(golden.cases().get(0).first(), within(TOLERANCE));
    }
  }

  @Test
  void aTextsVector_doesNotDependOnTheOthers_norOnTheCaller() throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 90; i++) { // more than a batch
      texts.add("word ".repeat(i % 13) + "happy " + i);
    }
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      List<float[]> together = classifier.embeddings(texts, Pooling.MEAN);
      List<float[]> alone =
          IntStream.range(0, texts.size())
              .parallel()
              .mapToObj(i -> classifier.embedding(texts.get(i), Pooling.MEAN))
              .toList();
      for (int i = 0; i < texts.size(); i++) {
        assertThat(together.get(i)).containsExactly(alone.get(i), within(1e-5f));
      }
      assertThat(together.get(1)).isNotEqualTo(together.get(14)); // of equal length
    }
  }

  @Test
  void aPair_isReadTogether_andHasTheDeadlineOfTheOptions() throws IOException {
    ServingOptions never = ServingOptions.standard().deadline(Duration.ofNanos(1));
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"));
        Classifier hurried = classifier.withServing(never)) {
      float[] pair = classifier.embedding("so happy", "no", Pooling.MEAN);
      Dataset data = Dataset.of(Example.ofPair("so happy", "no"));
      assertThat(pair)
          .containsExactly(classifier.embeddings(data, Pooling.MEAN).get(0), within(1e-5f))
          .isNotEqualTo(classifier.embedding("so happy", Pooling.MEAN));
      assertThatThrownBy(() -> hurried.embedding("so happy", "no", Pooling.MEAN))
          .isInstanceOf(DeadlineExceededException.class);
      assertThatThrownBy(() -> hurried.embeddings(data, Pooling.MEAN))
          .isInstanceOf(DeadlineExceededException.class);
    }
  }

  @Test
  void aLongText_isCutAsInAPrediction() throws IOException {
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"));
        Tokenizer tokenizer = classifier.tokenizer()) {
      int content = classifier.maxTokens() - tokenizer.specialTokensOfText();
      String fits = "! ".repeat(content);
      assertThat(classifier.embedding(fits + "yes ".repeat(500), Pooling.MEAN))
          .isEqualTo(classifier.embedding(fits, Pooling.MEAN));
      assertThat(classifier.embedding("", Pooling.MEAN)).hasSize(32); // of the special tokens
    }
  }

  @Test
  void windows_areAveragedByTheirTokens() throws IOException {
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"));
        Classifier windows = classifier.withMaxTokens(8).withLongTexts(LongTexts.windows(3))) {
      // 8 tokens: a window of 6, and one of 5 that shares 3 with it, each with two special tokens.
      float[] first = classifier.embedding("! ! ! ! ! !", Pooling.MEAN);
      float[] second = classifier.embedding("! ! ! ? ?", Pooling.MEAN);
      float[] both = windows.embedding("! ! ! ! ! ! ? ?", Pooling.MEAN);
      for (int i = 0; i < both.length; i++) {
        assertThat(both[i]).isCloseTo((8 * first[i] + 7 * second[i]) / 15, within(1e-5f));
      }
      assertThat(windows.embeddings(List.of("no", "! ! ! ! ! ! ? ?"), Pooling.MEAN).get(1))
          .containsExactly(both, within(1e-5f));
      assertThat(windows.explain("! ?").label()).isNotEmpty();
      assertThatThrownBy(() -> windows.explain("! ! ! ! ! ! ? ?"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("the text has more than 8 tokens, of which this model does not")
          .hasMessageEndingWith("pass that part alone");
    }
  }

  @Test
  void normalized_isTheSameDirection_ofLengthOne() throws IOException {
    assertThat(Pooling.MEAN.normalized().finish(new float[] {3, -4})).containsExactly(0.6f, -0.8f);
    assertThat(Pooling.MEAN.normalized().finish(new float[] {0, 0})).containsExactly(0, 0);
    assertThat(Pooling.MEAN.finish(new float[] {3, -4})).containsExactly(3, -4);
    assertThat(Pooling.FIRST.normalized()).hasToString("first, normalized");
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      float[] unit = classifier.embedding("so happy", Pooling.FIRST.normalized());
      float[] first = classifier.embedding("so happy", Pooling.FIRST);
      double squares = 0;
      for (float x : unit) {
        squares += (double) x * x;
      }
      assertThat(squares).isCloseTo(1, within(1e-6));
      assertThat(unit[0] / unit[1]).isCloseTo(first[0] / first[1], within(1e-4f));
    }
  }

  @Test
  void anotherPrecision_hasItsOwnVectors_closeBy() throws IOException {
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"));
        Classifier bfloat16 = classifier.withPrecision(Precision.BFLOAT16)) {
      float[] exact = classifier.embedding("so happy", Pooling.MEAN);
      float[] rough = bfloat16.embedding("so happy", Pooling.MEAN);
      assertThat(rough).containsExactly(exact, within(0.1f)).isNotEqualTo(exact);
    }
  }

  @Test
  void embeddings_leaveNothingBehind() throws IOException {
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      Runnable work =
          () -> {
            classifier.embedding("so happy", Pooling.MEAN);
            classifier.embeddings(List.of("so happy", "no", ""), Pooling.FIRST.normalized());
            classifier.embeddings(
                Dataset.of(Example.ofPair("so happy", "no")), Pooling.MEAN.normalized());
          };
      work.run();
      int before = LiveArrays.count();
      work.run();
      assertThat(LiveArrays.count()).isEqualTo(before);
    }
  }

  @Test
  void theTokenizer_isTheModels_andStaysOpenWhenItIsClosedOutside() throws IOException {
    Classifier classifier = Classifier.load(Golden.path("bert/model"));
    Tokenizer tokenizer = classifier.tokenizer();
    tokenizer.close();
    tokenizer.close();
    assertThat(tokenizer.tokens(tokenizer.encode("no", 8)))
        .containsExactly("[CLS]", "n", "##o", "[SEP]");
    assertThat(classifier.predict("no").label()).isNotEmpty();
    Classifier other = classifier.withPrecision(Precision.BFLOAT16);
    classifier.close();
    assertThat(tokenizer.encode("no", 8).size()).isEqualTo(4); // the other one needs it
    other.close();
    assertThatThrownBy(() -> tokenizer.encode("no", 8))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aClosedModel_andANullText_areRefused() throws IOException {
    Classifier classifier = Classifier.load(Golden.path("bert/model"));
    assertThatThrownBy(() -> classifier.embeddings(Arrays.asList("a", null), Pooling.MEAN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("text 1 (counted from 0) is null; an empty text is \"\"");
    classifier.close();
    assertThatThrownBy(() -> classifier.embedding("no", Pooling.MEAN))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this Classifier is closed");
    assertThatThrownBy(() -> classifier.embeddings(List.of("no"), Pooling.MEAN))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this Classifier is closed");
    assertThatThrownBy(classifier::tokenizer)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this Classifier is closed");
  }
}
