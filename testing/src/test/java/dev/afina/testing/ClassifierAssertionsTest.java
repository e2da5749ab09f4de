package dev.afina.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.Prediction;
import dev.afina.Predictor;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.metrics.SingleLabelMetrics;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On a predictor without a model: what has "card" in small letters is for billing. */
class ClassifierAssertionsTest {
  private static final Labels QUEUES = Labels.of("billing", "delivery");

  private final ClassifierAssertions queues =
      ClassifierAssertions.of(
          Fakes.classifier(QUEUES, text -> text.contains("card") ? "billing" : "delivery"));

  private final Dataset rows =
      Dataset.of(
          Example.of("my card", "billing"),
          Example.of("Card!", "billing"),
          Example.of("parcel", "delivery"),
          Example.of("post", "delivery"));

  @Test
  void accuracy_isComparedWithTheBound() {
    queues.hasAccuracy(0.75, rows);
    assertThatThrownBy(() -> queues.hasAccuracy(0.76, rows))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("accuracy: 0.7500, expected 0.7600 or more")
        .hasMessageContaining("billing");
  }

  /** Brier's score is a loss: less is better. */
  @Test
  void losses_mustNotBeGreaterThanTheBound() {
    queues.has(SingleLabelMetrics.BRIER_SCORE, 0.6, rows);
    assertThatThrownBy(() -> queues.has(SingleLabelMetrics.BRIER_SCORE, 0.1, rows))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("expected 0.1000 or less");
  }

  @Test
  void undefinedMetrics_fail() {
    assertThatThrownBy(() -> queues.has(SingleLabelMetrics.ROC_AUC, 0, rows.head(2)))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("roc_auc: undefined for these rows, expected 0.0000 or more");
    assertThatThrownBy(() -> queues.hasAccuracy(Double.NaN, rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("accuracy: the bound is NaN, expected a number");
  }

  @Test
  void labels_allMissesAreInOneMessage() {
    queues.predicts("billing", "my card", "a card");
    assertThatThrownBy(() -> queues.predicts("billing", "card", "Card", "parcel"))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            2 of 3 texts get another label:
              "Card": expected billing, got delivery (0.993)
              "parcel": expected billing, got delivery (0.993)""");
    assertThatThrownBy(() -> queues.predictsLabelsOf(rows))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "1 of 4 texts get another label:\n  \"Card!\": expected billing, got delivery (0.993)");
  }

  @Test
  void manyMisses_areCounted() {
    assertThatThrownBy(
            () -> queues.predicts("billing", Collections.nCopies(100, "x").toArray(String[]::new)))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("100 of 100 texts get another label:\n  \"x\"")
        .hasMessageEndingWith("\n  … and 70 more");
  }

  @Test
  void edits_mustLeaveTheShareOfLabelsThatIsAskedFor() {
    List<String> texts = List.of("my card", "PARCEL", "parcel", "post");
    queues.keepsLabels(Edit.extraSpaces(), texts);
    // "PARCEL" is upper case as it is: 1 of 3 changes its label.
    queues.keepsLabels(0.66, Edit.upperCase(), texts);
    assertThatThrownBy(() -> queues.keepsLabels(0.67, Edit.upperCase(), texts))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "1 of 3 texts get another label by upper case, expected at most 33.0 %:\n"
                + "  \"MY CARD\": delivery (0.993), before billing (0.993)");
    assertThatThrownBy(() -> queues.keepsLabels(Edit.upperCase(), texts))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("1 of 3 texts get another label by upper case:\n");
  }

  @Test
  void editsThatChangeNothing_testNothingAndFail() {
    assertThatThrownBy(() -> queues.keepsLabels(Edit.lowerCase(), List.of("a", "b")))
        .isInstanceOf(AssertionError.class)
        .hasMessage("lower case: changes none of 2 texts, so nothing is tested");
  }

  @Test
  void directions_areAsserted() {
    Predictor<Prediction> byLength =
        data ->
            data.stream().map(row -> Prediction.of(QUEUES, row.text().length() / 10f, 0)).toList();
    ClassifierAssertions longer = ClassifierAssertions.of(byLength);
    Edit more = Edit.append("and more");
    longer.scoreDoesNotFall("billing", 0, more, List.of("a", "b"));
    longer.scoreDoesNotRise("delivery", 0, more, List.of("a", "b"));
    longer.scoreDoesNotRise("billing", 0.25, more, List.of("a", "b"));
    assertThatThrownBy(() -> longer.scoreDoesNotFall("delivery", 0.1, more, List.of("a")))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "1 of 1 texts fall in the score of delivery by \"and more\" appended:\n"
                + "  \"a and more\": 0.269, before 0.475");
  }

  @Test
  void wrongArguments_areRefused() {
    assertThatThrownBy(() -> queues.keepsLabels(1.5, Edit.upperCase(), List.of("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("share: 1.5, expected 0 to 1");
    assertThatThrownBy(() -> queues.predicts("billing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("texts: expected 1 or more, got none");
    assertThatThrownBy(() -> queues.scoreDoesNotFall("billing", -1, Edit.upperCase(), List.of("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tolerance: -1.0, expected 0 to 1");
  }
}
