package dev.afina;

import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.hub.HubClient;
import dev.afina.internal.checkpoint.CheckpointFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A transformer that gives a text, or a pair of texts, one number or several: a rating, how alike
 * two sentences are. Fine-tuned by {@link #builder()}, or {@linkplain #load loaded} from a folder
 * that Afina or Python's transformers saved.
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
 * <p>Thread safe: make one and share it.
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
   * Loads a saved model: {@code problem_type} is {@code regression}, or not said and it has one
   * output; several outputs of which nothing is said are taken with a warning.
   *
   * @param reference a folder, {@code classpath:folder}, or {@code owner/name@revision} on the
   *     Hugging Face Hub, downloaded where the cache lacks it; see {@link
   *     ClassifierBuilder#checkpoint(String)}
   * @throws IOException when there is no such model, a download fails or its files cannot be read;
   *     what is wrong with them is a {@link dev.afina.CheckpointException} that names file and
   *     tensor. A model of another {@code problem_type} is refused, too.
   */
  public static Regressor load(String reference) throws IOException {
    return load(reference, HubClient::fromEnvironment);
  }

  /**
   * Loads a saved model, where it is one of the Hub with this client: its cache, token, endpoint
   * and {@link dev.afina.hub.HubClient.Builder#listener listener} of downloads.
   *
   * @throws IOException as {@link #load(String)}
   */
  public static Regressor load(String reference, HubClient hub) throws IOException {
    Objects.requireNonNull(hub, "hub");
    return load(reference, () -> hub);
  }

  private static Regressor load(String reference, Supplier<HubClient> hub) throws IOException {
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
  public static Regressor load(String reference, Path lockFile) throws IOException {
    return load(reference, lockFile, HubClient::fromEnvironment);
  }

  /**
   * Loads a saved model, where it is one of the Hub with this client, and verifies it against a
   * lock file.
   *
   * @throws IOException as {@link #load(String, Path)}
   */
  public static Regressor load(String reference, Path lockFile, HubClient hub) throws IOException {
    Objects.requireNonNull(hub, "hub");
    return load(reference, lockFile, () -> hub);
  }

  private static Regressor load(String reference, Path lockFile, Supplier<HubClient> hub)
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
  public static Regressor load(Path folder) throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      return load(files);
    }
  }

  static Regressor load(CheckpointFiles files) throws IOException {
    return LoadedModel.load(files, ProblemType.REGRESSION, RegressionTask::of, Regressor::new);
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

  /** The names of the numbers, in the order of the model's outputs. */
  public Labels targets() {
    return task.labels();
  }
}
