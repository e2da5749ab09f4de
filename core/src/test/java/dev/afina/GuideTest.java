package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.data.CsvFormat;
import dev.afina.data.Dataset;
import dev.afina.data.DatasetSplits;
import dev.afina.data.TrainTestSplit;
import dev.afina.hub.HubClient;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.BatchOrder;
import dev.afina.training.EvaluationOptions;
import dev.afina.training.OptimizerOptions;
import dev.afina.training.ProgressBar;
import dev.afina.training.SavingOptions;
import dev.afina.training.Schedule;
import dev.afina.training.TensorBoardListener;
import dev.afina.training.TrainingControl;
import dev.afina.training.TrainingDivergedException;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/from-transformers.md names is there. */
class GuideTest {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern CALL = Pattern.compile("(?:(\\w+)\\.)?(\\w+)\\(");
  private static final Pattern CONSTANT = Pattern.compile("([A-Z]\\w+)\\.([A-Z][A-Z0-9_]+)\\b");

  /** What a name before the point stands for. */
  private static final Map<String, List<Class<?>>> OBJECTS =
      Map.of(
          "builder", List.of(ClassifierBuilder.class),
          "classifier", List.of(Classifier.class),
          "options", List.of(TrainingOptions.class),
          "prediction", List.of(Prediction.class, MultiLabelPrediction.class),
          "evaluation", List.of(Evaluation.class),
          "data", List.of(Dataset.class));

  private static final List<Class<?>> CLASSES =
      List.of(
          BatchOrder.class,
          Classifier.class,
          ClassifierBuilder.class,
          CsvFormat.class,
          Dataset.class,
          DatasetSplits.class,
          EvaluationOptions.class,
          HubClient.class,
          Head.class,
          Lora.class,
          Loss.class,
          MultiLabelClassifier.class,
          MultiLabelLoss.class,
          OptimizerOptions.class,
          Precision.class,
          ProgressBar.class,
          PushOptions.class,
          RegressionLoss.class,
          Regressor.class,
          SavingOptions.class,
          Schedule.class,
          TensorBoardListener.class,
          Tokenizer.class,
          Tokenizers.class,
          TrainTestSplit.class,
          TrainingControl.class,
          TrainingDivergedException.class,
          TrainingListener.class,
          TrainingOptions.class);

  @Test
  void everyNameOnOurSide_isThere() throws IOException {
    List<String> rows;
    try (Stream<String> lines = Files.lines(Path.of("..", "docs", "from-transformers.md"))) {
      rows = lines.filter(line -> line.startsWith("| ") && !line.startsWith("| argument")).toList();
    }
    assertThat(rows).hasSizeGreaterThan(90);
    List<String> missing = new ArrayList<>();
    for (String row : rows) {
      String ours = row.substring(row.indexOf(" | ") + 3);
      Matcher code = CODE.matcher(ours);
      while (code.find()) {
        missing.addAll(missing(code.group(1)));
      }
    }
    assertThat(missing).isEmpty();
  }

  private static List<String> missing(String code) {
    List<String> missing = new ArrayList<>();
    Matcher calls = CALL.matcher(code);
    while (calls.find()) {
      List<Class<?>> owners = owners(calls.group(1));
      String name = calls.group(2);
      if (owners.stream()
          .flatMap(c -> Arrays.stream(c.getMethods()))
          .noneMatch(m -> m.getName().equals(name))) {
        missing.add(code);
      }
    }
    Matcher constants = CONSTANT.matcher(code);
    while (constants.find()) {
      String name = constants.group(2);
      if (owners(constants.group(1)).stream()
          .flatMap(c -> Arrays.stream(c.getFields()))
          .noneMatch(f -> f.getName().equals(name))) {
        missing.add(code);
      }
    }
    return missing;
  }

  /** Without a name before the point it may be of any class: the one before it in the sentence. */
  private static List<Class<?>> owners(String name) {
    if (name == null) {
      return CLASSES;
    }
    if (OBJECTS.containsKey(name)) {
      return OBJECTS.get(name);
    }
    return CLASSES.stream().filter(c -> c.getSimpleName().equals(name)).toList();
  }
}
