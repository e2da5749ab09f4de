package dev.afina.examples;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.TrainTestSplit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sets rows aside to validate on, such that every label is learned of the others.
 *
 * @param share of the rows that are set aside, in [0, 1)
 */
record Partition(TrainedTask<?, ?, ?> task, double share, int seed) {

  /** The rows to train on, and those set aside, which may be none. */
  Dataset.Split of(Dataset rows) {
    if (share == 0 || rows.size() < 2) {
      return new Dataset.Split(rows, Dataset.of());
    }
    Map<String, Integer> counts = counts(rows);
    Dataset only = rows.filter(row -> task.labels(row).stream().anyMatch(l -> isOne(counts, l)));
    Dataset others = rows.filter(row -> task.labels(row).stream().noneMatch(l -> isOne(counts, l)));
    if (others.size() < 2) {
      return new Dataset.Split(rows, Dataset.of());
    }
    Dataset.Split split = others.split(rule(others));
    Set<String> learned = new HashSet<>(counts(split.train()).keySet());
    return new Dataset.Split(
        split.train().concat(only).concat(split.test().filter(row -> !isLearned(row, learned))),
        split.test().filter(row -> isLearned(row, learned)));
  }

  /** Of each single label the same share, where both parts have a row for each. */
  private TrainTestSplit rule(Dataset rows) {
    TrainTestSplit rule = TrainTestSplit.ofDatasets(seed).testShare(share);
    int aside = (int) Math.ceil(share * rows.size());
    int labels = counts(rows).size();
    return !task.stratifies() || Math.min(aside, rows.size() - aside) < labels
        ? rule
        : rule.stratified();
  }

  private boolean isLearned(Example row, Set<String> learned) {
    return learned.containsAll(task.labels(row));
  }

  private static boolean isOne(Map<String, Integer> counts, String label) {
    return counts.getOrDefault(label, 0) == 1;
  }

  private Map<String, Integer> counts(Dataset rows) {
    Map<String, Integer> counts = new HashMap<>();
    for (Example row : rows) {
      List<String> labels = task.labels(row);
      labels.forEach(label -> counts.merge(label, 1, Integer::sum));
    }
    return counts;
  }
}
