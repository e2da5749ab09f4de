package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.explain.ExplainOptions;
import dev.afina.explain.ExplainOptions.Baseline;
import dev.afina.explain.Explanation;
import dev.afina.explain.TokenAttribution;
import dev.afina.explain.WordAttribution;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExplanationTest {
  static List<String> names() {
    return GoldenInsides.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void explanations_addUp_andAreTheIntegral_inEveryFamily(String name) throws IOException {
    GoldenInsides golden = GoldenInsides.of(name);
    try (Classifier classifier = GoldenInsides.load(name)) {
      for (GoldenInsides.Case c : golden.cases()) {
        for (Baseline baseline : Baseline.values()) {
          Explanation ours =
              explain(classifier, c, ExplainOptions.integratedGradients().baseline(baseline));
          GoldenInsides.Integrated theirs =
              baseline == Baseline.PADDING ? c.fromPadding() : c.fromZero();
          assertThat(ours.isComplete()).as("%s from %s: %s", c.text(), baseline, ours).isTrue();
          assertThat(ours.completenessError().orElseThrow()).isLessThanOrEqualTo(0.01);
          assertThat(ours.label()).isEqualTo(classifier.labels().name(c.label()));
          assertThat(ours.output()).isCloseTo(c.output(), within(1e-4));
          assertThat(ours.baselineOutput()).isCloseTo(theirs.baselineOutput(), within(1e-4));
          // What is held is the sum; errors of single tokens may cancel out in it.
          double strongest = DoubleStream.of(theirs.exact()).map(Math::abs).max().orElseThrow();
          requireNear(
              ours.tokens().stream().mapToDouble(TokenAttribution::attribution).toArray(),
              theirs.exact(),
              0.1 * strongest);
          assertThat(ours.words().stream().mapToDouble(WordAttribution::attribution).sum())
              .isCloseTo(
                  ours.tokens().stream().mapToDouble(TokenAttribution::attribution).sum(),
                  within(1e-9));
        }
        Explanation gradient = explain(classifier, c, ExplainOptions.gradientTimesInput());
        requireNear(
            gradient.tokens().stream().mapToDouble(TokenAttribution::attribution).toArray(),
            c.gradientTimesInput(),
            1e-4);
        assertThat(gradient.completenessError()).isEmpty();
        assertThat(gradient.steps()).isOne();
      }
    }
  }

  private static Explanation explain(
      Classifier classifier, GoldenInsides.Case c, ExplainOptions options) {
    return c.pair() == null
        ? classifier.explain(c.text(), options)
        : classifier.explain(c.text(), c.pair(), options);
  }

  private static void requireNear(double[] ours, double[] theirs, double tolerance) {
    assertThat(ours).containsExactly(theirs, within(tolerance));
  }

  @Test
  void aLabel_isExplained_thatIsAskedFor() throws IOException {
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      String text = "what a happy day";
      float[] logits = classifier.predict(text).logits();
      for (int i = 0; i < logits.length; i++) {
        String label = classifier.labels().name(i);
        Explanation explanation =
            classifier.explain(text, ExplainOptions.integratedGradients().label(label));
        assertThat(explanation.label()).isEqualTo(label);
        assertThat(explanation.output()).isCloseTo(logits[i], within(1e-4));
      }
      assertThatThrownBy(
              () -> classifier.explain(text, ExplainOptions.integratedGradients().label("bliss")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bliss")
          .hasMessageContaining("joy");
    }
  }

  @Test
  void whatCannotBeExplained_isRefused() throws IOException {
    Classifier classifier = Classifier.load(Golden.path("bert/model"));
    assertThatThrownBy(() -> classifier.explain(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the text has no tokens to explain: it is empty, or nothing that the tokenizer keeps");
    assertThatThrownBy(() -> ExplainOptions.integratedGradients().steps(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("steps: expected 1 to 10000, got 0");
    assertThatThrownBy(() -> ExplainOptions.gradientTimesInput().steps(5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("steps: is for integratedGradients(); gradient times input has none");
    assertThatThrownBy(() -> ExplainOptions.gradientTimesInput().baseline(Baseline.PADDING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("baseline: is for integratedGradients()");
    classifier.close();
    assertThatThrownBy(() -> classifier.explain("no"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this Classifier is closed");
  }

  @Test
  void explanations_leaveNothingBehind_andTheNextPredictionRecordsNothing() throws IOException {
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      Runnable work =
          () -> {
            classifier.explain("what a happy day, they say, I hate the noise of this house");
            classifier.explain("no", "yes", ExplainOptions.gradientTimesInput());
            classifier.predict("no");
          };
      work.run();
      int before = LiveArrays.count();
      work.run();
      assertThat(LiveArrays.count()).isEqualTo(before);
    }
  }

  @Test
  void aTextsExplanation_isAlwaysTheSame_alsoInAnotherPrecision() throws IOException {
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"));
        Classifier rough = classifier.withPrecision(Precision.BFLOAT16)) {
      ExplainOptions options = ExplainOptions.integratedGradients().label("joy");
      Explanation once = classifier.explain("what a happy day", options);
      assertThat(classifier.explain("what a happy day", options)).isEqualTo(once);
      assertThat(rough.explain("what a happy day", options)).isEqualTo(once);
    }
  }

  @Test
  void anExplanation_endsAtItsDeadline() throws IOException {
    ExplainOptions options = ExplainOptions.integratedGradients();
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"));
        Classifier hurried =
            classifier.withServing(ServingOptions.standard().deadline(Duration.ofNanos(1)))) {
      assertThatThrownBy(() -> hurried.explain("a happy day"))
          .isInstanceOf(DeadlineExceededException.class);
      assertThatThrownBy(() -> hurried.explain("a happy day", "so happy", options))
          .isInstanceOf(DeadlineExceededException.class);
      assertThatThrownBy(() -> classifier.explain("a happy day", options, Duration.ZERO))
          .isInstanceOf(DeadlineExceededException.class);
      assertThatThrownBy(
              () -> classifier.explain("a happy day", "so happy", options, Duration.ZERO))
          .isInstanceOf(DeadlineExceededException.class);
      assertThat(hurried.explain("a happy day", options, Duration.ofDays(1)))
          .isEqualTo(classifier.explain("a happy day", options));
      assertThat(hurried.explain("a happy day", "so happy", options, Duration.ofDays(1)))
          .isEqualTo(classifier.explain("a happy day", "so happy", options));
    }
  }

  @Test
  void aLongText_isExplainedAsFarAsItIsRead() throws IOException {
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      Explanation explanation =
          classifier.explain(
              "happy ".repeat(classifier.maxTokens() + 10), ExplainOptions.gradientTimesInput());
      assertThat(explanation.tokens()).hasSize(classifier.maxTokens());
      assertThat(explanation.cutTokens()).isGreaterThan(0);
      assertThat(explanation.words()).hasSizeLessThan(classifier.maxTokens());
      assertThat(explanation.words().get(0).word()).isEqualTo("happy");
    }
  }
}
