package dev.afina.spark;

import java.util.List;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Scores one text by the model that its argument names. */
final class ScoringByReference {
  private ScoringByReference() {}

  /** Prints the text and its label. */
  public static void main(String... arguments) throws java.io.IOException {
    try (SparkSession spark = LocalSpark.start(1)) {
      for (Row row :
          new AfinaClassifierModel()
              .setModel(arguments[0])
              .transform(
                  spark
                      .createDataset(List.of("where is my new card?"), Encoders.STRING())
                      .toDF("text"))
              .select("text", "predictedLabel")
              .collectAsList()) {
        System.out.println("scored: " + row.getString(0) + " " + row.getString(1));
      }
    }
    SharedModels.closeUnused();
  }
}
