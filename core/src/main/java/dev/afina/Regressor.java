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

/**
 * A transformer that predicts one or more numbers for a text or a pair of texts, such as a rating
 * or the similarity of two sentences: fine-tuned with {@link #builder()}, or {@linkplain #load
 * loaded} from a folder that Afina or Python's transformers saved.
 *
 * <pre>{@code
 * try (Regressor regressor = Regressor.builder()
 *         .checkpoint("distilbert-base-uncased")
 *         .fit(Dataset.csv(Path.of("pairs.csv"), // rows with a number in the label column
 *             CsvFormat.withHeader().text("a").pair("b").label("score")))) {
 *   System.out.println(regressor.predict("A dog runs.", "A dog is running.").value());
 * }
 * }</pre>
 *
 * <p>Thread safe: create one and share it.
 */
public final class Regressor extends TextModel<Estimate, RegressionEvaluation> {
  private final RegressionTask task;

  /** Becomes one of the owners of what was loaded and of what is packed. */
  Regressor(LoadedModel loaded, TextReader reader, RegressionTask task) {
    super(loaded, reader, task);
    this.task = task;
  }

  /** Starts a fine-tuning. */
  public static RegressorBuilder builder() {
    return new RegressorBuilder();
  }

  /**
   * Loads a saved model whose {@code problem_type} is {@code regression}. One without a {@code
   * problem_type} is accepted, with a warning if it has several outputs.
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
  public static Regressor load(String reference) throws IOException {
    return LoadedModel.open(reference, HubClient::fromEnvironment, Regressor::load);
  }

  /**
   * Loads a saved model, using this client (its cache, token, endpoint and {@link
   * HubClient.Builder#listener download listener}) if the reference names a model on the Hub.
   *
   * @return the model; the caller closes it
   * @throws IOException as {@link #load(String)}
   * @throws IllegalArgumentException if the reference is blank
   */
  public static Regressor load(String reference, HubClient hub) throws IOException {
    Objects.requireNonNull(hub, "hub");
    return LoadedModel.open(reference, () -> hub, Regressor::load);
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
  public static Regressor load(String reference, Path lockFile) throws IOException {
    return LoadedModel.open(reference, lockFile, HubClient::fromEnvironment, Regressor::load);
  }

  /**
   * Loads a saved model and verifies it against a lock file, using this client if the reference
   * names a model on the Hub.
   *
   * @return the model; the caller closes it
   * @throws IOException as {@link #load(String, Path)}
   * @throws IllegalArgumentException if the reference is blank
   */
  public static Regressor load(String reference, Path lockFile, HubClient hub) throws IOException {
    Objects.requireNonNull(hub, "hub");
    return LoadedModel.open(reference, lockFile, () -> hub, Regressor::load);
  }

  /**
   * Loads a saved model from a folder.
   *
   * @return the model; the caller closes it
   * @throws IOException as {@link #load(String)}
   */
  public static Regressor load(Path folder) throws IOException {
    Objects.requireNonNull(folder, "folder");
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      return load(files);
    }
  }

  static Regressor load(CheckpointFiles files) throws IOException {
    return LoadedModel.load(files, ProblemType.REGRESSION, RegressionTask::of, Regressor::new);
  }

  /**
   * Predicts the numbers of a text and estimates the model's uncertainty by Monte-Carlo dropout;
   * see {@link #passesWithDropout}.
   *
   * @param passes the number of forward passes, 2 to 100,000; 20 to 100 are usual
   * @param seed the seed of the dropout masks
   * @throws IllegalStateException when this regressor is closed, its outputs are not finite
   *     numbers, or it drops nothing
   */
  public RegressionUncertainty predictWithDropout(String text, int passes, long seed) {
    return predictWithDropout(Dataset.of(Example.of(text)), passes, seed).get(0);
  }

  /**
   * Predicts the numbers of many texts or pairs with their uncertainty, in the order of {@code
   * data}.
   *
   * @throws IllegalStateException as {@link #predictWithDropout(String, int, long)}
   */
  public List<RegressionUncertainty> predictWithDropout(Dataset data, int passes, long seed) {
    return passesWithDropout(data, passes, seed).stream()
        .map(ofText -> RegressionUncertainty.of(targets(), ofText))
        .toList();
  }

  @Override
  public Regressor withPrecision(Precision precision) {
    Objects.requireNonNull(precision, "precision");
    return whileOpen(() -> new Regressor(loaded(), reader(precision), task));
  }

  @Override
  public Regressor withLongTexts(LongTexts longTexts) {
    return whileOpen(() -> new Regressor(loaded(), reader(longTexts), task));
  }

  @Override
  public Regressor withMaxTokens(int maxTokens) {
    return whileOpen(() -> new Regressor(loaded(), reader(maxTokens), task));
  }

  @Override
  public Regressor withServing(ServingOptions options) {
    Objects.requireNonNull(options, "options");
    return whileOpen(() -> new Regressor(loaded(), reader().with(options), task));
  }

  /** The names of the targets, in the order of the model's outputs. */
  public Labels targets() {
    return task.labels();
  }
}
