package dev.afina.examples;

import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.internal.files.Excerpt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Rows by what they are for.
 *
 * @param validation evaluated after each epoch; may be empty
 * @param test evaluated at the end; may be those of the validation
 */
record EvaluatedRows(Dataset train, Dataset validation, Dataset test) {

  /**
   * Makes sure that labels of rows to evaluate on are learned: before a long training, not after
   * it. The library knows nothing of the rows of --test.
   *
   * @param names of the outputs; null where those of the rows to train on count
   * @throws IllegalArgumentException naming the labels that are not
   */
  void requireKnown(TrainedTask<?, ?, ?> task, String @Nullable [] names) {
    Set<String> unknown = labels(task, validation);
    unknown.addAll(labels(task, test));
    if (names == null) {
      unknown.removeAll(labels(task, train));
    } else {
      Labels named = Labels.of(names);
      unknown.removeIf(label -> isOne(label, named));
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "labels "
              + Excerpt.of(unknown)
              + " are in the rows to evaluate on, but "
              + (names == null
                  ? "no row to train on has them; name all labels by --labels, or correct the files"
                  : "not in --labels; name them there, or correct the files"));
    }
  }

  private static Set<String> labels(TrainedTask<?, ?, ?> task, Dataset rows) {
    Set<String> labels = new TreeSet<>();
    rows.forEach(row -> labels.addAll(task.labels(row)));
    return labels;
  }

  private static boolean isOne(String label, Labels labels) {
    try {
      labels.resolve(label);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
