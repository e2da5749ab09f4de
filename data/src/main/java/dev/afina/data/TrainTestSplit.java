package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A rule that splits a data set into training and test rows, exactly as a notebook did it in
 * Python:
 *
 * <pre>{@code
 * // datasets: data.train_test_split(test_size=0.2, seed=42, stratify_by_column="label")
 * data.split(TrainTestSplit.ofDatasets(42).testShare(0.2).stratified());
 * // scikit-learn: train_test_split(data, test_size=0.2, random_state=42, stratify=labels)
 * data.split(TrainTestSplit.ofScikitLearn(42).testShare(0.2).stratified());
 * }</pre>
 *
 * <p>Both parts are in random order. By default the test part has a quarter of the rows, as in both
 * libraries. A test share is rounded up to whole rows, a training share down. If only one size is
 * given, the other part has all remaining rows; if both are given, rows beyond them are in neither
 * part.
 *
 * <p>Verified against datasets 5.0 and scikit-learn 1.9 with NumPy 2.4, whose random generators
 * have not changed since NumPy 1.17.
 *
 * <p>Immutable and thread safe: each option returns a new rule.
 */
public final class TrainTestSplit {
  private static final Size QUARTER = new Size(0.25, 0);

  /** One part's size: a number of rows, or a share where that number is 0. */
  private record Size(double share, int rows) {
    /** The share is multiplied in binary, as Python does: 0.07 of 100 rows rounds up to 8. */
    int of(int all, DoubleUnaryOperator rounding) {
      return rows > 0 ? rows : (int) rounding.applyAsDouble(share * all);
    }
  }

  /** What differs between the two libraries. */
  private record Library(LongFunction<NumpyRandom> random, StratifiedRows.Quota quota) {}

  private static final Library DATASETS =
      new Library(Pcg64::new, (rows, all, drawn) -> (double) ((long) drawn * rows) / all);
  private static final Library SCIKIT_LEARN =
      new Library(
          seed -> new MersenneTwister((int) seed),
          (rows, all, drawn) -> (double) rows / all * drawn);

  private final Library library;
  private final long seed;
  private final @Nullable Size train;
  private final @Nullable Size test;
  private final boolean stratified;
  private final @Nullable Labels order;

  private TrainTestSplit(
      Library library,
      long seed,
      @Nullable Size train,
      @Nullable Size test,
      boolean stratified,
      @Nullable Labels order) {
    this.library = library;
    this.seed = seed;
    this.train = train;
    this.test = test;
    this.stratified = stratified;
    this.order = order;
  }

  /**
   * A split with the rows of {@code Dataset.train_test_split} of Python's {@code datasets}.
   *
   * @param seed its {@code seed}; a negative one is read as an unsigned 64-bit number
   */
  public static TrainTestSplit ofDatasets(long seed) {
    return new TrainTestSplit(DATASETS, seed, null, null, false, null);
  }

  /**
   * A split with the rows of scikit-learn's {@code train_test_split}.
   *
   * @param randomState its {@code random_state}, 0 to 2³² − 1
   * @throws IllegalArgumentException if the state is out of range
   */
  public static TrainTestSplit ofScikitLearn(long randomState) {
    MersenneTwister.requireRandomState(randomState);
    return new TrainTestSplit(SCIKIT_LEARN, randomState, null, null, false, null);
  }

  /**
   * The test part's share of the rows, rounded up: {@code test_size=0.2}.
   *
   * @throws IllegalArgumentException unless the share is more than 0 and less than 1
   */
  public TrainTestSplit testShare(double share) {
    return test(new Size(requireShare("test", share), 0));
  }

  /**
   * The training part's share of the rows, rounded down: {@code train_size=0.8}.
   *
   * @throws IllegalArgumentException unless the share is more than 0 and less than 1
   */
  public TrainTestSplit trainShare(double share) {
    return train(new Size(requireShare("train", share), 0));
  }

  /**
   * The number of test rows: {@code test_size=200}.
   *
   * @throws IllegalArgumentException if {@code rows} is less than 1
   */
  public TrainTestSplit testRows(int rows) {
    return test(new Size(0, requireRows("test", rows)));
  }

  /**
   * The number of training rows: {@code train_size=800}.
   *
   * @throws IllegalArgumentException if {@code rows} is less than 1
   */
  public TrainTestSplit trainRows(int rows) {
    return train(new Size(0, requireRows("train", rows)));
  }

  /**
   * Keeps the proportions of the labels in both parts: {@code stratify}. Every row must have a
   * single label.
   *
   * <p>Labels are numbered in the order of {@link Dataset#classCounts}: numbers by value, other
   * labels as Java sorts strings. That is also Python's order, except for characters beyond U+FFFF.
   */
  public TrainTestSplit stratified() {
    return new TrainTestSplit(library, seed, train, test, true, null);
  }

  /**
   * Keeps the proportions of the labels in both parts, with the labels numbered in the given order.
   * The numbers decide which rows are drawn, and {@code datasets} uses those of its {@code
   * ClassLabel}: pass its names if they are not sorted, as in {@code dair-ai/emotion}.
   *
   * @param order all labels of the data; labels without rows are ignored
   */
  public TrainTestSplit stratified(Labels order) {
    return new TrainTestSplit(library, seed, train, test, true, order);
  }

  /**
   * Splits the rows.
   *
   * @throws IllegalArgumentException if a part would be empty, or both want more rows than there
   *     are. If stratified, also if a row has no label, one that is not in the given order, a list
   *     of labels or numbers, a label has a single row, or a part would have fewer rows than there
   *     are labels
   */
  Dataset.Split of(Dataset data) {
    int rows = data.size();
    if (rows < 2) {
      throw new IllegalArgumentException("a split needs at least 2 rows, the data set has " + rows);
    }
    requireOneInAll();
    int testRows;
    int trainRows;
    if (train == null) {
      testRows = (test == null ? QUARTER : test).of(rows, Math::ceil);
      trainRows = rows - testRows;
    } else {
      trainRows = train.of(rows, Math::floor);
      testRows = test == null ? rows - trainRows : test.of(rows, Math::ceil);
    }
    requireRoom(trainRows, testRows, rows);
    return stratified ? stratified(data, trainRows, testRows) : shuffled(data, trainRows, testRows);
  }

  /** As in both libraries, the first of the shuffled rows are the test part. */
  private Dataset.Split shuffled(Dataset data, int trainRows, int testRows) {
    int[] order = library.random.apply(seed).permutation(data.size());
    return new Dataset.Split(
        data.select(Arrays.copyOfRange(order, testRows, testRows + trainRows)),
        data.select(Arrays.copyOf(order, testRows)));
  }

  private Dataset.Split stratified(Dataset data, int trainRows, int testRows) {
    int[][] rowsOfClass = rowsOfClass(data);
    requireRowOfEach(rowsOfClass.length, "train", trainRows);
    requireRowOfEach(rowsOfClass.length, "test", testRows);
    StratifiedRows rows =
        new StratifiedRows(rowsOfClass, library.quota, library.random.apply(seed));
    List<int[]> parts = rows.draw(trainRows, testRows);
    return new Dataset.Split(data.select(parts.get(0)), data.select(parts.get(1)));
  }

  /** The rows of each label that occurs, in the order of the labels. */
  private int[][] rowsOfClass(Dataset data) {
    StratifiedRows.requireSingleLabels(data, "a stratified split", "a split without stratified()");
    Map<String, List<Integer>> rows = new HashMap<>();
    for (int row = 0; row < data.size(); row++) {
      rows.computeIfAbsent(data.labelOf(row), label -> new ArrayList<>()).add(row);
    }
    rows.forEach(TrainTestSplit::requireTwo);
    List<String> labels = order == null ? Labels.sorted(rows.keySet()) : order.names();
    rows.forEach((label, of) -> requireKnown(label, of.get(0), labels));
    return labels.stream()
        .map(label -> rows.getOrDefault(label, List.of()))
        .filter(of -> !of.isEmpty())
        .map(of -> of.stream().mapToInt(row -> row).toArray())
        .toArray(int[][]::new);
  }

  private static double requireShare(String part, double share) {
    if (!(share > 0 && share < 1)) { // also refuses NaN
      throw new IllegalArgumentException(
          part + " share " + share + ", expected more than 0 and less than 1, such as 0.2");
    }
    return share;
  }

  private static int requireRows(String part, int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException(part + " of " + rows + " rows, expected at least 1");
    }
    return rows;
  }

  private void requireOneInAll() {
    if (train != null && test != null && train.share + test.share > 1) { // 0 for numbers of rows
      throw new IllegalArgumentException(
          "train share %s and test share %s, expected 1 at most together"
              .formatted(train.share, test.share));
    }
  }

  private static void requireRoom(int trainRows, int testRows, int rows) {
    if (trainRows < 1 || testRows < 1 || (long) trainRows + testRows > rows) {
      throw new IllegalArgumentException(
          "a split of "
              + rows
              + " rows into "
              + trainRows
              + " to train on and "
              + testRows
              + " to test on; expected at least 1 in each part and "
              + rows
              + " at most in both, give other sizes");
    }
  }

  private static void requireRowOfEach(int labels, String part, int rows) {
    if (rows < labels) {
      throw new IllegalArgumentException(
          "a stratified split with "
              + rows
              + (rows == 1 ? " row" : " rows")
              + " in its "
              + part
              + " part, expected at least "
              + labels
              + ", one per label; give that part more rows, or split without stratifying");
    }
  }

  private static void requireTwo(String label, List<Integer> rows) {
    if (rows.size() < 2) {
      throw new IllegalArgumentException(
          "a stratified split needs 2 rows or more of each label, %s has 1 (row %s, counted from 0); add one, drop it, or split without stratifying"
              .formatted(Excerpt.quoted(label), rows.get(0)));
    }
  }

  private static void requireKnown(String label, int row, List<String> labels) {
    if (!labels.contains(label)) {
      throw new IllegalArgumentException(
          "row %s (counted from 0): label %s, expected one of the order given: [%s]"
              .formatted(row, Excerpt.quoted(label), Excerpt.list(labels)));
    }
  }

  private TrainTestSplit test(Size size) {
    return new TrainTestSplit(library, seed, train, size, stratified, order);
  }

  private TrainTestSplit train(Size size) {
    return new TrainTestSplit(library, seed, size, test, stratified, order);
  }
}
