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
 * What is known of a fine-tuning: from which checkpoint, with which options, on how much data.
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
   * @param rows how many texts there were to train on
   * @param labelCounts how many of them have each label, by its position; empty where the model
   *     gives numbers
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

  /** How many texts there were to validate on. Default: none. */
  public TrainingFacts validationRows(int count) {
    return new TrainingFacts(
        checkpoint, options, result, trainingRows, labelCounts, count, precision, settings);
  }

  /** The numbers in which the training computed, such as {@code bfloat16}. Default: float32. */
  public TrainingFacts precision(String name) {
    return new TrainingFacts(
        checkpoint, options, result, trainingRows, labelCounts, validationRows, name, settings);
  }

  /**
   * All that the weights depend on beside the training options, as text by name in the order to
   * show it: loss, what is frozen, digests of the data, … Default: not said.
   */
  public TrainingFacts settings(Map<String, String> all) {
    return new TrainingFacts(
        checkpoint, options, result, trainingRows, labelCounts, validationRows, precision, all);
  }

  /** What the training did. */
  public TrainingResult result() {
    return result;
  }

  /** The options, with what was set and what was not. */
  public TrainingOptions options() {
    return options;
  }

  /** How many texts there were to train on. */
  public int trainingRows() {
    return trainingRows;
  }

  /** How many of them have each label, by its position; empty where there are no labels. */
  public List<Integer> labelCounts() {
    return labelCounts;
  }

  /** How many texts there were to validate on. */
  public int validationRows() {
    return validationRows;
  }

  /** The numbers in which the training computed. */
  public String precision() {
    return precision;
  }

  /** What else the weights depend on, as text by name. Unmodifiable. */
  public Map<String, String> settings() {
    return settings;
  }

  /** The checkpoint's name on the Hub without the revision; empty where it is from elsewhere. */
  Optional<String> hubName() {
    return Optional.ofNullable(hubName);
  }

  /**
   * The checkpoint as a card or a report may show it: of a folder only its name, its place is
   * private.
   */
  public String shownCheckpoint() {
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
