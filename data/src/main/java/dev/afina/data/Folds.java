package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The folds of a cross-validation: each row is in the test part of exactly one fold and in the
 * training part of all others. The folds equal those of scikit-learn row for row. Immutable and
 * thread safe.
 *
 * <pre>{@code
 * for (Dataset.Split fold : Folds.stratified(data, 5, 42).splits()) { ... }   // single labels
 * for (Dataset.Split fold : Folds.plain(data, 5, 42).splits()) { ... }        // rows of every kind
 * }</pre>
 */
public final class Folds {
  private final Dataset data;
  private final int[] foldOfRow;
  private final int count;

  private Folds(Dataset data, int[] foldOfRow, int count) {
    this.data = data;
    this.foldOfRow = foldOfRow;
    this.count = count;
  }

  /**
   * Folds that keep the proportions of the labels, as {@code StratifiedKFold(n_splits,
   * shuffle=True, random_state)}.
   *
   * @param data rows with a single label each
   * @param count the number of folds, 2 or more
   * @param randomState scikit-learn's {@code random_state}, 0 to 2³² − 1
   * @throws IllegalArgumentException if a row does not have exactly one label, a label has fewer
   *     rows than there are folds (scikit-learn only warns unless all labels do), or a number is
   *     out of range
   */
  public static Folds stratified(Dataset data, int count, long randomState) {
    requireInRange(count, randomState);
    StratifiedRows.requireSingleLabels(
        data, "stratified folds", "Folds.plain(data, folds, randomState)");
    int[] labels = numbered(data);
    int[] rows = new int[IntStream.of(labels).max().orElse(-1) + 1];
    for (int label : labels) {
      rows[label]++;
    }
    for (int row = 0; row < labels.length; row++) {
      if (rows[labels[row]] < count) {
        throw new IllegalArgumentException(
            "folds: label %s has %s rows, expected as many as there are folds, %s; take fewer folds, or leave its rows out"
                .formatted(Excerpt.quoted(data.labelOf(row)), rows[labels[row]], count));
      }
    }
    return new Folds(data, byLabel(labels, rows, count, randomState), count);
  }

  /**
   * Random folds of rows of any kind, as {@code KFold(n_splits, shuffle=True, random_state)}. If
   * the rows cannot be divided evenly, the first folds have one row more.
   *
   * @param data rows with any target, or none
   * @param count the number of folds, 2 or more
   * @param randomState scikit-learn's {@code random_state}, 0 to 2³² − 1
   * @throws IllegalArgumentException if there are fewer rows than folds, or a number is out of
   *     range
   */
  public static Folds plain(Dataset data, int count, long randomState) {
    requireInRange(count, randomState);
    if (data.size() < count) {
      throw new IllegalArgumentException(
          "folds: the data has %s, expected as many rows as there are folds, %s; take fewer folds"
              .formatted(data.size() == 1 ? "1 row" : data.size() + " rows", count));
    }
    int[] order = new MersenneTwister((int) randomState).permutation(data.size());
    int[] foldOfRow = new int[order.length];
    int larger = order.length % count;
    int size = order.length / count;
    for (int i = 0; i < order.length; i++) {
      int inLarger = larger * (size + 1);
      foldOfRow[order[i]] = i < inLarger ? i / (size + 1) : larger + (i - inLarger) / size;
    }
    return new Folds(data, foldOfRow, count);
  }

  private static void requireInRange(int count, long randomState) {
    if (count < 2) {
      throw new IllegalArgumentException("folds: expected 2 or more, got " + count);
    }
    MersenneTwister.requireRandomState(randomState);
  }

  /** The label of each row as a number, labels being numbered by their first appearance. */
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

  private static int[] byLabel(int[] labels, int[] rows, int count, long randomState) {
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

  /** The number of folds. */
  public int count() {
    return count;
  }

  /**
   * The training rows and the test rows of a fold, each in the order of the data.
   *
   * @param fold from 0 to {@code count() - 1}
   * @throws IndexOutOfBoundsException if there is no such fold
   */
  public Dataset.Split split(int fold) {
    return new Dataset.Split(data.select(rows(fold, false)), data.select(testRows(fold)));
  }

  /**
   * The positions of the test rows of a fold, ascending.
   *
   * @param fold from 0 to {@code count() - 1}
   * @throws IndexOutOfBoundsException if there is no such fold
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

  /** All folds, in order. */
  public List<Dataset.Split> splits() {
    List<Dataset.Split> splits = new ArrayList<>();
    for (int fold = 0; fold < count; fold++) {
      splits.add(split(fold));
    }
    return List.copyOf(splits);
  }
}
