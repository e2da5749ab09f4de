package dev.afina.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.Classifier;
import dev.afina.internal.files.FileTree;
import dev.afina.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.IndexToString;
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

/** That no save loses the weights, least of all its own. */
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

  /** The model's files in a folder: bytes by name. */
  private static Map<String, Long> files(Path folder) throws IOException {
    Map<String, Long> all = new TreeMap<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(f -> !f.toString().endsWith(".crc")).toList()) {
        all.put(file.getFileName().toString(), Files.size(file));
      }
    }
    return all;
  }

  private static List<Row> scored(org.apache.spark.ml.Transformer model) {
    return model.transform(rows()).select("text", "predictedLabel").collectAsList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "else://"})
  void aModelThatOverwritesItself_keepsItsWeights(String scheme) throws IOException {
    Path there = work.resolve("saved");
    String saved = scheme + there;
    model().write().overwrite().save(saved);
    assertThat(files(there.resolve("model"))).isEqualTo(files(folder));
    AfinaClassifierModel loaded = AfinaClassifierModel.load(saved);
    loaded.setThresholds(1, 1, 1, 1, 1, 1).write().overwrite().save(saved);
    assertThat(files(there.resolve("model"))).isEqualTo(files(folder));
    assertThat(scored(AfinaClassifierModel.load(saved))).isEqualTo(scored(model()));
    assertThat(AfinaClassifierModel.load(saved).explainParams()).contains("[D@"); // thresholds
    loaded.setThresholds().write().overwrite().save(saved); // and once more
    assertThat(files(there.resolve("model"))).isEqualTo(files(folder));
  }

  @Test
  void aFolderThatHasTheModelInIt_isNotOverwritten() throws IOException {
    Map<String, Long> before = files(folder);
    Files.createSymbolicLink(work.resolve("link"), folder.getParent());
    for (Path target : List.of(folder, folder.getParent(), work, work.resolve("link"))) {
      assertThatThrownBy(() -> model().write().overwrite().save(target.toString()))
          .as("%s", target)
          .isInstanceOf(IOException.class)
          .hasMessage(
              "save: overwriting %s would delete the model itself, %s; choose another folder"
                  .formatted(target, folder));
      assertThat(files(folder)).isEqualTo(before);
    }
    assertThatThrownBy(() -> model().save(folder.getParent().toString()))
        .hasMessageContaining("already exists"); // Spark's own
    model().save(folder.resolve("within").toString());
    assertThat(files(folder.resolve("within/model"))).isEqualTo(before);
  }

  @Test
  void aPipelineThatOverwritesItself_keepsTheWeights() throws IOException {
    Path there = work.resolve("pipeline");
    new Pipeline()
        .setStages(
            new PipelineStage[] {
              model(), new IndexToString().setInputCol("prediction").setOutputCol("name")
            })
        .fit(rows())
        .save(there.toString());
    for (int i = 0; i < 2; i++) {
      PipelineModel loaded = PipelineModel.load(there.toString());
      loaded
          .copy(new org.apache.spark.ml.param.ParamMap())
          .write()
          .overwrite()
          .save(there.toString());
      assertThat(scored(PipelineModel.load(there.toString()))).isEqualTo(scored(model()));
    }
  }

  @Test
  void aModelThatIsGone_isNotSavedWithoutAWord() {
    for (String gone : List.of(work.resolve("gone").toString(), "file:" + work + "/gone")) {
      Path saved = work.resolve("saved");
      assertThatThrownBy(
              () ->
                  new AfinaClassifierModel()
                      .setModel(gone)
                      .write()
                      .overwrite()
                      .save(saved.toString()))
          .hasMessageContaining(
              "model \"" + gone + "\": no such folder on the driver, so it cannot be saved");
    }
  }

  @Test
  void whatWasSavedWithoutItsFiles_isNotReadAsTheOriginal() throws IOException {
    Path saved = work.resolve("saved");
    model().save(saved.toString());
    FileTree.delete(saved.resolve("model"));
    assertThatThrownBy(() -> AfinaClassifierModel.load(saved.toString()))
        .hasMessageContaining(
            saved
                + "/model: incomplete, the model's files are missing; they were copied from \""
                + folder
                + "\"");
    new AfinaClassifierModel().setModel("owner/name").write().overwrite().save(saved.toString());
    assertThat(AfinaClassifierModel.load(saved.toString()).getModel()).isEqualTo("owner/name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"my models", "a%20b", "100%", "a+b#c?d", "ä"})
  void everyNameOfAFolder_isFoundAgain(String name) throws IOException {
    String saved = work.resolve(name).toString();
    model().save(saved);
    List<Row> expected = scored(model());
    assertThat(scored(AfinaClassifierModel.load(saved))).isEqualTo(expected);
    AfinaClassifierModel.load(saved).write().overwrite().save(saved);
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
