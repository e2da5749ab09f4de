package dev.afina.spark;

import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/** Checks the columns of a DataFrame against the params of a training. */
final class TrainingSchema {
  private final TrainingParams params;

  TrainingSchema(TrainingParams params) {
    this.params = params;
  }

  /** Checks everything that does not need the rows. */
  void check(StructType schema) {
    params.columns.check(schema);
    int label = TextColumns.place(schema, "labelCol", params.text(params.labelCol));
    var type = schema.apply(label).dataType();
    if (!(type instanceof StringType || type instanceof NumericType)) {
      throw new IllegalArgumentException(
          "labelCol: column \"%s\" is of type %s, expected string or whole numbers"
              .formatted(params.text(params.labelCol), type.simpleString()));
    }
    String held = params.text(params.validationIndicatorCol);
    if (!held.isEmpty()) {
      int place = TextColumns.place(schema, "validationIndicatorCol", held);
      if (!(schema.apply(place).dataType() instanceof BooleanType)) {
        throw new IllegalArgumentException(
            "validationIndicatorCol: column \"%s\" is of type %s, expected boolean"
                .formatted(held, schema.apply(place).dataType().simpleString()));
      }
    }
    if (params.text(params.checkpoint).isBlank()) {
      throw new IllegalArgumentException(
          "checkpoint: none given; call setCheckpoint(...) with a folder, classpath: or Hub name");
    }
    if (params.text(params.outputFolder).isBlank()) {
      throw new IllegalArgumentException(
          "outputFolder: none given; call setOutputFolder(...) with a folder that driver and"
              + " executors see");
    }
    Object folder = MountedFolder.of("outputFolder", params.text(params.outputFolder));
    if (params.whole(params.numWorkers) < 0 || params.whole(params.timeout) < 1) {
      throw new IllegalArgumentException(
          "numWorkers, timeout: expected 0 or more and 1 or more, got %s and %s"
              .formatted(params.whole(params.numWorkers), params.whole(params.timeout)));
    }
    if (params.flag(params.resume) && params.text(params.checkpointFolder).isEmpty()) {
      throw new IllegalArgumentException(
          "resume: there is no checkpointFolder to go on from; call setCheckpointFolder(...)");
    }
    Object unused = List.of(folder, TrainingRecipe.of(params, "").check(!held.isEmpty()));
  }

  /**
   * The label names for numbers in the label column, from its metadata; empty if there are none.
   */
  List<String> namesOfNumbers(StructType schema) {
    var field = schema.apply(params.text(params.labelCol));
    if (field.dataType() instanceof NumericType
        && Attribute.fromStructField(field) instanceof NominalAttribute names
        && names.values().isDefined()) {
      return List.of(names.values().get());
    }
    return List.of();
  }
}
