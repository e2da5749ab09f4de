package dev.afina.card;

import dev.afina.hub.ModelReference;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The facts about a fine-tuning: its checkpoint, its options, the size of its data.
 *
 * <p>Immutable: each method returns new facts.
 */
public final class TrainingFacts {
  private final String checkpoint;
  private final @Nullable String hubName;
  private final TrainingOptions options;
  private final TrainingResult result;
  private final int trainingRows;
  private final List<Integer> labelCounts;
  private final int validationRows;
  private final String precision;
  private final Map<String, String> settings;

  private TrainingFacts(
      String checkpoint,
      TrainingOptions options,
      TrainingResult result,
      int trainingRows,
      List<Integer> labelCounts,
      int validationRows,
      String precision,
      Map<String, String> settings) {
    this.checkpoint = checkpoint;
    this.hubName = hubName(checkpoint);
    this.options = options;
    this.result = result;
    this.trainingRows = trainingRows;
    this.labelCounts = List.copyOf(labelCounts);
    this.validationRows = validationRows;
    this.precision = precision;
    this.settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * A training without validation data, in float32.
   *
   * @param checkpoint the pretrained model as the user named it: a folder, {@code classpath:name}
   *     or a name on the Hub
   * @param rows the number of training texts
   * @param labelCounts the number of training texts with each label, in label order; empty for a
   *     regression
   */
  public static TrainingFacts of(
      String checkpoint,
      TrainingOptions options,
      TrainingResult result,
      int rows,
      List<Integer> labelCounts) {
    return new TrainingFacts(
        checkpoint, options, result, rows, labelCounts, 0, "float32", Map.of());
  }

  /** Sets the number of validation texts. Default: 0. */
  public TrainingFacts validationRows(int count) {
    return new TrainingFacts(
        checkpoint, options, result, trainingRows, labelCounts, count, precision, settings);
  }

  /** Sets the precision of the training, such as {@code bfloat16}. Default: float32. */
  public TrainingFacts precision(String name) {
    return new TrainingFacts(
        checkpoint, options, result, trainingRows, labelCounts, validationRows, name, settings);
  }

  /**
   * Sets everything else that the weights depend on, as text by name, in display order: loss,
   * frozen parts, digests of the data, … Default: unknown.
   */
  public TrainingFacts settings(Map<String, String> all) {
    return new TrainingFacts(
        checkpoint, options, result, trainingRows, labelCounts, validationRows, precision, all);
  }

  /** The result of the training. */
  public TrainingResult result() {
    return result;
  }

  /** The options of the training. */
  public TrainingOptions options() {
    return options;
  }

  /** The number of training texts. */
  public int trainingRows() {
    return trainingRows;
  }

  /** The number of training texts with each label, in label order; empty for a regression. */
  public List<Integer> labelCounts() {
    return labelCounts;
  }

  /** The number of validation texts. */
  public int validationRows() {
    return validationRows;
  }

  /** The precision of the training. */
  public String precision() {
    return precision;
  }

  /** Everything else that the weights depend on, as text by name. Unmodifiable. */
  public Map<String, String> settings() {
    return settings;
  }

  /** The checkpoint's name on the Hub without the revision; empty where it is from elsewhere. */
  Optional<String> hubName() {
    return Optional.ofNullable(hubName);
  }

  /**
   * The checkpoint as shown in cards and reports. Of a folder only the name is shown, because its
   * location is private.
   */
  public String shownCheckpoint() {
    return shown(checkpoint, hubName);
  }

  /**
   * A checkpoint as it is shown.
   *
   * @param hubName its {@link #hubName(String)}
   */
  static String shown(String checkpoint, @Nullable String hubName) {
    return hubName != null || checkpoint.startsWith("classpath:")
        ? checkpoint
        : "the folder " + Path.of(checkpoint).getFileName();
  }

  static @Nullable String hubName(String checkpoint) {
    try {
      return checkpoint.startsWith("classpath:") || Files.exists(Path.of(checkpoint))
          ? null
          : ModelReference.parse(checkpoint).repositoryId();
    } catch (IllegalArgumentException e) { // also InvalidPathException: then it is neither
      return null;
    }
  }
}
