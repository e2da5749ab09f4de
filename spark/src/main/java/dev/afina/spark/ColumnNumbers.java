package dev.afina.spark;

import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Names columns by their places, {@code c0}, {@code c1} and so on, because two may have the same
 * name, or names that are the same to Spark.
 */
final class ColumnNumbers {
  private ColumnNumbers() {}

  /** A schema with other names. */
  static StructType of(StructType schema) {
    return new StructType(
        IntStream.range(0, schema.size())
            .mapToObj(i -> field(i, schema.apply(i)))
            .toArray(StructField[]::new));
  }

  private static StructField field(int place, StructField field) {
    return new StructField(name(place), field.dataType(), field.nullable(), field.metadata());
  }

  /** The same rows. */
  static Dataset<Row> of(Dataset<?> rows) {
    return rows.toDF(
        IntStream.range(0, rows.schema().size())
            .mapToObj(ColumnNumbers::name)
            .toArray(String[]::new));
  }

  /** The name of the column at a place. */
  static String name(int place) {
    return "c" + place;
  }
}
