package dev.afina.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.Classifier;
import dev.afina.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a saved model is found again. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Spark needs winutils.exe there")
@EnabledForJreRange(maxVersion = 23, disabledReason = "Hadoop needs a security manager")
class SavingTest {
  private static SparkSession spark;
  @TempDir Path work;
  private Path folder;

  @BeforeAll
  static void start() {
    spark = LocalSpark.start(2);
  }

  @AfterAll
  static void stop() {
    spark.stop();
    SharedModels.closeUnused();
  }

  @BeforeEach
  void save() throws IOException {
    folder = work.resolve("models/tiny");
    try (Classifier classifier = TinyModels.classifier()) {
      classifier.save(folder);
    }
  }

  private static Dataset<Row> rows() {
    return spark
        .createDataset(List.of("where is my new card?", "my card was stolen"), Encoders.STRING())
        .toDF("text");
  }

  private AfinaClassifierModel model() {
    return new AfinaClassifierModel().setModel(folder.toString());
  }

  private static List<Row> scored(org.apache.spark.ml.Transformer model) {
    return model.transform(rows()).select("text", "predictedLabel").collectAsList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"my models", "a%20b", "100%", "a+b#c?d", "ä"})
  void everyNameOfAFolder_isFoundAgain(String name) throws IOException {
    String saved = work.resolve(name).toString();
    model().save(saved);
    List<Row> expected = scored(model());
    assertThat(scored(AfinaClassifierModel.load(saved))).isEqualTo(expected);
    assertThat(scored(AfinaClassifierModel.load("else://" + saved))).isEqualTo(expected);
  }

  @Test
  void aUriThatIsNotEscaped_isUnderstood() throws IOException {
    Path spaced = Files.move(folder, work.resolve("my tiny 100%"));
    List<Row> expected = scored(new AfinaClassifierModel().setModel(TinyModels.CLASSIFIER));
    for (String uri : List.of("file:" + spaced, "file://" + spaced, "else://" + spaced)) {
      assertThat(scored(new AfinaClassifierModel().setModel(uri))).as(uri).isEqualTo(expected);
    }
  }
}
