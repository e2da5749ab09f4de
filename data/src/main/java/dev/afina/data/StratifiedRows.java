package dev.afina.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Draws the rows of two parts that both keep the proportions of the classes, by the algorithm of
 * scikit-learn's {@code StratifiedShuffleSplit}, which Python's {@code datasets} has copied.
 */
final class StratifiedRows {
  /** The number of rows to draw from a class, not yet rounded. */
  interface Quota {
    double of(int classRows, int allRows, int drawn);
  }

  private final int[][] rowsOfClass;
  private final Quota quota;
  private final NumpyRandom random;

  /**
   * @param rowsOfClass the rows of each class, ascending; no class is empty
   * @param quota how the library computes it; the libraries differ in rounding
   */
  StratifiedRows(int[][] rowsOfClass, Quota quota, NumpyRandom random) {
    this.rowsOfClass = rowsOfClass;
    this.quota = quota;
    this.random = random;
  }

  /**
   * Checks that every row has a single label.
   *
   * @param what the subject of the message
   * @param plain the alternative that accepts all rows, for the message
   * @throws IllegalArgumentException if a row has a list of labels or numbers
   */
  static void requireSingleLabels(Dataset data, String what, String plain) {
    for (int row = 0; row < data.size(); row++) {
      Target target = data.get(row).target();
      if (target != null && !(target instanceof Target.SingleLabel)) {
        throw new IllegalArgumentException(
            "%s: row %s has %s (counted from 0), expected a single label in each row; %s takes rows of every kind"
                .formatted(
                    what,
                    row,
                    target instanceof Target.MultiLabel ? "a list of labels" : "numbers",
                    plain));
      }
    }
  }

  /** The rows of the first part and those of the second. */
  List<int[]> draw(int first, int second) {
    int[] counts = Arrays.stream(rowsOfClass).mapToInt(rows -> rows.length).toArray();
    int[] ofFirst = places(counts, first);
    int[] left = counts.clone();
    Arrays.setAll(left, c -> counts[c] - ofFirst[c]);
    int[] ofSecond = places(left, second);
    List<Integer> firstRows = new ArrayList<>(first);
    List<Integer> secondRows = new ArrayList<>(second);
    for (int c = 0; c < counts.length; c++) {
      int[] order = random.permutation(counts[c]);
      int taken = Math.min(ofFirst[c] + ofSecond[c], counts[c]);
      for (int i = 0; i < taken; i++) {
        (i < ofFirst[c] ? firstRows : secondRows).add(rowsOfClass[c][order[i]]);
      }
    }
    return List.of(shuffled(firstRows), shuffled(secondRows)); // in this order
  }

  /**
   * The number of rows to draw from each class: its quota rounded down. The rows still missing go
   * to the classes with the largest remainders, chosen at random between equal ones.
   */
  private int[] places(int[] counts, int drawn) {
    int all = Arrays.stream(counts).sum();
    double[] remainders = new double[counts.length];
    int[] places = new int[counts.length];
    int missing = drawn;
    for (int c = 0; c < counts.length; c++) {
      double exact = quota.of(counts[c], all, drawn);
      places[c] = (int) exact;
      remainders[c] = exact - places[c];
      missing -= places[c];
    }
    double[] values = Arrays.stream(remainders).distinct().sorted().toArray();
    for (int v = values.length - 1; v >= 0 && missing > 0; v--) {
      double value = values[v];
      List<Integer> equal = new ArrayList<>();
      for (int c = 0; c < counts.length; c++) {
        if (remainders[c] == value) {
          equal.add(c);
        }
      }
      int chosen = Math.min(equal.size(), missing);
      for (int i : random.choose(equal.size(), chosen)) {
        places[equal.get(i)]++;
      }
      missing -= chosen;
    }
    return places;
  }

  private int[] shuffled(List<Integer> rows) {
    int[] shuffled = rows.stream().mapToInt(row -> row).toArray();
    random.shuffle(shuffled);
    return shuffled;
  }
}
