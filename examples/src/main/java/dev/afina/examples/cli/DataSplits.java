package dev.afina.examples.cli;

import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.data.TrainTestSplit;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of a program by split.
 *
 * @param source where they are from, for people
 * @param splits train, validation, test, as far as they are there
 * @param names of the labels in the order of their numbers, where the source tells
 */
public record DataSplits(String source, Map<String, Dataset> splits, Optional<Labels> names) {
  /** The share of the rows to train on that stands in for a split that is not there. */
  private static final double SET_ASIDE = 0.1;

  public DataSplits {
    splits = new LinkedHashMap<>(splits);
  }

  /** The rows with names in place of numbers, where the source tells them. */
  public static DataSplits of(String source, Map<String, Dataset> splits, Optional<Labels> names) {
    if (names.isEmpty()) {
      return new DataSplits(source, splits, names);
    }
    Map<String, Dataset> named = new LinkedHashMap<>();
    splits.forEach((split, rows) -> named.put(split, rows.withLabelNames(names.get(), 0)));
    return new DataSplits(source, named, names);
  }

  /**
   * A split by its name.
   *
   * @throws IOException if there is none of this name
   */
  public Dataset split(String name) throws IOException {
    Dataset rows = splits.get(name);
    if (rows == null) {
      throw new IOException(
          source + ": no rows for \"" + name + "\", there are those for " + splits.keySet());
    }
    return rows;
  }

  public Dataset train() throws IOException {
    return split("train");
  }

  public Dataset validation() throws IOException {
    return split("validation");
  }

  public Dataset test() throws IOException {
    return split("test");
  }

  /** The names that the source tells, else those of the rows to train on. */
  public Labels labels() throws IOException {
    return names.isPresent() ? names.get() : Labels.from(train());
  }

  /** With a tenth of the rows to train on, drawn at random, for each of these that is not there. */
  public DataSplits with(long seed, String... needed) throws IOException {
    Map<String, Dataset> all = new LinkedHashMap<>(splits);
    Dataset train = train();
    int rows = (int) Math.max(1, Math.round(SET_ASIDE * train.size()));
    for (String name : needed) {
      if (!all.containsKey(name)) {
        Dataset.Split parts = train.split(TrainTestSplit.ofDatasets(seed).testRows(rows));
        train = parts.train();
        all.put("train", train);
        all.put(name, parts.test());
      }
    }
    return new DataSplits(source, all, names);
  }
}
