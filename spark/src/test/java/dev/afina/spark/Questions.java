package dev.afina.spark;

import dev.afina.data.Example;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** 36 rows to learn, of three labels; nine of them are to be held out. */
final class Questions {
  static final StructType SCHEMA =
      new StructType()
          .add("text", DataTypes.StringType)
          .add("label", DataTypes.StringType)
          .add("held", DataTypes.BooleanType);
  private static final String[][] SORTS = {
    {"where is my %s card?", "card_arrival"},
    {"I want to change the %s PIN", "change_pin"},
    {"the %s card was stolen", "lost_or_stolen_card"}
  };
  private static final String[] WORDS = {
    "new", "old", "blue", "other", "second", "first", "long", "lost", "green", "last", "good", "bad"
  };

  private Questions() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (String word : WORDS) {
      for (String[] sort : SORTS) {
        rows.add(RowFactory.create(String.format(sort[0], word), sort[1], word.startsWith("l")));
      }
    }
    return rows;
  }

  /** The same without Spark. */
  static dev.afina.data.Dataset examples(boolean held) {
    return dev.afina.data.Dataset.of(
        rows().stream()
            .filter(row -> row.getBoolean(2) == held)
            .map(row -> Example.of(row.getString(0), row.getString(1)))
            .toList());
  }

  static Dataset<Row> data(SparkSession spark) {
    return spark.createDataFrame(rows(), SCHEMA);
  }
}
