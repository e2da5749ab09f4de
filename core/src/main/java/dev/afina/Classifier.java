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
import java.util.function.Function;

/**
 * A transformer that assigns each text one label: fine-tuned with {@link #builder()}, or
 * {@linkplain #load loaded} from a folder that Afina or Python's transformers saved.
 *
 * <pre>{@code
 * try (Classifier classifier = Classifier.builder()
 *         .checkpoint("distilbert-base-uncased")
 *         .epochs(3)
 *         .fit(Dataset.csv(Path.of("train.csv")))) {
 *     Prediction p = classifier.predict("So hyped for the new movie!");
 *     classifier.save(Path.of("emotions"));
 * }
 * }</pre>
 *
 * <p>Thread safe: create one and share it. For texts with any number of labels use {@link
 * MultiLabelClassifier}, for numbers {@link Regressor}.
 */
public final class Classifier extends TextModel<Prediction, Evaluation> {
  private final SingleLabelTask task;

  /** Becomes one of the owners of what was loaded and of what is packed. */
  Classifier(LoadedModel loaded, TextReader reader, SingleLabelTask task) {
    super(loaded, reader, task);
    this.task = task;
  }

  /** Starts a fine-tuning. */
  public static ClassifierBuilder builder() {
    return new ClassifierBuilder();
  }

  /**
   * Loads a saved classifier.
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
  public static Classifier load(String reference) throws IOException {
    return LoadedModel.open(reference, HubClient::fromEnvironment, Classifier::load);
  }

  /**
   * Loads a saved model, using this client (its cache, token, endpoint and {@link
   * HubClient.Builder#listener download listener}) if the reference names a model on the Hub.
   *
   * @return the model; the caller closes it
   * @throws IOException as {@link #load(String)}
   * @throws IllegalArgumentException if the reference is blank
   */
  public static Classifier load(String reference, HubClient hub) throws IOException {
    Objects.requireNonNull(hub, "hub");
    return LoadedModel.open(reference, () -> hub, Classifier::load);
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
  public static Classifier load(String reference, Path lockFile) throws IOException {
    return LoadedModel.open(reference, lockFile, HubClient::fromEnvironment, Classifier::load);
  }

  /**
   * Loads a saved model and verifies it against a lock file, using this client if the reference
   * names a model on the Hub.
   *
   * @return the model; the caller closes it
   * @throws IOException as {@link #load(String, Path)}
   * @throws IllegalArgumentException if the reference is blank
   */
  public static Classifier load(String reference, Path lockFile, HubClient hub) throws IOException {
    Objects.requireNonNull(hub, "hub");
    return LoadedModel.open(reference, lockFile, () -> hub, Classifier::load);
  }

  /**
   * Loads a saved model from a folder.
   *
   * @return the model; the caller closes it
   * @throws IOException as {@link #load(String)}
   */
  public static Classifier load(Path folder) throws IOException {
    Objects.requireNonNull(folder, "folder");
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      return load(files);
    }
  }

  static Classifier load(CheckpointFiles files) throws IOException {
    return LoadedModel.load(files, ProblemType.SINGLE_LABEL, SingleLabelTask::of, Classifier::new);
  }

  /**
   * Predicts the label of a text and estimates the model's uncertainty by Monte-Carlo dropout; see
   * {@link #passesWithDropout}.
   *
   * @param passes the number of forward passes, 2 to 100,000; 20 to 100 are usual
   * @param seed the seed of the dropout masks
   * @throws IllegalArgumentException if {@code passes} is out of range
   * @throws IllegalStateException if this classifier is closed, its outputs are not finite numbers,
   *     or its dropout rates are all 0
   */
  public Uncertainty predictWithDropout(String text, int passes, long seed) {
    return predictWithDropout(Dataset.of(Example.of(text)), passes, seed).get(0);
  }

  /**
   * Predicts the labels of many texts or pairs with their uncertainty, in the order of {@code
   * data}.
   *
   * @throws IllegalArgumentException as {@link #predictWithDropout(String, int, long)}
   * @throws IllegalStateException as {@link #predictWithDropout(String, int, long)}
   */
  public List<Uncertainty> predictWithDropout(Dataset data, int passes, long seed) {
    return passesWithDropout(data, passes, seed).stream()
        .map(ofText -> Uncertainty.of(labels(), ofText))
        .toList();
  }

  @Override
  public Classifier withPrecision(Precision precision) {
    Objects.requireNonNull(precision, "precision");
    return whileOpen(() -> new Classifier(loaded(), reader(precision), task));
  }

  @Override
  public Classifier withLongTexts(LongTexts longTexts) {
    return whileOpen(() -> new Classifier(loaded(), reader(longTexts), task));
  }

  @Override
  public Classifier withMaxTokens(int maxTokens) {
    return whileOpen(() -> new Classifier(loaded(), reader(maxTokens), task));
  }

  @Override
  public Classifier withServing(ServingOptions options) {
    Objects.requireNonNull(options, "options");
    return whileOpen(() -> new Classifier(loaded(), reader().with(options), task));
  }

  /**
   * Returns a calibrated classifier: of the texts it labels with a probability of 80 %, about 80 %
   * are labelled correctly. It divides all logits by one number, the temperature that minimizes the
   * mean cross-entropy on the validation data (C. Guo et al., On Calibration of Modern Neural
   * Networks, 2017), which does not change the most probable label. This classifier's decision
   * rules are not carried over, because their thresholds were chosen for other probabilities.
   *
   * @param validation labelled rows that were not used for training; a few hundred or more
   * @return a classifier that shares the weights; the caller closes both, in any order
   * @throws IllegalArgumentException if the data is empty, a row's label is missing or not one of
   *     this model's, or no temperature is best because all rows are predicted correctly or the
   *     outputs are unrelated to the labels
   * @throws IllegalStateException if this model is closed
   */
  public Classifier calibrated(Dataset validation) {
    return deciding(DecisionGoal.calibrated(), validation);
  }

  /**
   * A classifier whose {@link Prediction#decision()} follows rules chosen to reach a goal on
   * validation data. The temperature of this classifier is kept unless the goal fits a new one; all
   * other rules are chosen anew. The rules are saved with the model; {@link #rules()} returns them.
   *
   * @param validation labelled rows that were not used for training
   * @return a classifier that shares the weights; the caller closes both, in any order
   * @throws IllegalArgumentException if the goal cannot be reached (the message says what can be),
   *     it names an unknown label, the data is empty, or a row's label is missing or not one of
   *     this model's
   * @throws IllegalStateException if this model is closed
   */
  public Classifier deciding(DecisionGoal goal, Dataset validation) {
    Objects.requireNonNull(goal, "goal");
    Objects.requireNonNull(validation, "validation");
    return whileOpen(
        () -> {
          Targets truth = task.targets("validation data", validation, Dataset.of());
          List<float[]> logits =
              reader().readQuietly(validation, task).stream().map(Prediction::logits).toList();
          return deciding(
              RuleChoice.ofOneLabel(labels(), rules().temperature(), goal, logits, truth));
        });
  }

  /**
   * A classifier whose {@link Prediction#decision()} follows these rules, which are saved with the
   * model.
   *
   * @return a classifier that shares the weights; the caller closes both, in any order
   * @throws IllegalArgumentException if the rules do not fit these labels; see {@link
   *     DecisionRules#positive}
   * @throws IllegalStateException if this model is closed
   */
  public Classifier deciding(DecisionRules rules) {
    Objects.requireNonNull(rules, "rules");
    return whileOpen(
        () -> new Classifier(loaded(), reader(), new SingleLabelTask(labels(), rules)));
  }

  /** The rules by which outputs become decisions; {@link DecisionRules#none()} by default. */
  public DecisionRules rules() {
    return task.rules().rules();
  }

  /**
   * Presents this classifier's labels as the constants of an enum. The names of the constants must
   * equal the labels.
   *
   * @return a wrapper; closing it closes this classifier
   * @throws IllegalArgumentException if a label has no constant or a constant has no label; the
   *     message lists them
   */
  public <L extends Enum<L>> EnumClassifier<L> as(Class<L> type) {
    return as(type, Enum::name);
  }

  /**
   * Presents this classifier's labels as the constants of an enum.
   *
   * @param names returns the label of a constant
   * @return a wrapper; closing it closes this classifier
   * @throws IllegalArgumentException if a label has no constant, a constant has no label, or two
   *     constants have the same label; the message lists them
   */
  public <L extends Enum<L>> EnumClassifier<L> as(
      Class<L> type, Function<? super L, String> names) {
    return new EnumClassifier<>(this, type, names);
  }

  /** The labels, in the order of the model's outputs. */
  public Labels labels() {
    return task.labels();
  }
}
