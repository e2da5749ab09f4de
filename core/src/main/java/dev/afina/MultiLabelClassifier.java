package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.hub.HubClient;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.objective.Targets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A transformer that assigns each text any number of labels: fine-tuned with {@link #builder()}, or
 * {@linkplain #load loaded} from a folder that Afina or Python's transformers saved.
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
 * <p>Thread safe: create one and share it.
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
   * Loads a saved model whose {@code problem_type} is {@code multi_label_classification}. One
   * without a {@code problem_type} is accepted with a warning.
   *
   * @param reference a folder, {@code classpath:folder}, or {@code owner/name@revision} on the
   *     Hugging Face Hub, downloaded unless it is in the cache; see {@link
   *     ClassifierBuilder#checkpoint(String)}
   * @return the model; the caller closes it
   * @throws IOException if there is no such model, a download fails, or its files cannot be read. A
   *     {@link CheckpointException} means that the files themselves are invalid, or that the model
   *     has another {@code problem_type}; it names the file and the tensor
   * @throws IllegalArgumentException if the reference is blank
   */
  public static MultiLabelClassifier load(String reference) throws IOException {
    return LoadedModel.open(reference, HubClient::fromEnvironment, MultiLabelClassifier::load);
  }

  /**
   * Loads a saved model, using this client (its cache, token, endpoint and {@link
   * HubClient.Builder#listener download listener}) if the reference names a model on the Hub.
   *
   * @return the model; the caller closes it
   * @throws IOException as {@link #load(String)}
   * @throws IllegalArgumentException if the reference is blank
   */
  public static MultiLabelClassifier load(String reference, HubClient hub) throws IOException {
    Objects.requireNonNull(hub, "hub");
    return LoadedModel.open(reference, () -> hub, MultiLabelClassifier::load);
  }

  /**
   * Loads a saved model and verifies it against a lock file.
   *
   * @param reference {@code owner/name} on the Hugging Face Hub, which loads the locked commit, or
   *     a folder with the same files
   * @param lockFile a file written by {@link #lock}; the SHA-256 of every file is compared on every
   *     load
   * @return the model; the caller closes it
   * @throws IOException as {@link #load(String)}, and if a file is missing or differs from the
   *     locked one; the message has the file, the expected hash and the actual one
   * @throws IllegalArgumentException if the reference is blank
   */
  public static MultiLabelClassifier load(String reference, Path lockFile) throws IOException {
    return LoadedModel.open(
        reference, lockFile, HubClient::fromEnvironment, MultiLabelClassifier::load);
  }

  /**
   * Loads a saved model and verifies it against a lock file, using this client if the reference
   * names a model on the Hub.
   *
   * @return the model; the caller closes it
   * @throws IOException as {@link #load(String, Path)}
   * @throws IllegalArgumentException if the reference is blank
   */
  public static MultiLabelClassifier load(String reference, Path lockFile, HubClient hub)
      throws IOException {
    Objects.requireNonNull(hub, "hub");
    return LoadedModel.open(reference, lockFile, () -> hub, MultiLabelClassifier::load);
  }

  /**
   * Loads a saved model from a folder.
   *
   * @return the model; the caller closes it
   * @throws IOException as {@link #load(String)}
   */
  public static MultiLabelClassifier load(Path folder) throws IOException {
    Objects.requireNonNull(folder, "folder");
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      return load(files);
    }
  }

  static MultiLabelClassifier load(CheckpointFiles files) throws IOException {
    return LoadedModel.load(
        files, ProblemType.MULTI_LABEL, MultiLabelTask::of, MultiLabelClassifier::new);
  }

  /**
   * Predicts the labels of a text and estimates the model's uncertainty by Monte-Carlo dropout; see
   * {@link #passesWithDropout}.
   *
   * @param passes the number of forward passes, 2 to 100,000; 20 to 100 are usual
   * @param seed the seed of the dropout masks
   * @throws IllegalStateException when this classifier is closed, its outputs are not finite
   *     numbers, or it drops nothing
   */
  public MultiLabelUncertainty predictWithDropout(String text, int passes, long seed) {
    return predictWithDropout(Dataset.of(Example.of(text)), passes, seed).get(0);
  }

  /**
   * Predicts the labels of many texts or pairs with their uncertainty, in the order of {@code
   * data}.
   *
   * @throws IllegalStateException as {@link #predictWithDropout(String, int, long)}
   */
  public List<MultiLabelUncertainty> predictWithDropout(Dataset data, int passes, long seed) {
    return passesWithDropout(data, passes, seed).stream()
        .map(ofText -> MultiLabelUncertainty.of(labels(), ofText))
        .toList();
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
   * Returns a calibrated classifier: of all pairs of a text and a label with a probability of 80 %,
   * about 80 % are true. It divides all logits by one number, the temperature that minimizes the
   * mean binary cross-entropy over texts and labels of the validation data (C. Guo et al., On
   * Calibration of Modern Neural Networks, 2017). Neither the order of the labels changes, nor
   * which of them are over 0.5. This classifier's decision rules are not carried over, because
   * their thresholds were chosen for uncalibrated probabilities.
   *
   * @param validation labelled rows that were not used for training; a few hundred or more
   * @return a classifier that shares the weights; the caller closes both, in any order
   * @throws IllegalArgumentException if the data is empty, a row's label is missing or not one of
   *     this model's, or no temperature is best because all rows are predicted correctly or the
   *     outputs are unrelated to the labels
   * @throws IllegalStateException if this model is closed
   */
  public MultiLabelClassifier calibrated(Dataset validation) {
    return deciding(DecisionGoal.calibrated(), validation);
  }

  /**
   * A classifier whose {@link MultiLabelPrediction#decision()} follows rules chosen to reach a goal
   * on validation data. The temperature of this classifier is kept unless the goal fits a new one;
   * all other rules are chosen anew. The rules are saved with the model; {@link #rules()} returns
   * them.
   *
   * @param validation labelled rows that were not used for training
   * @return a classifier that shares the weights; the caller closes both, in any order
   * @throws IllegalArgumentException if the goal cannot be reached (the message says what can be),
   *     it names an unknown label, the data is empty, or a row's label is missing or not one of
   *     this model's
   * @throws IllegalStateException if this model is closed
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
   * A classifier whose {@link MultiLabelPrediction#decision()} follows these rules, which are saved
   * with the model.
   *
   * @return a classifier that shares the weights; the caller closes both, in any order
   * @throws IllegalArgumentException if the rules do not fit these labels; see {@link
   *     DecisionRules#positive}
   * @throws IllegalStateException if this model is closed
   */
  public MultiLabelClassifier deciding(DecisionRules rules) {
    Objects.requireNonNull(rules, "rules");
    return whileOpen(
        () -> new MultiLabelClassifier(loaded(), reader(), new MultiLabelTask(labels(), rules)));
  }

  /** The rules by which outputs become decisions; {@link DecisionRules#none()} by default. */
  public DecisionRules rules() {
    return task.rules().rules();
  }

  /** The labels, in the order of the model's outputs. */
  public Labels labels() {
    return task.labels();
  }
}
