package dev.afina.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The predefined splits of a data set by name, usually {@code train}, {@code validation} and {@code
 * test}. Immutable and thread safe.
 */
public final class DatasetSplits {
  private final String name;
  private final Map<String, Dataset> splits;
  private final Optional<Labels> labels;

  DatasetSplits(String name, Map<String, Dataset> splits, Optional<Labels> labels) {
    this.name = name;
    this.splits = Collections.unmodifiableMap(new LinkedHashMap<>(splits));
    this.labels = labels;
  }

  /**
   * The split to train on.
   *
   * @throws IllegalArgumentException if no split is called {@code train}
   */
  public Dataset train() {
    return split("train");
  }

  /**
   * The split to choose the best epoch by.
   *
   * @throws IllegalArgumentException if no split is called {@code validation}
   */
  public Dataset validation() {
    return split("validation");
  }

  /**
   * The split for the final evaluation.
   *
   * @throws IllegalArgumentException if no split is called {@code test}
   */
  public Dataset test() {
    return split("test");
  }

  /**
   * The split of this name.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  public Dataset split(String split) {
    Dataset data = splits.get(split);
    if (data == null) {
      throw new IllegalArgumentException(
          "split \"%s\": %s has %s".formatted(split, name, splits.keySet()));
    }
    return data;
  }

  /** The names of the splits, in the data set's order. */
  public Set<String> names() {
    return splits.keySet();
  }

  /** The splits by name, in the data set's order. Unmodifiable. */
  public Map<String, Dataset> all() {
    return splits;
  }

  /**
   * The class names in the order of their numbers, for {@code ClassifierBuilder.labels}; empty if
   * the data set does not name its classes.
   */
  public Optional<Labels> labels() {
    return labels;
  }

  /** The data set's name, then one line per split. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name);
    splits.forEach((split, data) -> text.append("\n  ").append(split).append(": ").append(data));
    return text.toString();
  }
}
