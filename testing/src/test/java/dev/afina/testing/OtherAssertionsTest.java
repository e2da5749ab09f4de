package dev.afina.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.metrics.MultiLabelMetrics;
import dev.afina.metrics.RegressionMetrics;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Of several labels and of numbers, on predictors without a model. */
class OtherAssertionsTest {
  private static final Labels TAGS = Labels.of("card", "pin");

  private final MultiLabelAssertions tags =
      MultiLabelAssertions.of(
          Fakes.multiLabelClassifier(
              TAGS, text -> Stream.of("card", "pin").filter(text::contains).toList()));

  private final RegressorAssertions lengths =
      RegressorAssertions.of(Fakes.regressor("length", String::length));

  @Test
  void sets_areCompared() {
    tags.predicts(Set.of("pin", "card"), "my card and my pin").predicts(Set.of(), "hello");
    assertThatThrownBy(() -> tags.predicts(Set.of("pin", "card"), "pin", "card pin"))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "1 of 2 texts get other labels:\n  \"pin\": expected [card, pin], got [pin (0.993)]");
  }

  @Test
  void edits_mustLeaveTheWholeSet() {
    tags.keepsLabels(1, Edit.extraSpaces(), List.of("card pin"));
    assertThatThrownBy(() -> tags.keepsLabels(1, Edit.append("pin"), List.of("card")))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(
            "1 of 1 texts get other labels by \"pin\" appended:\n  \"card pin\"");
  }

  @Test
  void metricsOfSeveralLabels() {
    Dataset rows =
        Dataset.of(
            Example.of("card").withLabels(List.of("card")),
            Example.of("pin").withLabels(List.of("card", "pin")));
    tags.has(MultiLabelMetrics.SUBSET_ACCURACY, 0.5, rows);
    assertThatThrownBy(() -> tags.has(MultiLabelMetrics.SUBSET_ACCURACY, 0.6, rows))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("subset_accuracy: 0.5000, expected 0.6000 or more");
  }

  @Test
  void numbers_areCompared() {
    lengths.predicts(3, 0, "abc").predicts(3, 1, "ab", "abcd");
    assertThatThrownBy(() -> lengths.predicts(3, 1, "abc", "a"))
        .isInstanceOf(AssertionError.class)
        .hasMessage("1 of 2 texts get another number:\n  \"a\": expected 3.0 ± 1.0, got 1.0");
    lengths.keepsValues(2, Edit.append("b"), List.of("a"));
    assertThatThrownBy(() -> lengths.keepsValues(1.5, Edit.append("b"), List.of("a")))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "1 of 1 texts move further than 1.5 by \"b\" appended:\n  \"a b\": 3.000, before 1.000");
  }

  @Test
  void metricsOfNumbers() {
    Dataset rows = Dataset.of(Example.of("ab").withValues(2), Example.of("abc").withValues(5));
    lengths.has(RegressionMetrics.MEAN_ABSOLUTE_ERROR, 1, rows);
    assertThatThrownBy(() -> lengths.has(RegressionMetrics.MEAN_ABSOLUTE_ERROR, 0.9, rows))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("mean_absolute_error: 1.0000, expected 0.9000 or less");
  }
}
