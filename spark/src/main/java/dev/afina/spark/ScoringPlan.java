package dev.afina.spark;

import dev.afina.Prediction;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * What a partition needs to know: the model, the columns to read, and the columns to add.
 *
 * @param text the index of the column with the text
 * @param pair the index of the column with the second text; −1 for none
 * @param outputs the columns to add, in their order
 * @param choice how the label is chosen
 */
record ScoringPlan(
    SharedModels.Key model,
    int text,
    int pair,
    List<Output> outputs,
    LabelChoice choice,
    Nulls nulls)
    implements Serializable {

  /** What to do with a row whose text is null. */
  enum Nulls {
    KEEP,
    SKIP,
    ERROR
  }

  /** A column to add. */
  enum Output {
    PREDICTION,
    PROBABILITY,
    RAW_PREDICTION,
    PREDICTED_LABEL;

    DataType type() {
      return switch (this) {
        case PREDICTION -> DataTypes.DoubleType;
        case PROBABILITY, RAW_PREDICTION -> SQLDataTypes.VectorType();
        case PREDICTED_LABEL -> DataTypes.StringType;
      };
    }
  }

  /** The values of the added columns. */
  List<@Nullable Object> values(Prediction prediction) {
    @Nullable Integer chosen = choice.number(prediction);
    List<@Nullable Object> values = new ArrayList<>();
    for (Output output : outputs) {
      values.add(
          switch (output) {
            case PREDICTION -> chosen == null ? null : Double.valueOf(chosen);
            case PROBABILITY -> Vectors.dense(prediction.probabilities());
            case RAW_PREDICTION -> vector(prediction.logits());
            case PREDICTED_LABEL -> chosen == null ? null : choice.labels().get(chosen);
          });
    }
    return values;
  }

  private static Vector vector(float... logits) {
    double[] wide = new double[logits.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = logits[i];
    }
    return Vectors.dense(wide);
  }
}
