package dev.afina.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.data.Columns;
import dev.afina.data.Dataset;
import dev.afina.data.DatasetSplits;
import dev.afina.data.Example;
import dev.afina.data.HubDataset;
import dev.afina.data.Labels;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What interop/golden_parquet_targets.py wrote, and what Python reads from it. */
class ParquetTargetsTest {
  private static final Columns STANDARD = Columns.standard();

  @ParameterizedTest
  @ValueSource(strings = {"words", "large", "numbers"})
  void listsOfLabels(String column) throws IOException {
    assertThat(lists(Dataset.parquet(file("lists.parquet"), STANDARD.label(column))))
        .isEqualTo(expected(column));
  }

  /** Several pages in several groups of rows, lists over the pages' ends. */
  @ParameterizedTest
  @ValueSource(strings = {"three-levels", "pages-v2", "delta", "two-levels"})
  void listsInAllForms(String name) throws IOException {
    Dataset data = Dataset.parquet(file(name + ".parquet"), STANDARD.label("labels"));

    assertThat(data.get(1199).text()).isEqualTo("text 1199");
    assertThat(lists(data)).hasSize(1200).isEqualTo(expected("many"));
  }

  @Test
  void listsWithoutAGroup_areNeverUnknown() throws IOException {
    List<@Nullable List<String>> expected = new ArrayList<>(expected("many"));
    expected.replaceAll(list -> list == null ? List.of() : list);

    assertThat(lists(Dataset.parquet(file("one-level.parquet"), STANDARD.label("labels"))))
        .isEqualTo(expected);
  }

  @Test
  void aColumnForEachLabel() throws IOException {
    Dataset data =
        Dataset.parquet(file("lists.parquet"), STANDARD.labelColumns("toxic", "rude", "threat"));

    assertThat(lists(data)).isEqualTo(expected("flags"));
  }

  @Test
  void values() throws IOException {
    Path file = file("lists.parquet");

    assertThat(values(Dataset.parquet(file, STANDARD.valueColumns("score"))))
        .containsExactly(
            List.of(4.5), List.of(3.0), null, List.of(-0.01), List.of(1e-300), List.of(2.0));
    assertThat(values(Dataset.parquet(file, STANDARD.valueColumns("whole"))))
        .contains(List.of(6.0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> STANDARD.valueColumns("whole", "score").label("words"))
        .withMessage(
            "valueColumns(whole, score) and label(words) contradict each other: rows have one kind of target; leave one of them out");
  }

  @Test
  void valuesOfOtherColumns() throws IOException {
    Path file = file("lists.parquet");

    assertThat(values(Dataset.parquet(file, STANDARD.valueColumns("scores"))))
        .containsExactly(
            List.of(0.5, -1.0),
            List.of(2.0, 3.0),
            null,
            List.of(0.0, 0.0),
            List.of(1e-3, 1e10),
            List.of(7.0, 8.0));
    Dataset labels = Dataset.parquet(file, STANDARD.label("score"));
    assertThat(labels.get(3).label()).isEqualTo("-0.01");
    assertThat(labels.valuesOf(4)).containsExactly(1e-300);
    assertThat(labels.get(1).label()).as("an integer, as table programs write it").isEqualTo("3");
  }

  @Test
  void namesOfClasses_areThoseOfTheMetadata() throws IOException {
    Path file = file("emotions/data/train-00000-of-00001.parquet");

    assertThat(lists(Dataset.parquet(file, STANDARD.label("labels"))))
        .isEqualTo(expected("emotions"));
    DatasetSplits splits = HubDataset.in(file("emotions")).columns(STANDARD.label("labels")).load();
    assertThat(lists(splits.split("train"))).isEqualTo(expected("emotions"));
    assertThat(splits.labels()).contains(Labels.of("admiration", "joy", "neutral"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"card-sequence", "card-list"})
  void namesOfClasses_areThoseOfTheCard(String folder) throws IOException {
    DatasetSplits splits = HubDataset.in(file(folder)).columns(STANDARD.label("labels")).load();

    assertThat(lists(splits.split("train"))).isEqualTo(expected("emotions"));
  }

  /** Python, too, takes a string for the name: "1" is not the class of number 1, which is "2". */
  @Test
  void namesOfClasses_thatAreNumbers_areFoundByStrings() throws IOException {
    HubDataset stars = HubDataset.in(file("card-strings"));

    assertThat(stars.columns(STANDARD.label("stars")).load().train())
        .extracting(Example::label)
        .containsExactly("2", "4", "1", null, "1");
    assertThat(lists(stars.columns(STANDARD.label("list")).load().train()))
        .containsExactly(List.of("1", "2"), List.of(), List.of("4"), List.of("3"), List.of("2"));
  }

  @Test
  void whatIsNoTarget_namesRowAndColumn() {
    assertBad(
        STANDARD.label("hot"),
        "row 0 (counted from 0): column \"hot\" has the label \"0\" twice in its list; a 0 or 1 for each label is read from columns of their own by labelColumns(...)");
    assertBad(
        STANDARD.label("gaps"),
        "row 0 (counted from 0): column \"gaps\" has null in its list, expected strings or integers; numbers to predict are read by valueColumns(...)");
    assertBad(
        STANDARD.label("scores"),
        "row 0 (counted from 0): column \"scores\" has 0.5 in its list, expected strings or integers; numbers to predict are read by valueColumns(...)");
    assertBad(
        STANDARD.label("nested"),
        "column \"nested\" is a map, a struct or a list of such, expected single values or lists of them");
    assertBad(
        STANDARD.label("structs"),
        "column \"structs\" is a map, a struct or a list of such, expected single values or lists of them");
    assertBad(
        STANDARD.label("bad"),
        "row 1 (counted from 0): column \"bad\" is NaN, expected a string, a number, true, false, null or a list of labels");
    assertBad(
        STANDARD.valueColumns("bad"),
        "row 1 (counted from 0): column \"bad\" is NaN, expected a finite number such as 4.5");
    assertBad(
        STANDARD.valueColumns("score", "whole"),
        "row 2 (counted from 0): column \"score\" is empty and column \"whole\" is not, expected a finite number in each of them, or nothing in all");
    assertBad(
        STANDARD.labelColumns("toxic", "score"),
        "row 0 (counted from 0): column \"score\" is 4.5, expected 0 or 1");
    assertBad(
        STANDARD.labelColumns("words"),
        "row 0 (counted from 0): column \"words\" is [\"joy\", \"admiration\"], expected 0 or 1");
    assertBad(
        STANDARD.labelColumns("toxic", "mild"),
        "no column \"mild\" for the label, the file has \"text\", \"words\", \"large\", \"numbers\", \"scores\", \"hot\", \"gaps\", \"nested\", \"structs\", \"toxic\", \"rude\", \"threat\", \"score\", \"whole\", \"bad\"; name the column by Columns.labelColumns(...)");
  }

  @ParameterizedTest
  @CsvSource({"three-rows, more", "one-row, fewer"})
  void listsThatAreNoneOfTheRows_areRefused(String name, String count) {
    Path file = file(name + ".parquet");

    assertThatThrownBy(() -> Dataset.parquet(file, STANDARD.label("labels")))
        .isInstanceOf(IOException.class)
        .hasMessage(
            file
                + ": not a Parquet file that can be read: a column of lists has "
                + count
                + " rows than are announced");
  }

  private static void assertBad(Columns columns, String message) {
    assertThatThrownBy(() -> Dataset.parquet(file("lists.parquet"), columns))
        .isInstanceOf(IOException.class)
        .hasMessage(file("lists.parquet") + ": " + message);
  }

  private static List<@Nullable List<String>> lists(Dataset data) {
    List<@Nullable List<String>> lists = new ArrayList<>();
    for (Example row : data) {
      assertThat(row.label()).isNull();
      lists.add(row.labels());
    }
    return lists;
  }

  private static List<@Nullable List<Double>> values(Dataset data) {
    List<@Nullable List<Double>> values = new ArrayList<>();
    for (Example row : data) {
      values.add(row.values());
    }
    return values;
  }

  private static List<@Nullable List<String>> expected(String name) throws IOException {
    JsonObject all =
        JsonParser.parseString(Files.readString(file("expected.json"))).getAsJsonObject();
    List<@Nullable List<String>> lists = new ArrayList<>();
    for (JsonElement list : all.getAsJsonArray(name)) {
      lists.add(
          list.isJsonNull()
              ? null
              : list.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList());
    }
    return lists;
  }

  private static Path file(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(ParquetTargetsTest.class.getResource("/targets/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
