package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private final Dataset abc =
      Dataset.of(Example.of("a", "x"), Example.of("b", "y"), Example.of("c", "x"));

  @Test
  void of_keepsRowsAndOrder() {
    assertThat(abc.size()).isEqualTo(3);
    assertThat(abc.get(1)).isEqualTo(Example.of("b", "y"));
    assertThat(abc).containsExactlyElementsOf(abc.examples());
    assertThat(texts(abc)).containsExactly("a", "b", "c");
    assertThat(Dataset.of(abc.examples())).isEqualTo(abc).hasSameHashCodeAs(abc);
    assertThat(Dataset.of(abc.examples())).isNotEqualTo(abc.head(2));
  }

  @Test
  void of_laterChangeOfTheListIsNotSeen() {
    List<Example> rows = new ArrayList<>(List.of(Example.of("a")));
    Dataset data = Dataset.of(rows);
    rows.clear();

    assertThat(data.size()).isOne();
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> data.examples().clear());
  }

  @Test
  void of_nullRowIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of(Example.of("a"), null))
        .withMessage("row 1 is null, expected an Example");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> abc.map(example -> null))
        .withMessage("row 0 is null, expected an Example");
  }

  @Test
  void filterAndMap_leaveTheSourceAlone() {
    assertThat(texts(abc.filter(example -> "x".equals(example.label())))).containsExactly("a", "c");
    assertThat(abc.map(example -> example.withLabel("z")).classCounts())
        .containsExactly(entry("z", 3));
    assertThat(texts(abc)).containsExactly("a", "b", "c");
    assertThat(abc.classCounts()).containsExactly(entry("x", 2), entry("y", 1));
  }

  @Test
  void selectSliceHeadConcat_takeTheRowsNamed() {
    assertThat(texts(abc.select(2, 0, 2))).containsExactly("c", "a", "c");
    assertThat(texts(abc.slice(1, 3))).containsExactly("b", "c");
    assertThat(texts(abc.head(2))).containsExactly("a", "b");
    assertThat(abc.head(9)).isEqualTo(abc);
    assertThat(texts(abc.head(1).concat(abc.slice(2, 3)))).containsExactly("a", "c");
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> abc.select(3));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> abc.slice(0, 4));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> abc.slice(2, 1));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> abc.head(-1));
  }

  @Test
  void classCounts_orderIsThatOfLabels() {
    assertThat(labelled("b", "a", "B", "b").classCounts())
        .containsExactly(entry("B", 1), entry("a", 1), entry("b", 2));
    assertThat(labelled("10", "2", "2").classCounts())
        .containsExactly(entry("2", 2), entry("10", 1));
    assertThat(Dataset.of(Example.of("t")).classCounts()).isEmpty();
  }

  @Test
  void shuffle_isNumpysPermutation() {
    // numpy.random.default_rng(42).permutation(10)
    assertThat(texts(numbered(10).shuffle(42)))
        .containsExactly("5", "6", "0", "7", "3", "2", "4", "9", "1", "8");
  }

  @Test
  void shuffle_seedDecides() {
    Dataset data = numbered(100);

    assertThat(data.shuffle(1)).isEqualTo(data.shuffle(1)).isNotEqualTo(data.shuffle(2));
    assertThat(data.shuffle(1)).containsExactlyInAnyOrderElementsOf(data.examples());
  }

  @Test
  void shuffle_everyOrderIsEquallyLikely() {
    Map<List<String>, Integer> counts = new HashMap<>();
    int draws = 6000;
    for (int seed = 0; seed < draws; seed++) {
      counts.merge(texts(abc.shuffle(seed * 0x9E3779B97F4A7C15L)), 1, Integer::sum);
    }

    // 1000 of each expected, standard deviation 29
    assertThat(counts).hasSize(6);
    assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(850, 1150));
  }

  @Test
  void sample_isTheHeadOfTheShuffle() {
    Dataset data = numbered(50);

    assertThat(data.sample(7, 3)).isEqualTo(data.shuffle(3).head(7));
    assertThat(data.sample(0, 3).size()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> data.sample(51, 3))
        .withMessage("sample of 51 rows, expected 0 to 50, the size of the data set");
  }

  @Test
  void split_everyRowOnceAndTheShareAsAsked() {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      Dataset data = numbered(2 + random.nextInt(200));
      double share = random.nextDouble(1.0 / data.size(), 0.999);

      Dataset.Split split = data.split(share, round);

      assertThat(split).isEqualTo(data.split(share, round));
      assertPartition(split, data);
      assertThat(split.train().size()).isEqualTo((int) Math.floor(share * data.size()));
    }
  }

  @Test
  void splitStratified_everyLabelWithinOneRowOfItsShare() {
    Random random = new Random(8);
    for (int round = 0; round < 300; round++) {
      int classes = 1 + random.nextInt(9);
      Dataset data = numbered(40 + random.nextInt(200));
      // Squared, so that some labels are rare; of each at least two.
      data =
          data.map(row -> row.withLabel("c" + (int) (classes * Math.pow(random.nextDouble(), 2))));
      Map<String, Integer> counts = data.classCounts();
      data = data.filter(row -> counts.getOrDefault(row.label(), 0) > 1);
      double least = (counts.size() + 1.0) / data.size();
      double share = random.nextDouble(least, 1 - least);

      Dataset.Split split = data.splitStratified(share, round);

      assertThat(split).isEqualTo(data.splitStratified(share, round));
      assertPartition(split, data);
      assertThat(split.train().size()).isEqualTo(data.split(share, round).train().size());
      Map<String, Integer> train = split.train().classCounts();
      double whole = (double) split.train().size() / data.size(); // the share, rounded
      data.classCounts()
          .forEach(
              (label, count) ->
                  assertThat(Math.abs(train.getOrDefault(label, 0) - whole * count))
                      .as(label)
                      .isLessThan(1));
    }
  }

  @Test
  void splitStratified_workedByHand() {
    // 0.5 of 5, 3 and 2 rows: 2.5, 1.5, 1 -> whole 2, 1, 1; the fifth place goes to one of the two
    // largest remainders, by lot.
    Dataset data = labelled("a", "a", "a", "a", "a", "b", "b", "b", "c", "c");
    Set<Map<String, Integer>> drawn = new HashSet<>();
    for (int seed = 0; seed < 20; seed++) {
      drawn.add(data.splitStratified(0.5, seed).train().classCounts());
    }

    assertThat(drawn)
        .containsExactlyInAnyOrder(Map.of("a", 3, "b", 1, "c", 1), Map.of("a", 2, "b", 2, "c", 1));
  }

  @Test
  void splitStratified_partsAreNotSortedByLabel() {
    List<String> labels = new ArrayList<>(Collections.nCopies(50, "a"));
    labels.addAll(Collections.nCopies(50, "b"));
    Dataset train = labelled(labels.toArray(String[]::new)).splitStratified(0.8, 1).train();

    assertThat(train.head(40).classCounts()).containsOnlyKeys("a", "b");
  }

  @Test
  void split_badArgumentsAreRefused() {
    for (double share : new double[] {0, 1, -0.1, 90, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> abc.split(share, 1))
          .withMessage(
              "train share " + share + ", expected more than 0 and less than 1, such as 0.2");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> abc.head(1).splitStratified(0.5, 1))
        .withMessage("a split needs at least 2 rows, the data set has 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of(Example.of("a", "x"), Example.of("b")).splitStratified(0.5, 1))
        .withMessageStartingWith("row 1 has no label");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> abc.split(0.01, 1))
        .withMessageStartingWith("a split of 3 rows into 0 to train on and 3 to test on");
  }

  @Test
  void toString_showsShapeAndCounts() {
    assertThat(abc).hasToString("Dataset[3 rows; 2 labels: x (2), y (1)]");
    assertThat(Dataset.of()).hasToString("Dataset[0 rows (empty)]");
    assertThat(Dataset.of(Example.of("a"))).hasToString("Dataset[1 row; no labels]");
    assertThat(Dataset.of(Example.ofPair("a", "b", "x"), Example.ofPair("c", "d")))
        .hasToString("Dataset[2 rows, all pairs; 1 label: x (1); 1 without a label]");
    assertThat(abc.concat(Dataset.of(Example.ofPair("a", "b", "x"))))
        .hasToString("Dataset[4 rows, 1 of them pairs; 2 labels: x (3), y (1)]");
    assertThat(labelled(IntStream.range(0, 14).mapToObj(String::valueOf).toArray(String[]::new)))
        .asString()
        .startsWith("Dataset[14 rows; 14 labels: 0 (1), 1 (1), 2 (1)")
        .endsWith("11 (1), ... 2 more]");
  }

  @Test
  void classCounts_countEachLabelOfLists() {
    Dataset data =
        Dataset.of(
            Example.of("t").withLabels(List.of("b", "a")),
            Example.of("t").withLabels(List.of()),
            Example.of("t").withLabels(List.of("b")),
            Example.of("t").withValues(1));

    assertThat(data.classCounts()).containsExactly(entry("a", 1), entry("b", 2));
  }

  @Test
  void toString_showsListsAndValues() {
    Dataset lists =
        Dataset.of(
            Example.of("t").withLabels(List.of("b", "a")),
            Example.of("t").withLabels(List.of()),
            Example.of("t").withLabels(List.of("b")),
            Example.of("t"));

    assertThat(lists)
        .hasToString(
            "Dataset[4 rows; 2 labels: a (1), b (2); 1 row without any label; 1 without a label list]");
    assertThat(
            Dataset.of(
                Example.of("t").withValues(4.5, -1),
                Example.of("t").withValues(2, 3),
                Example.of("t")))
        .hasToString("Dataset[3 rows; values -1.0 to 4.5; 1 without values]");
  }

  @Test
  void labelOf_takesNoOtherTarget() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of(Example.of("t").withLabels(List.of("a", "b"))).labelOf(0))
        .withMessage(
            "row 0 has a list of labels, [a, b] (counted from 0), expected a single label; MultiLabelClassifier takes such rows, or give each one label by Dataset.map");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of(Example.of("t").withValues(4.5, 1)).labelOf(0))
        .withMessage(
            "row 0 has numbers, values=[4.5, 1.0] (counted from 0), expected a label; Regressor takes such rows, or label them by Dataset.map");
  }

  @Test
  void valuesOf_takesNumbersAndWhatIsWrittenAsOne() {
    Dataset data = labelled("4.5", "3", "-1e-2", " 7 ", ".5", "+2.", "1E3");

    assertThat(Dataset.of(Example.of("t").withValues(1, -2.5)).valuesOf(0))
        .containsExactly(1, -2.5);
    double[] values =
        IntStream.range(0, data.size()).mapToDouble(row -> data.valuesOf(row)[0]).toArray();
    assertThat(values).containsExactly(4.5, 3, -0.01, 7, 0.5, 2, 1000);
  }

  @Test
  void valuesOf_refusesWhatIsNoFiniteNumber() {
    for (String label :
        List.of(
            "joy",
            "NaN",
            "Infinity",
            "1e999",
            "0x1p3",
            "1d",
            "1f",
            "4,5",
            "1 2",
            ".",
            "e5",
            "--1")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> labelled("1", label).valuesOf(1))
          .withMessage(
              "row 1 has the label \""
                  + label
                  + "\" (counted from 0), expected a finite number such as 4.5; check which column has the values, or drop such rows");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of(Example.of("t").withLabels(List.of("1"))).valuesOf(0))
        .withMessage(
            "row 0 has a list of labels, [1] (counted from 0), expected numbers such as 4.5; MultiLabelClassifier takes such rows");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of(Example.of("t")).valuesOf(0))
        .withMessage(
            "row 0 has no values (counted from 0); give it some, or drop such rows: filter(e -> e.values() != null)");
  }

  @Test
  void targetMessages_areShortWhateverTheRows() {
    List<String> many = IntStream.range(0, 100_000).mapToObj(i -> "label\n" + i).toList();
    Dataset rows =
        Dataset.of(
            Example.of("t").withLabels(many),
            Example.of("t").withValues(new double[100_000]),
            Example.of("t", "\n\u202e" + "9".repeat(100_000)));
    for (int row = 0; row < rows.size(); row++) {
      int number = row;
      for (Runnable call :
          List.<Runnable>of(
              () -> rows.labelOf(number),
              () -> rows.labelsOf(number),
              () -> rows.valuesOf(number))) {
        try {
          call.run();
        } catch (IllegalArgumentException e) {
          assertThat(e.getMessage()).hasSizeLessThan(1000).doesNotContain("\n", "\u202e");
        }
      }
    }
    assertThat(rows.toString()).hasSizeLessThan(2000).doesNotContain("\n");
  }

  private static void assertPartition(Dataset.Split split, Dataset data) {
    assertThat(split.train().concat(split.test()))
        .containsExactlyInAnyOrderElementsOf(data.examples());
    Set<String> train = new HashSet<>(texts(split.train()));
    assertThat(texts(split.test())).isNotEmpty().doesNotContainAnyElementsOf(train);
    assertThat(train).isNotEmpty();
  }

  private static Dataset numbered(int rows) {
    return Dataset.of(
        IntStream.range(0, rows).mapToObj(i -> Example.of(String.valueOf(i))).toList());
  }

  private static Dataset labelled(String... labels) {
    return Dataset.of(Arrays.stream(labels).map(label -> Example.of("t", label)).toList());
  }

  private static List<String> texts(Dataset data) {
    return data.stream().map(Example::text).toList();
  }
}
