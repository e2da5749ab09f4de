package dev.afina.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Rows divided into folds that have the labels in the proportions of the whole: each row is in the
 * test of one fold and in the training data of all others. The folds are those of scikit-learn's
 * {@code StratifiedKFold(n_splits, shuffle=True, random_state)}, row for row. Immutable.
 */
public final class StratifiedFolds {
  private final Dataset data;
  private final int[] foldOfRow;
  private final int count;

  private StratifiedFolds(Dataset data, int[] foldOfRow, int count) {
    this.data = data;
    this.foldOfRow = foldOfRow;
    this.count = count;
  }

  /**
   * Divides rows.
   *
   * @param data all rows labelled
   * @param count of folds, 2 or more
   * @param randomState as scikit-learn's, 0 to 2³² − 1
   * @throws IllegalArgumentException when a label has fewer rows than there are folds (scikit-learn
   *     warns where only some have), or a number is out of range
   */
  public static StratifiedFolds of(Dataset data, int count, long randomState) {
    if (count < 2) {
      throw new IllegalArgumentException("folds: expected 2 or more, got " + count);
    }
    if (randomState < 0 || randomState > 0xffff_ffffL) {
      throw new IllegalArgumentException(
          "randomState " + randomState + ", expected 0 to 4294967295 as in scikit-learn");
    }
    int[] labels = numbered(data);
    int[] rows = new int[IntStream.of(labels).max().orElse(-1) + 1];
    for (int label : labels) {
      rows[label]++;
    }
    for (int row = 0; row < labels.length; row++) {
      if (rows[labels[row]] < count) {
        throw new IllegalArgumentException(
            "folds: label \"%s\" has %s rows, expected as many as there are folds, %s; take fewer"
                    .formatted(data.labelOf(row), rows[labels[row]], count)
                + " folds, or leave its rows out");
      }
    }
    return new StratifiedFolds(data, folds(labels, rows, count, randomState), count);
  }

  /** The labels' numbers by row, in the order in which labels come first. */
  private static int[] numbered(Dataset data) {
    Map<String, Integer> numbers = new HashMap<>();
    int[] labels = new int[data.size()];
    for (int row = 0; row < labels.length; row++) {
      String label = data.labelOf(row);
      numbers.putIfAbsent(label, numbers.size());
      labels[row] = numbers.get(label);
    }
    return labels;
  }

  private static int[] folds(int[] labels, int[] rows, int count, long randomState) {
    NumpyRandom random = new MersenneTwister((int) randomState);
    int[] foldOfRow = new int[labels.length];
    int before = 0; // rows of the labels before, if rows were sorted by label
    for (int label = 0; label < rows.length; label++) {
      int[] sizes = new int[count];
      for (int i = before; i < before + rows[label]; i++) {
        sizes[i % count]++;
      }
      int[] folds =
          IntStream.range(0, count)
              .flatMap(fold -> IntStream.range(0, sizes[fold]).map(i -> fold))
              .toArray();
      random.shuffle(folds);
      int next = 0;
      for (int row = 0; row < labels.length; row++) {
        if (labels[row] == label) {
          foldOfRow[row] = folds[next++];
        }
      }
      before += rows[label];
    }
    return foldOfRow;
  }

  /** How many folds there are. */
  public int count() {
    return count;
  }

  /**
   * The rows to train on and to test on, each in the order of the data.
   *
   * @param fold in [0, {@link #count()})
   */
  public Dataset.Split split(int fold) {
    return new Dataset.Split(data.select(rows(fold, false)), data.select(testRows(fold)));
  }

  /**
   * The numbers of the rows to test on, ascending.
   *
   * @param fold in [0, {@link #count()})
   */
  public int[] testRows(int fold) {
    return rows(fold, true);
  }

  private int[] rows(int fold, boolean tested) {
    if (fold < 0 || fold >= count) {
      throw new IndexOutOfBoundsException("fold " + fold + ", expected 0 to " + (count - 1));
    }
    return IntStream.range(0, foldOfRow.length)
        .filter(row -> (foldOfRow[row] == fold) == tested)
        .toArray();
  }

  /** All splits, in order. */
  public List<Dataset.Split> splits() {
    List<Dataset.Split> splits = new ArrayList<>();
    for (int fold = 0; fold < count; fold++) {
      splits.add(split(fold));
    }
    return List.copyOf(splits);
  }
}
