package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataReportTest {

  @Test
  void cleanData_haveNothingOdd() {
    Dataset training = Dataset.of(Example.of("a", "x"), Example.of("b", "y"));
    Dataset validation = Dataset.of(Example.of("c", "x"), Example.ofPair("a", "b", "y"));
    DataReport report = DataReport.of(training, validation);
    assertThat(report.warnings()).isEmpty();
    assertThat(report).hasToString("nothing odd");
    assertThat(DataReport.of(training, null).warnings()).isEmpty();
  }

  @Test
  void eachOddThing_isOneSentence() {
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      rows.add(Example.of("text " + i, "often"));
    }
    rows.add(Example.of("text 3", "often"));
    rows.add(Example.of("text 3", "rare"));
    rows.add(Example.of(" ", "rare"));
    Dataset validation =
        Dataset.of(
            Example.of("text 5", "often"), Example.of("new", "often"), Example.of("", "often"));
    DataReport report = DataReport.of(Dataset.of(rows), validation);
    assertThat(report.warnings())
        .containsExactly(
            "training data: 1 row without text: 14 (counted from 0)",
            "training data: 1 text with more than one label: \"text 3\" is often and rare",
            "training data: 2 rows repeat a text that came before: \"text 3\"",
            "validation data: 1 row without text: 2 (counted from 0)",
            "validation data: 1 row of 3 is in the training data, too, so its figures are too"
                + " good: \"text 5\"",
            "validation data: no row of 1 label: rare",
            "training data: label \"often\" has 13 rows, \"rare\" 2; balanced class weights would"
                + " be 0.577 and 3.75");
    assertThat(report.balancedWeights()).containsEntry("rare", 15 / (2 * 2.0));
  }

  @Test
  void labelsThatLookAlike_areNamed() {
    Dataset training =
        Dataset.of(Example.of("a", "Pos"), Example.of("b", "pos"), Example.of("c", "neg"));
    String alike = "labels that differ in case or blanks only are classes of their own: ";
    assertThat(DataReport.of(training, null).warnings())
        .containsExactly(alike + "\"Pos\" and \"pos\"");
    Dataset validation = Dataset.of(Example.of("d", "neg "), Example.of("e", " Neg"));
    assertThat(DataReport.of(training, validation).warnings())
        .contains(alike + "\" Neg\" and \"neg\" and \"neg \", \"Pos\" and \"pos\"");
    Dataset lists =
        Dataset.of(
            Example.of("a").withLabels(List.of("x")), Example.of("b").withLabels(List.of("X")));
    assertThat(DataReport.of(lists, null).warnings()).contains(alike + "\"X\" and \"x\"");
  }

  @Test
  void manyThings_areCounted_andThreeAreShown() {
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rows.add(Example.ofPair("t" + i, "u", i % 2 == 0 ? "x" : "y"));
      rows.add(Example.ofPair("t" + i, "u", i % 2 == 0 ? "y" : "x"));
    }
    assertThat(DataReport.of(Dataset.of(rows), null).warnings())
        .containsExactly(
            "training data: 10 texts with more than one label: \"t0\" / \"u\" is x and y, \"t1\" /"
                + " \"u\" is y and x, \"t2\" / \"u\" is x and y, …",
            "training data: 10 rows repeat a text that came before: \"t0\" / \"u\", \"t1\" / \"u\","
                + " \"t2\" / \"u\", …");
  }

  /** Of 14 rows 13 are "often" and 1 is "rare": 1 / 13 and 13 / 1. */
  @Test
  void lists_areLookedAtLabelByLabel() {
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rows.add(Example.of("text " + i).withLabels(List.of("often", "all")));
    }
    rows.add(Example.of("twice").withLabels(List.of("often", "rare", "all")));
    rows.add(Example.of("twice").withLabels(List.of("all")));
    rows.add(Example.of("same").withLabels(List.of("all", "often")));
    rows.add(Example.of("same").withLabels(List.of("often", "all")));
    Dataset training = Dataset.of(rows);
    Dataset validation = Dataset.of(Example.of("new").withLabels(List.of("often")));

    DataReport report = DataReport.of(training, validation);
    assertThat(report.warnings())
        .containsExactly(
            "training data: 1 text with more than one label: \"twice\" is [all, often, rare] and"
                + " [all]",
            "training data: 2 rows repeat a text that came before: \"twice\", \"same\"",
            "validation data: no row of 2 labels: all, rare",
            "training data: label \"all\" has 14 rows, \"rare\" 1; positive weights would be 1.00"
                + " and 13.0");
    assertThat(report.positiveWeights())
        .containsExactly(entry("all", 1.0), entry("often", 1 / 13.0), entry("rare", 13.0));
    assertThat(report.balancedWeights()).isEmpty();
  }

  @Test
  void labelsOfTheModelThatNoRowHas_areNamed() {
    Dataset training = Dataset.of(Example.of("a", "yes"), Example.of("b", "no"));
    Dataset validation = Dataset.of(Example.of("c", "never"));
    List<String> unused = List.of("perhaps");
    assertThat(DataReport.of(training, null, ProblemType.SINGLE_LABEL, unused).warnings())
        .containsExactly("training data: no row of 1 label: perhaps");
    assertThat(DataReport.of(training, validation, ProblemType.SINGLE_LABEL, unused).warnings())
        .containsExactly(
            "training data: no row of 2 labels: perhaps, never",
            "validation data: no row of 2 labels: no, yes");
  }

  @Test
  void labelsThatAreNumbers_areValuesOfARegression() {
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rows.add(Example.of("text " + i, "5"));
    }
    rows.add(Example.of("text 0", "4"));
    Dataset training = Dataset.of(rows);
    Dataset validation = Dataset.of(Example.of("new", "3"));
    DataReport report = DataReport.of(training, validation, ProblemType.REGRESSION);
    assertThat(report.warnings())
        .containsExactly(
            "training data: 1 text with different values: \"text 0\" is 5 and 4",
            "training data: 1 row repeats a text that came before: \"text 0\"");
    assertThat(report.balancedWeights()).isEmpty();
    assertThat(DataReport.of(training, validation).warnings())
        .contains(
            "training data: 1 text with more than one label: \"text 0\" is 5 and 4",
            "training data: no row of 1 label: 3",
            "validation data: no row of 2 labels: 4, 5");
  }

  @Test
  void values_haveNoWeights() {
    Dataset training =
        Dataset.of(
            Example.of("a").withValues(4.5),
            Example.of("a").withValues(4),
            Example.of("b").withValues(1, 2),
            Example.of("c").withValues(1, 2));

    DataReport report = DataReport.of(training, null);
    assertThat(report.warnings())
        .containsExactly(
            "training data: 1 text with different values: \"a\" is 4.5 and 4.0",
            "training data: 1 row repeats a text that came before: \"a\"");
    assertThat(report.balancedWeights()).isEmpty();
    assertThat(report.positiveWeights()).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DataReport.of(training, Dataset.of(Example.of("d"))))
        .withMessage("validation data: row 0 has neither a label nor values (counted from 0)");
  }
}
