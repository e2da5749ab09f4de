package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.report.TrainingReport;
import dev.afina.training.Truncation;
import java.util.List;
import java.util.Map;

/**
 * The evaluation of a model on labelled data. Immutable. Jackson and Gson serialize it as {@link
 * #asMap()}.
 *
 * @param <P> the prediction for one text
 */
public sealed interface EvaluationResult<P> extends WrittenAsMap
    permits Evaluation, MultiLabelEvaluation, RegressionEvaluation {

  /** The predictions in the order of the examples. */
  List<P> predictions();

  /** The mean loss of the examples, 0 or more; smaller is better. */
  double loss();

  /**
   * The loss and all metrics by name; {@link TextModelBuilder#keepBest} takes these names. Metrics
   * that are undefined for these examples are left out. Unmodifiable.
   */
  Map<String, Double> metrics();

  /**
   * The JSON form: figures only. It contains no predictions and nothing that grows with the number
   * of texts. Undefined figures are left out. Unmodifiable.
   */
  @Override
  Map<String, Object> asMap();

  /** How many of the texts were cut because they are too long, and by how much. */
  Truncation truncation();

  /** The figures as a plain-text table. */
  String report();

  /**
   * Returns a report to which these results are added.
   *
   * @param report the report to extend, such as that of {@link TextModel#report()}
   * @param name the name of the evaluated data, such as {@code test}
   * @param texts the evaluated data
   * @throws IllegalArgumentException if the name is blank, or the number of texts differs from that
   *     of the predictions
   */
  TrainingReport addedTo(TrainingReport report, String name, Dataset texts);
}
