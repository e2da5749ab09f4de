package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.internal.objective.Targets;
import dev.afina.internal.saved.AfinaConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Numbers: each target is a value an output.
 *
 * @param labels the names of the values
 */
record RegressionTask(Labels labels) implements Task<Estimate, RegressionEvaluation> {

  /**
   * The task of a saved model.
   *
   * @throws CheckpointException when rules for decisions are saved with it
   */
  static RegressionTask of(Labels labels, AfinaConfig config) throws CheckpointException {
    if (config.has(AfinaConfig.DECISIONS)) {
      throw new CheckpointException(
          config.where()
              + ": has rules for decisions between labels, but this is a regression model, whose"
              + " outputs are numbers; delete the file");
    }
    return new RegressionTask(labels);
  }

  @Override
  public ProblemType problemType() {
    return ProblemType.REGRESSION;
  }

  @Override
  public Targets targets(String what, Dataset data, Dataset alike) {
    if (data.size() == 0) {
      throw new IllegalArgumentException(what + ": expected 1 example or more, got none");
    }
    List<double[]> rows = new ArrayList<>(data.size());
    for (int row = 0; row < data.size(); row++) {
      double[] values = values(what, data, row);
      if (values.length != labels.size()) {
        throw new IllegalArgumentException(
            "%s, row %s (counted from 0): has %s values, expected %s, one for each of %s"
                .formatted(what, row, values.length, labels.size(), labels));
      }
      rows.add(values);
    }
    return new Targets(rows);
  }

  /** The values of one row, as many as it has. */
  static double[] values(String what, Dataset data, int row) {
    try {
      return data.valuesOf(row);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void requireLearnable(Targets training) {
    double[] first = training.row(0);
    if (training.size() > 1
        && training.rows().stream().allMatch(row -> Arrays.equals(row, first))) {
      throw new IllegalArgumentException(
          "training data: all %s rows have the same values %s; check which column has them"
              .formatted(training.size(), Arrays.toString(first)));
    }
  }

  @Override
  public List<Integer> counts(Targets targets) {
    return List.of();
  }

  @Override
  public Estimate read(Estimate prediction, Reading reading) {
    return prediction.with(reading);
  }

  @Override
  public Estimate prediction(float[] logits) {
    return new Estimate(labels, logits);
  }

  @Override
  public RegressionEvaluation evaluation(Targets truth, List<Estimate> predictions) {
    return new RegressionEvaluation(labels, truth, predictions);
  }
}
