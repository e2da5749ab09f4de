package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.hub.HubClient;
import dev.afina.internal.checkpoint.CheckpointFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A transformer that says which labels a text has, any number of them: fine-tuned by {@link
 * #builder()}, or {@linkplain #load loaded} from a folder that Afina or Python's transformers
 * saved.
 *
 * <pre>{@code
 * try (MultiLabelClassifier classifier = MultiLabelClassifier.builder()
 *         .checkpoint("distilbert-base-uncased")
 *         .fit(Dataset.csv(Path.of("train.csv"),
 *             CsvFormat.withHeader().text("comment_text").labelColumns("toxic", "insult")))) {
 *   System.out.println(classifier.predict("What a fool!").labels()); // [toxic, insult]
 * }
 * }</pre>
 *
 * <p>Thread safe: make one and share it.
 */
public final class MultiLabelClassifier
    extends TextModel<MultiLabelPrediction, MultiLabelEvaluation> {
  private final MultiLabelTask task;

  /** Becomes one of the owners of what was loaded and of what is packed. */
  MultiLabelClassifier(LoadedModel loaded, TextReader reader, MultiLabelTask task) {
    super(loaded, reader, task);
    this.task = task;
  }

  /** Starts a fine-tuning. */
  public static MultiLabelClassifierBuilder builder() {
    return new MultiLabelClassifierBuilder();
  }

  /**
   * Loads a saved model: {@code problem_type} is {@code multi_label_classification}, or, with a
   * warning, not said.
   *
   * @param reference a folder, {@code classpath:folder}, or {@code owner/name@revision} on the
   *     Hugging Face Hub, downloaded where the cache lacks it; see {@link
   *     ClassifierBuilder#checkpoint(String)}
   * @throws IOException when there is no such model, a download fails or its files cannot be read;
   *     what is wrong with them is a {@link dev.afina.CheckpointException} that names file and
   *     tensor. A model of another {@code problem_type} is refused, too.
   */
  public static MultiLabelClassifier load(String reference) throws IOException {
    return load(reference, HubClient::fromEnvironment);
  }

  /**
   * Loads a saved model, where it is one of the Hub with this client: its cache, token, endpoint
   * and {@link dev.afina.hub.HubClient.Builder#listener listener} of downloads.
   *
   * @throws IOException as {@link #load(String)}
   */
  public static MultiLabelClassifier load(String reference, HubClient hub) throws IOException {
    Objects.requireNonNull(hub, "hub");
    return load(reference, () -> hub);
  }

  private static MultiLabelClassifier load(String reference, Supplier<HubClient> hub)
      throws IOException {
    Objects.requireNonNull(reference, "reference");
    try (CheckpointFiles files = CheckpointFiles.open(reference, hub)) {
      return load(files);
    }
  }

  /**
   * Loads a saved model and verifies it against a lock file.
   *
   * @param reference {@code owner/name} on the Hugging Face Hub, of which the locked commit is
   *     taken, or a folder with the same files
   * @param lockFile written by {@link #lock}; each file's SHA-256 is compared, at each load
   * @throws IOException as {@link #load(String)}, and when a file is missing or another one; the
   *     message names it, the hash expected and the hash found
   */
  public static MultiLabelClassifier load(String reference, Path lockFile) throws IOException {
    return load(reference, lockFile, HubClient::fromEnvironment);
  }

  /**
   * Loads a saved model, where it is one of the Hub with this client, and verifies it against a
   * lock file.
   *
   * @throws IOException as {@link #load(String, Path)}
   */
  public static MultiLabelClassifier load(String reference, Path lockFile, HubClient hub)
      throws IOException {
    Objects.requireNonNull(hub, "hub");
    return load(reference, lockFile, () -> hub);
  }

  private static MultiLabelClassifier load(String reference, Path lockFile, Supplier<HubClient> hub)
      throws IOException {
    Objects.requireNonNull(reference, "reference");
    Objects.requireNonNull(lockFile, "lockFile");
    try (CheckpointFiles files = CheckpointFiles.open(reference, lockFile, hub)) {
      return load(files);
    }
  }

  /**
   * Loads a saved model from a folder.
   *
   * @throws IOException as {@link #load(String)}
   */
  public static MultiLabelClassifier load(Path folder) throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      return load(files);
    }
  }

  static MultiLabelClassifier load(CheckpointFiles files) throws IOException {
    return LoadedModel.load(
        files, ProblemType.MULTI_LABEL, MultiLabelTask::of, MultiLabelClassifier::new);
  }

  @Override
  public MultiLabelClassifier withPrecision(Precision precision) {
    Objects.requireNonNull(precision, "precision");
    return whileOpen(() -> new MultiLabelClassifier(loaded(), reader(precision), task));
  }

  @Override
  public MultiLabelClassifier withLongTexts(LongTexts longTexts) {
    return whileOpen(() -> new MultiLabelClassifier(loaded(), reader(longTexts), task));
  }

  @Override
  public MultiLabelClassifier withMaxTokens(int maxTokens) {
    return whileOpen(() -> new MultiLabelClassifier(loaded(), reader(maxTokens), task));
  }

  @Override
  public MultiLabelClassifier withServing(ServingOptions options) {
    Objects.requireNonNull(options, "options");
    return whileOpen(() -> new MultiLabelClassifier(loaded(), reader().with(options), task));
  }

  /**
   * A classifier whose probabilities mean what they say: of the texts that it is 80 % sure of,
   * about 80 % are right. All logits are divided by one number, the temperature, at which the mean
   * cross-entropy of the validation data is smallest (C. Guo et al., On Calibration of Modern
   * Neural Networks, 2017); the most probable label stays. Other rules of this one are left out,
   * because their thresholds were for other probabilities.
   *
   * @param validation a few hundred labelled rows or more, which the training has not seen
   * @return to be closed by the caller, before or after this one; it shares the weights
   * @throws IllegalArgumentException when the data is empty, a row has no label of this model's, or
   *     no temperature is best: all rows are right, or the outputs say nothing of the labels
   * @throws IllegalStateException when this model is closed
   */
  public MultiLabelClassifier calibrated(Dataset validation) {
    return deciding(DecisionGoal.calibrated(), validation);
  }

  /**
   * A classifier whose {@link MultiLabelPrediction#decision()} follows rules that reach a goal on
   * validation data. It keeps this one's temperature, unless the goal fits one; other rules are
   * chosen anew. They are saved with the model, and {@link #rules()} tells what they do.
   *
   * @param validation labelled rows, which the training has not seen
   * @return to be closed by the caller, before or after this one; it shares the weights
   * @throws IllegalArgumentException when the goal cannot be reached (the message says what can),
   *     names a label that there is not, the data is empty, or a row has no label of this model's
   * @throws IllegalStateException when this model is closed
   */
  public MultiLabelClassifier deciding(DecisionGoal goal, Dataset validation) {
    Objects.requireNonNull(goal, "goal");
    Objects.requireNonNull(validation, "validation");
    return whileOpen(
        () -> {
          Targets truth = task.targets("validation data", validation, Dataset.of());
          List<float[]> logits =
              reader().readQuietly(validation, task).stream()
                  .map(MultiLabelPrediction::logits)
                  .toList();
          return deciding(
              RuleChoice.ofSeveralLabels(labels(), rules().temperature(), goal, logits, truth));
        });
  }

  /**
   * A classifier whose {@link MultiLabelPrediction#decision()} follows these rules. They are saved
   * with the model.
   *
   * @return to be closed by the caller, before or after this one; it shares the weights
   * @throws IllegalArgumentException when they name a label that there is not
   * @throws IllegalStateException when this model is closed
   */
  public MultiLabelClassifier deciding(DecisionRules rules) {
    Objects.requireNonNull(rules, "rules");
    return whileOpen(
        () -> new MultiLabelClassifier(loaded(), reader(), new MultiLabelTask(labels(), rules)));
  }

  /** How outputs become decisions; {@link DecisionRules#none()} where nobody said anything. */
  public DecisionRules rules() {
    return task.rules().rules();
  }

  /** The labels, in the order of the model's outputs. */
  public Labels labels() {
    return task.labels();
  }
}
