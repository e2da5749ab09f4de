package dev.afina.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parts of a data set by name, as its makers divided it: mostly {@code train}, {@code
 * validation} and {@code test}. Immutable.
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
   * The part to train on.
   *
   * @throws IllegalArgumentException if no split is called {@code train}
   */
  public Dataset train() {
    return split("train");
  }

  /**
   * The part to choose the best epoch by.
   *
   * @throws IllegalArgumentException if no split is called {@code validation}
   */
  public Dataset validation() {
    return split("validation");
  }

  /**
   * The part to evaluate on at the end.
   *
   * @throws IllegalArgumentException if no split is called {@code test}
   */
  public Dataset test() {
    return split("test");
  }

  /**
   * A part by its name.
   *
   * @throws IllegalArgumentException if there is none of this name; the message lists them
   */
  public Dataset split(String split) {
    Dataset data = splits.get(split);
    if (data == null) {
      throw new IllegalArgumentException(
          "split \"%s\": %s has %s".formatted(split, name, splits.keySet()));
    }
    return data;
  }

  /** The names of the parts, in the data set's order. */
  public Set<String> names() {
    return splits.keySet();
  }

  /** The parts by name, in the data set's order; unmodifiable. */
  public Map<String, Dataset> all() {
    return splits;
  }

  /**
   * The names of the classes in the order of their numbers, where the data set names them; for
   * {@code ClassifierBuilder.labels}.
   */
  public Optional<Labels> labels() {
    return labels;
  }

  /** The name, then a part a line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name);
    splits.forEach((split, data) -> text.append("\n  ").append(split).append(": ").append(data));
    return text.toString();
  }
}
