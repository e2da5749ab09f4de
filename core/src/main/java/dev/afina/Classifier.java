package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.hub.HubClient;
import dev.afina.internal.checkpoint.CheckpointFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A transformer that says which label a text has: fine-tuned by {@link #builder()}, or {@linkplain
 * #load loaded} from a folder that Afina or Python's transformers saved.
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
 * <p>Thread safe: make one and share it. Texts that may have several labels are for {@link
 * MultiLabelClassifier}, numbers for {@link Regressor}.
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
   *     Hugging Face Hub, downloaded where the cache lacks it; see {@link
   *     ClassifierBuilder#checkpoint(String)}
   * @throws IOException when there is no such model, a download fails or its files cannot be read;
   *     what is wrong with them is a {@link dev.afina.CheckpointException} that names file and
   *     tensor. A model of another {@code problem_type} is refused, too.
   */
  public static Classifier load(String reference) throws IOException {
    return load(reference, HubClient::fromEnvironment);
  }

  /**
   * Loads a saved model, where it is one of the Hub with this client: its cache, token, endpoint
   * and {@link dev.afina.hub.HubClient.Builder#listener listener} of downloads.
   *
   * @throws IOException as {@link #load(String)}
   */
  public static Classifier load(String reference, HubClient hub) throws IOException {
    Objects.requireNonNull(hub, "hub");
    return load(reference, () -> hub);
  }

  private static Classifier load(String reference, Supplier<HubClient> hub) throws IOException {
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
  public static Classifier load(String reference, Path lockFile) throws IOException {
    return load(reference, lockFile, HubClient::fromEnvironment);
  }

  /**
   * Loads a saved model, where it is one of the Hub with this client, and verifies it against a
   * lock file.
   *
   * @throws IOException as {@link #load(String, Path)}
   */
  public static Classifier load(String reference, Path lockFile, HubClient hub) throws IOException {
    Objects.requireNonNull(hub, "hub");
    return load(reference, lockFile, () -> hub);
  }

  private static Classifier load(String reference, Path lockFile, Supplier<HubClient> hub)
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
  public static Classifier load(Path folder) throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      return load(files);
    }
  }

  static Classifier load(CheckpointFiles files) throws IOException {
    return LoadedModel.load(files, ProblemType.SINGLE_LABEL, SingleLabelTask::of, Classifier::new);
  }

  /**
   * The label of a text and how sure the model is of it, from many passes with random elements
   * dropped; see {@link #passesWithDropout}.
   *
   * @param passes how many, 2 or more; 20 to 100 are usual
   * @param seed of what is dropped
   * @throws IllegalStateException when this classifier is closed, its outputs are not finite
   *     numbers, or it drops nothing
   */
  public Uncertainty predictWithDropout(String text, int passes, long seed) {
    return predictWithDropout(Dataset.of(Example.of(text)), passes, seed).get(0);
  }

  /**
   * The labels of many texts or pairs and how sure the model is of them, in their order.
   *
   * @throws IllegalStateException as the other
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
  public Classifier calibrated(Dataset validation) {
    return deciding(DecisionGoal.calibrated(), validation);
  }

  /**
   * A classifier whose {@link Prediction#decision()} follows rules that reach a goal on validation
   * data. It keeps this one's temperature, unless the goal fits one; other rules are chosen anew.
   * They are saved with the model, and {@link #rules()} tells what they do.
   *
   * @param validation labelled rows, which the training has not seen
   * @return to be closed by the caller, before or after this one; it shares the weights
   * @throws IllegalArgumentException when the goal cannot be reached (the message says what can),
   *     names a label that there is not, the data is empty, or a row has no label of this model's
   * @throws IllegalStateException when this model is closed
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
   * A classifier whose {@link Prediction#decision()} follows these rules. They are saved with the
   * model.
   *
   * @return to be closed by the caller, before or after this one; it shares the weights
   * @throws IllegalArgumentException when they name a label that there is not
   * @throws IllegalStateException when this model is closed
   */
  public Classifier deciding(DecisionRules rules) {
    Objects.requireNonNull(rules, "rules");
    return whileOpen(
        () -> new Classifier(loaded(), reader(), new SingleLabelTask(labels(), rules)));
  }

  /** How outputs become decisions; {@link DecisionRules#none()} where nobody said anything. */
  public DecisionRules rules() {
    return task.rules().rules();
  }

  /**
   * This classifier with the constants of an enum as labels, which must be named exactly as these.
   *
   * @return closes this classifier when it is closed
   * @throws IllegalArgumentException when a label has no constant, or a constant no label; the
   *     message names them all
   */
  public <L extends Enum<L>> EnumClassifier<L> as(Class<L> type) {
    return as(type, Enum::name);
  }

  /**
   * This classifier with the constants of an enum as labels.
   *
   * @param names the label that each constant stands for
   * @return closes this classifier when it is closed
   * @throws IllegalArgumentException when a label has no constant, or a constant no label, or two
   *     constants stand for one; the message names them
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
