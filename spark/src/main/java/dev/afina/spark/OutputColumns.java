package dev.afina.spark;

import dev.afina.spark.ScoringPlan.Output;
import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/** The params for the columns that a model adds, shared by estimator and model. */
final class OutputColumns implements Serializable {
  private static final long serialVersionUID = 1;

  private final Params owner;
  final Param<String> predictionCol;
  final Param<String> probabilityCol;
  final Param<String> rawPredictionCol;
  final Param<String> predictedLabelCol;

  OutputColumns(Params owner) {
    this.owner = owner;
    this.predictionCol =
        new Param<>(owner, "predictionCol", "column for the label's number (default prediction)");
    this.probabilityCol =
        new Param<>(owner, "probabilityCol", "column for the probabilities (default probability)");
    this.rawPredictionCol =
        new Param<>(owner, "rawPredictionCol", "column for the logits (default none: \"\")");
    this.predictedLabelCol =
        new Param<>(
            owner, "predictedLabelCol", "column for the label's name (default predictedLabel)");
    Object unused =
        owner
            .setDefault(predictionCol, "prediction")
            .setDefault(probabilityCol, "probability")
            .setDefault(rawPredictionCol, "")
            .setDefault(predictedLabelCol, "predictedLabel");
  }

  /** The names of the columns, by their content, in order. */
  Map<Output, String> names() {
    Map<Output, String> all = new LinkedHashMap<>();
    all.put(Output.RAW_PREDICTION, owner.getOrDefault(rawPredictionCol));
    all.put(Output.PROBABILITY, owner.getOrDefault(probabilityCol));
    all.put(Output.PREDICTION, owner.getOrDefault(predictionCol));
    all.put(Output.PREDICTED_LABEL, owner.getOrDefault(predictedLabelCol));
    all.values().removeIf(String::isEmpty);
    return all;
  }

  /**
   * A schema with these columns.
   *
   * @param labels the names of the labels; empty if they are not known
   * @param session whose setting says whether upper and lower case are the same
   * @throws IllegalArgumentException if a column is there already
   */
  StructType addedTo(StructType schema, List<String> labels, Option<SparkSession> session) {
    boolean cases =
        session.isDefined()
            && Boolean.parseBoolean(session.get().conf().get("spark.sql.caseSensitive"));
    StructType with = schema;
    for (Map.Entry<Output, String> added : names().entrySet()) {
      String name = added.getValue();
      Arrays.stream(with.fieldNames())
          .filter(there -> cases ? there.equals(name) : there.equalsIgnoreCase(name))
          .findFirst()
          .ifPresent(
              there -> {
                throw new IllegalArgumentException(
                    "column \"%s\" is there already%s; choose another name for it, or \"\" for none"
                        .formatted(name, there.equals(name) ? "" : ", as \"" + there + "\""));
              });
      with = with.add(new StructField(name, added.getKey().type(), true, metadata(added, labels)));
    }
    return with;
  }

  private static Metadata metadata(Map.Entry<Output, String> added, List<String> labels) {
    return added.getKey() == Output.PREDICTION && !labels.isEmpty()
        ? NominalAttribute.defaultAttr()
            .withName(added.getValue())
            .withValues(labels.toArray(new String[0]))
            .toMetadata()
        : Metadata.empty();
  }

  /** The session of this thread, or Spark's default one. */
  static Option<SparkSession> session() {
    Option<SparkSession> active = SparkSession.getActiveSession();
    return active.isDefined() ? active : SparkSession.getDefaultSession();
  }
}
