package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.card.ModelFacts;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.metrics.ConfidenceInterval;
import dev.afina.metrics.Direction;
import dev.afina.metrics.Metric;
import dev.afina.metrics.SingleLabelMetrics;
import dev.afina.report.TrainingReport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final Labels LABELS = Labels.of("no", "yes");

  /** Half a logit of 2 is a probability of 0.88. */
  private final Evaluation evaluation =
      Evaluation.of(
          LABELS, List.of(0, 1, 1, 0), List.of(says(2, 0), says(0, 2), says(1, 0), says(0, 0.5f)));

  @Test
  void of_metric_isComputedOfTruthAndProbabilities() {
    assertThat(evaluation.accuracy()).isEqualTo(0.5);
    assertThat(evaluation.of(SingleLabelMetrics.COHENS_KAPPA)).isZero();
    assertThat(evaluation.of(SingleLabelMetrics.f1("yes"))).isEqualTo(0.5);
    // of 4 pairs of "yes" and "no" 2 · 2 − 1 in order: only 0.27 is below 0.62
    assertThat(evaluation.of(SingleLabelMetrics.ROC_AUC)).isEqualTo(0.75);
    assertThat(evaluation.of(SingleLabelMetrics.LOG_LOSS))
        .isCloseTo(evaluation.loss(), within(1e-12));
    assertThat(evaluation.of(Metric.of("size", Direction.GREATER, p -> p.size()))).isEqualTo(4);
  }

  @Test
  void metrics_areAllOfThem_withoutTheUndefined() {
    assertThat(evaluation.metrics()).containsOnlyKeys(Evaluation.metricNames());
    assertThat(evaluation.metrics()).containsEntry("roc_auc", 0.75);
    Evaluation oneLabel = Evaluation.of(LABELS, List.of(1, 1), List.of(says(0, 1), says(0, 2)));
    assertThat(oneLabel.metrics())
        .containsEntry("accuracy", 1.0)
        .doesNotContainKeys("roc_auc", "cohens_kappa")
        .hasSize(Evaluation.metricNames().size() - 2);
  }

  /**
   * Ten texts with "yes" at 0.31 (five, which have it) or 0.05, under a threshold of 0.2: all right
   * by the rules, and no "yes" by the most probable label.
   */
  @Test
  void positiveLabel_isCountedByItsThreshold() {
    DecisionRules rules = DecisionRules.none().positive("yes", 0.2);
    List<Integer> truth = new ArrayList<>();
    List<Prediction> said = new ArrayList<>();
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      truth.add(i < 5 ? 1 : 0);
      said.add(Prediction.of(LABELS, rules, 0, i < 5 ? -0.8f : -3));
      rows.add(Example.of("text " + i, LABELS.name(truth.get(i))));
    }
    Evaluation by = Evaluation.of(LABELS, truth, said);
    assertThat(by.confusionMatrix().count(1, 1)).isEqualTo(5);
    assertThat(by.confusionMatrix().count(0, 0)).isEqualTo(5);
    assertThat(by.accuracy()).isOne();
    assertThat(by.of(SingleLabelMetrics.f1("yes"))).isOne();
    assertThat(by.metrics())
        .containsEntry("accuracy", 1.0)
        .containsEntry("macro_f1", 1.0)
        .containsEntry("decided_accuracy", 1.0);
    assertThat(by.report())
        .contains("yes       1.00      1.00      1.00         5")
        .contains("decided 10 of 10: coverage 1.0000, accuracy on these 1.0000");
    assertThat(by.toString()).startsWith("10 examples: accuracy 1.0000, macro F1 1.0000, ");
    ConfidenceInterval interval =
        ConfidenceInterval.bootstrap(SingleLabelMetrics.ACCURACY, by.scored(), 1);
    assertThat(interval.low()).isOne();
    TrainingReport report = TrainingReport.of(ModelFacts.of(LABELS, 16));
    assertThat(by.addedTo(report, "test", Dataset.of(rows)).json().replaceAll("\\s", ""))
        .contains("\"confusionMatrix\":[[5,0],[0,5]]", "\"mistakes\":[]");

    Evaluation most = by.withoutRules();
    assertThat(most.accuracy()).isEqualTo(0.5);
    assertThat(most.of(SingleLabelMetrics.f1("yes"))).isZero();
    assertThat(by.of(SingleLabelMetrics.ROC_AUC)).isEqualTo(most.of(SingleLabelMetrics.ROC_AUC));
    assertThat(by.loss()).isEqualTo(most.loss());
    assertThat(by.calibrationError()).isEqualTo(most.calibrationError());
    assertThat(most.addedTo(report, "test", Dataset.of(rows)).json().replaceAll("\\s", ""))
        .contains("\"confusionMatrix\":[[5,0],[5,0]]", "\"truth\":\"yes\",\"predicted\":\"no\"");
  }

  /** A threshold that only abstains leaves the matrix to the most probable label. */
  @Test
  void notSure_countsWithItsMostProbableLabel() {
    DecisionRules rules = DecisionRules.none().threshold("yes", 0.9).confidence(0.6);
    Evaluation e =
        Evaluation.of(
            LABELS,
            List.of(1, 0),
            List.of(Prediction.of(LABELS, rules, 0, 1), Prediction.of(LABELS, rules, 0, 0.1f)));
    assertThat(e.coverage()).isZero();
    assertThat(e.confusionMatrix().count(1, 1)).isEqualTo(1);
    assertThat(e.confusionMatrix().count(0, 1)).isEqualTo(1);
  }

  @Test
  void scored_givesIntervals() {
    ConfidenceInterval interval =
        ConfidenceInterval.bootstrap(SingleLabelMetrics.ACCURACY, evaluation.scored(), 1);
    assertThat(interval.estimate()).isEqualTo(0.5);
    assertThat(interval.low()).isZero();
    assertThat(interval.high()).isOne();
  }

  private static Prediction says(float no, float yes) {
    return Prediction.of(LABELS, no, yes);
  }

  @Test
  void ofData_takesTheLabelsThatThePredictionsHave() {
    Labels labels = Labels.of("b", "a");
    List<Prediction> said = List.of(Prediction.of(labels, 1, 0), Prediction.of(labels, 1, 0));
    Dataset data = Dataset.of(Example.of("x", "a"), Example.of("y", "b"));
    assertThat(Evaluation.of(data, said))
        .hasToString(Evaluation.of(labels, List.of(1, 0), said).toString());
    assertThatThrownBy(() -> Evaluation.of(data.head(1), said))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("evaluation: 1 rows and 2 predictions, expected as many of both, 1 or more");
    assertThatThrownBy(() -> Evaluation.of(Dataset.of(Example.of("x", "c")), said.subList(0, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"c\"");
  }
}
