package dev.afina;

import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.internal.checkpoint.CheckpointFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

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
    Objects.requireNonNull(reference, "reference");
    try (CheckpointFiles files = CheckpointFiles.open(reference)) {
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
    try (CheckpointFiles files = CheckpointFiles.open(reference, lockFile)) {
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

  /** The labels, in the order of the model's outputs. */
  public Labels labels() {
    return task.labels();
  }
}
