package dev.afina.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The params for the text columns, shared by estimator and model. */
final class TextColumns implements Serializable {
  private static final long serialVersionUID = 1;

  private final Params owner;
  final Param<String> inputCol;
  final Param<String> pairCol;

  TextColumns(Params owner) {
    this.owner = owner;
    this.inputCol = new Param<>(owner, "inputCol", "column of the texts (default text)");
    this.pairCol =
        new Param<>(owner, "pairCol", "column of the second texts of pairs (default none: \"\")");
    Object unused = owner.setDefault(inputCol, "text").setDefault(pairCol, "");
  }

  String input() {
    return owner.getOrDefault(inputCol);
  }

  String pair() {
    return owner.getOrDefault(pairCol);
  }

  /** Checks that a schema has the columns and that they are strings. */
  void check(StructType schema) {
    requireText(schema, inputCol.name(), input());
    if (!pair().isEmpty()) {
      requireText(schema, pairCol.name(), pair());
    }
  }

  private static void requireText(StructType schema, String param, String column) {
    int place = place(schema, param, column);
    if (!schema.apply(place).dataType().sameType(DataTypes.StringType)) {
      throw new IllegalArgumentException(
          "%s: column \"%s\" is of type %s, expected string"
              .formatted(param, column, schema.apply(place).dataType().simpleString()));
    }
  }

  /**
   * The index of a column.
   *
   * @param param the param that names it, for the message
   * @throws IllegalArgumentException if there is no such column, or more than one
   */
  static int place(StructType schema, String param, String column) {
    List<String> names = Arrays.asList(schema.fieldNames());
    int place = names.indexOf(column);
    if (place < 0) {
      throw new IllegalArgumentException(
          "%s: no column \"%s\" among %s".formatted(param, column, names));
    }
    if (place != names.lastIndexOf(column)) {
      throw new IllegalArgumentException(
          "%s: column \"%s\" occurs more than once among %s; rename or drop the others"
              .formatted(param, column, names));
    }
    return place;
  }
}
