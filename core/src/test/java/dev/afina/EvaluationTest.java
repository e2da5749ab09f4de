package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.metrics.ConfidenceInterval;
import dev.afina.metrics.Direction;
import dev.afina.metrics.Metric;
import dev.afina.metrics.SingleLabelMetrics;
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
