package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.report.TrainingReport;
import dev.afina.training.Truncation;
import java.util.List;
import java.util.Map;

/**
 * How well a model does on texts whose targets are known. Immutable.
 *
 * @param <P> what the model says of one text
 */
public sealed interface EvaluationResult<P> extends WrittenAsMap
    permits Evaluation, MultiLabelEvaluation, RegressionEvaluation {

  /** The predictions in the order of the examples. */
  List<P> predictions();

  /** The mean loss of the examples, 0 or more; smaller is better. */
  double loss();

  /**
   * Loss and metrics by name: what a training keeps the best weights by. Those that are undefined
   * for these examples are left out. Unmodifiable.
   */
  Map<String, Double> metrics();

  /**
   * What JSON says of it: figures. There are no predictions in it, and nothing that grows with the
   * number of texts. What is undefined is left out. Unmodifiable.
   */
  @Override
  Map<String, Object> asMap();

  /** How many of the texts were cut to be read, and by how much. */
  Truncation truncation();

  /** The figures as a table of text. */
  String report();

  /**
   * A report with these results.
   *
   * @param report as {@link TextModel#report()} starts it
   * @param name what was evaluated on, such as {@code test}
   * @param texts the data that was evaluated on
   * @throws IllegalArgumentException if the name is blank, or these are not as many texts
   */
  TrainingReport addedTo(TrainingReport report, String name, Dataset texts);
}
