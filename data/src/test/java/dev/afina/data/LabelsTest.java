package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelsTest {
  private final Labels emotions = Labels.of("anger", "joy", "optimism");

  @Test
  void of_keepsTheOrder() {
    Labels labels = Labels.of("b", "a", "c");

    assertThat(labels.names()).containsExactly("b", "a", "c");
    assertThat(labels.size()).isEqualTo(3);
    assertThat(labels.name(0)).isEqualTo("b");
    assertThat(labels.index("c")).isEqualTo(2);
    assertThat(labels).isEqualTo(Labels.of(List.of("b", "a", "c"))).hasToString("Labels[b, a, c]");
    assertThat(labels).isNotEqualTo(Labels.of("a", "b", "c"));
  }

  @Test
  void of_laterChangeOfTheArrayIsNotSeen() {
    String[] names = {"a", "b"};
    Labels labels = Labels.of(names);
    names[0] = "z";

    assertThat(labels.names()).containsExactly("a", "b");
  }

  @Test
  void of_badNamesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.of())
        .withMessage("labels: none given, expected at least one name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.of("a", " "))
        .withMessage("labels: name 1 is blank; give each label a name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.of("a", null))
        .withMessage("labels: name 1 is null; give each label a name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.of(Arrays.asList("a", "b", "a")))
        .withMessage("labels: \"a\" is given twice, at 0 and 2; names must differ");
  }

  @Test
  void from_wordsAreInNaturalOrder() {
    assertThat(Labels.from(labelled("joy", "10", "Anger", "anger", "joy", "9")).names())
        .containsExactly("10", "9", "Anger", "anger", "joy");
  }

  @Test
  void from_integersAreInNumericOrder() {
    assertThat(Labels.from(labelled("10", "9", "-1", "0", "9", "99999999999999999999")).names())
        .containsExactly("-1", "0", "9", "10", "99999999999999999999");
  }

  @Test
  void from_emptyIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.from(Dataset.of()))
        .withMessage("labels: the data set is empty; give rows, or name the labels by labels(...)");
  }

  @Test
  void from_rowWithoutLabelIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.from(labelled("a", "b").concat(Dataset.of(Example.of("t")))))
        .withMessage(
            "row 2 has no label (counted from 0); label it, or drop such rows: filter(e -> e.label() != null)");
  }

  @Test
  void from_oneLabelOnlyIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.from(labelled("spam", "spam")))
        .withMessage(
            "labels: all 2 rows have the same label \"spam\", expected at least two labels; check which column is the label, or name the labels by labels(...)");
  }

  @Test
  void nameAndIndex_unknownIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> emotions.name(3))
        .withMessage("label index 3, expected 0 to 2");
    assertThatIllegalArgumentException().isThrownBy(() -> emotions.name(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> emotions.index("1"))
        .withMessage("label \"1\" is not one of [anger, joy, optimism]");
  }

  @Test
  void resolve_nameThenPosition() {
    assertThat(emotions.resolve("optimism")).isEqualTo(2);
    assertThat(emotions.resolve("0")).isZero();
    assertThat(emotions.resolve("2")).isEqualTo(2);
  }

  @Test
  void resolve_namesThatAreIntegersAreNoPositions() {
    Labels stars = Labels.of("1", "2", "3", "4", "5");

    assertThat(stars.resolve("1")).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stars.resolve("0"))
        .withMessageStartingWith("label \"0\" is neither one of [1, 2, 3, 4, 5]; add it");
  }

  @Test
  void resolve_unknownIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> emotions.resolve("fear"))
        .withMessage(
            "label \"fear\" is neither one of [anger, joy, optimism] nor a position 0 to 2; add it to labels(...), or correct the rows with Dataset.map or filter");
    for (String label : List.of("3", "-1", "01", "1.5", " 1", "", "99999999999")) {
      assertThatIllegalArgumentException()
          .as(label)
          .isThrownBy(() -> emotions.resolve(label))
          .withMessageStartingWith("label \"" + label + "\" is neither");
    }
  }

  @Test
  void resolve_longListIsCutInTheMessage() {
    Labels many = Labels.of(IntStream.range(0, 77).mapToObj(i -> "intent" + i).toList());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> many.resolve("x"))
        .withMessageContaining("intent19, ... 57 more] nor a position 0 to 76");
  }

  @Test
  void resolve_integersOfPandasAreIntegers() {
    assertThat(emotions.resolve("1.0")).isEqualTo(1);
    assertThat(Labels.of("0", "1").resolve("1.0")).isEqualTo(1);
    assertThat(Labels.of("0.0", "1.0").resolve("1")).isEqualTo(1);
    assertThat(Labels.from(labelled("10.0", "9.0", "1")).names())
        .containsExactly("1", "9.0", "10.0");
    assertThatIllegalArgumentException().isThrownBy(() -> emotions.resolve("1.5"));
  }

  @Test
  void resolveAll_numbersThatMayCountFromOne_areRefused() {
    // Of three names "1" and "2" are the first two or the last two.
    assertThatIllegalArgumentException()
        .isThrownBy(() -> emotions.resolveAll("data", labelled("1", "2", "1"), Dataset.of()))
        .withMessage(
            "data: the labels are numbers from 1 to 2 beside the 3 names [anger, joy, optimism]: no row is 0 and none is 3, so it cannot be told whether they count from 0 or from 1; say it by Dataset.withLabelNames(names, 0) or (names, 1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> emotions.resolveAll("data", labelled("1", "2", "3"), Dataset.of()))
        .withMessageContaining("they seem to count from 1; say it by Dataset.withLabelNames");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> emotions.resolveAll("data", labelled("2", "4"), Dataset.of()))
        .withMessageContaining(
            "label \"4\" is neither one of [anger, joy, optimism] nor a position");
  }

  @Test
  void resolveAll_numbersThatCanBeToldAreTaken() {
    assertThat(emotions.resolveAll("data", labelled("1", "0", "2"), Dataset.of()))
        .containsExactly(1, 0, 2);
    assertThat(emotions.resolveAll("data", labelled("1", "2"), labelled("0", "2")))
        .as("other data shows that 0 is the first")
        .containsExactly(1, 2);
    assertThat(Labels.of("LABEL_0", "LABEL_1").resolveAll("data", labelled("1"), Dataset.of()))
        .as("names that are the positions")
        .containsExactly(1);
    assertThat(Labels.of("1", "2").resolveAll("data", labelled("2", "1"), Dataset.of()))
        .containsExactly(1, 0);
  }

  @Test
  void withLabelNames_saysWhereNumbersBegin() {
    Dataset fromOne = labelled("1", "3.0", "joy").concat(Dataset.of(Example.of("t")));

    assertThat(fromOne.withLabelNames(emotions, 1).stream().map(Example::label))
        .containsExactly("anger", "optimism", "joy", null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fromOne.withLabelNames(emotions, 0))
        .withMessage(
            "row 1 (counted from 0): label \"3.0\" is neither one of [anger, joy, optimism] nor a number 0 to 2");
  }

  @Test
  void withLabelNames_namesThatAreIntegers_allLabelsDecide() {
    Labels stars = Labels.of("1", "2", "3", "4", "5");
    Dataset numbers = labelled("0", "1", "2", "3", "4", "4.0");

    Dataset named = numbers.withLabelNames(stars, 0);
    assertThat(named.classCounts()).hasToString("{1=1, 2=1, 3=1, 4=1, 5=2}");
    assertThat(named.withLabelNames(stars, 0)).as("once more").isEqualTo(named);
    assertThat(named.withLabelNames(stars, 1)).as("numbers from 1 are the names").isEqualTo(named);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> named.head(4).withLabelNames(stars, 0))
        .withMessage(
            "row 0 (counted from 0): label \"1\" may be the name of a class or the number of class \"2\": all labels are both, numbers 0 to 4 and names [1, 2, 3, 4, 5]; leave withLabelNames out if they are names, else name them by Dataset.map(row -> row.withLabel(...))");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> labelled("1", "0", "5").withLabelNames(stars, 0))
        .withMessage(
            "row 2 (counted from 0): label \"5\" is the name of a class and no number 0 to 4, but label \"0\" of row 1 is a number and no name, [1, 2, 3, 4, 5]; give all rows numbers, or all names, by Dataset.map");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> labelled("1", "5", "6").withLabelNames(stars, 0))
        .withMessage(
            "row 2 (counted from 0): label \"6\" is neither one of [1, 2, 3, 4, 5] nor a number 0 to 4");
    assertThat(labelled("0", "1").withLabelNames(Labels.of("0", "1"), 0))
        .isEqualTo(labelled("0", "1"));
    assertThat(lists("0 2", "1 other").withLabelNames(Labels.of("7", "8", "other"), 0).get(1))
        .isEqualTo(Example.of("t").withLabels(List.of("8", "other")));
  }

  @Test
  void ofCheckpoint_twoOfOneName_predictButDoNotTrain() {
    Labels labels = Labels.ofCheckpoint(List.of("spam", "ham", "spam"));

    assertThat(labels.index("ham")).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> labels.index("spam"))
        .withMessage("label \"spam\" is the name of two outputs, 0 and 2; give the position");
    assertThatIllegalArgumentException().isThrownBy(() -> labels.resolve("spam"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> labels.requireDistinct("labels of checkpoint \"x\""))
        .withMessage(
            "labels of checkpoint \"x\": \"spam\" is given twice, at 0 and 2; names must differ");
  }

  @Test
  void messages_areShortWhateverTheNames() {
    String long1 = "x".repeat(50_000);
    Labels names = Labels.of(IntStream.range(0, 200).mapToObj(i -> long1 + i).toList());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> names.resolve("a\nb" + long1))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000).doesNotContain("\n"));
  }

  @Test
  void from_listsGiveTheUnion() {
    assertThat(Labels.from(lists("b a", "", "c a")).names()).containsExactly("a", "b", "c");
    assertThat(Labels.from(lists("10", "9 0")).names()).containsExactly("0", "9", "10");
    assertThat(Labels.from(lists("toxic", "")).names())
        .as("a row may have the only label or not")
        .containsExactly("toxic");
  }

  @Test
  void from_badListsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.from(lists("", "")))
        .withMessage(
            "labels: the lists of all 2 rows are empty, expected at least one label; check which columns are the labels, or name them by labels(...)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.from(labelled("x", "y").concat(lists("x"))))
        .withMessage(
            "labels: row 2 has a list of labels and row 0 a single one (counted from 0), expected the same kind in all rows; Dataset.map makes them alike");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.from(lists("a b").concat(Dataset.of(Example.of("t")))))
        .withMessage(
            "row 1 has no list of labels (counted from 0); give it one, which may be empty, or drop such rows: filter(e -> e.labels() != null)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.from(Dataset.of(Example.of("t").withValues(1))))
        .withMessage(
            "row 0 has numbers, values=[1.0] (counted from 0), expected a label; Regressor takes such rows, or label them by Dataset.map");
  }

  @Test
  void resolveSets_givesAscendingPositions() {
    Dataset data = lists("optimism anger", "", "0 1.0 joy").concat(labelled("joy"));

    assertThat(emotions.resolveSets("data", data, Dataset.of()))
        .containsExactly(List.of(0, 2), List.of(), List.of(0, 1), List.of(1));
  }

  @Test
  void resolveSets_namesTheRow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> emotions.resolveSets("test data", lists("joy", "joy fear"), Dataset.of()))
        .withMessage(
            "test data, row 1 (counted from 0): label \"fear\" is neither one of [anger, joy, optimism] nor a position 0 to 2; add it to labels(...), or correct the rows with Dataset.map or filter");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> emotions.resolveSets("test data", Dataset.of(), Dataset.of()))
        .withMessage("test data: expected 1 example or more, got none");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> emotions.resolveSets("test data", Dataset.of(Example.of("t")), Dataset.of()))
        .withMessageStartingWith("test data: row 0 has no list of labels");
  }

  @Test
  void resolveSets_numbersThatMayCountFromOne_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> emotions.resolveSets("data", lists("1 2", ""), Dataset.of()))
        .withMessageContaining("it cannot be told whether they count from 0 or from 1");
    assertThat(emotions.resolveSets("data", lists("1 2", ""), lists("0 1")))
        .as("other data shows that 0 is the first")
        .containsExactly(List.of(1, 2), List.of());
  }

  @Test
  void resolveAll_listsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> emotions.resolveAll("data", lists("joy anger"), Dataset.of()))
        .withMessage(
            "data: row 0 has a list of labels, [joy, anger] (counted from 0), expected a single label; MultiLabelClassifier takes such rows, or give each one label by Dataset.map");
  }

  @Test
  void withLabelNames_namesTheNumbersOfLists() {
    Dataset data = lists("2 0", "", "joy 1.0").concat(Dataset.of(Example.of("t").withValues(2)));

    Dataset named = data.withLabelNames(emotions, 0);
    assertThat(named.stream().map(Example::labels))
        .containsExactly(List.of("optimism", "anger"), List.of(), List.of("joy"), null);
    assertThat(named.get(3)).isEqualTo(data.get(3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> data.withLabelNames(emotions, 1))
        .withMessage(
            "row 0 (counted from 0): label \"0\" is neither one of [anger, joy, optimism] nor a number 1 to 3");
  }

  /** A row for each, of which the labels stand with blanks between them. */
  private static Dataset lists(String... lists) {
    return Dataset.of(
        Arrays.stream(lists)
            .map(list -> list.isEmpty() ? List.<String>of() : List.of(list.split(" ")))
            .map(Example.of("t")::withLabels)
            .toList());
  }

  private static Dataset labelled(String... labels) {
    return Dataset.of(Arrays.stream(labels).map(label -> Example.of("t", label)).toList());
  }
}
