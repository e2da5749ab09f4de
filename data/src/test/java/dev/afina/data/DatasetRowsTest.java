package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sorting, grouping, counting and looking at rows by their columns. */
class DatasetRowsTest {
  private static final Dataset REVIEWS =
      Dataset.of(
          Example.of("Works", "good").with("stars", 5).with("product", "shoe"),
          Example.of("Broke", "bad").with("stars", 1).with("product", "hat"),
          Example.of("Fine", "good").with("stars", 4).with("product", "shoe"),
          Example.of("So so").with("stars", 3).with("product", null));

  @Test
  void sort_isStable() {
    Dataset byLabel = REVIEWS.head(3).sort(Comparator.comparing(Example::label));

    assertThat(byLabel.stream().map(Example::text)).containsExactly("Broke", "Works", "Fine");
    assertThat(REVIEWS.sort(Comparator.comparingDouble(row -> row.number("stars"))).stream())
        .extracting(Example::text)
        .containsExactly("Broke", "So so", "Fine", "Works");
    assertThat(REVIEWS.get(0).text()).isEqualTo("Works");
  }

  @Test
  void groupBy_isInOrderOfFirstRows() {
    Map<Boolean, Dataset> groups = REVIEWS.groupBy(row -> row.number("stars") > 3);

    assertThat(groups.keySet()).containsExactly(true, false);
    assertThat(groups).containsEntry(true, REVIEWS.select(0, 2));
    assertThat(groups).containsEntry(false, REVIEWS.select(1, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> REVIEWS.groupBy(Example::label))
        .withMessage(
            "groupBy: null for row 3 (counted from 0); give such rows a group of their own, or drop them by filter(...)");
  }

  @Test
  void valueCounts_mostFrequentFirstThenByName() {
    assertThat(REVIEWS.valueCounts("product"))
        .containsExactly(entry("shoe", 2), entry("", 1), entry("hat", 1));
    assertThat(REVIEWS.valueCounts("stars"))
        .containsExactly(entry("1", 1), entry("3", 1), entry("4", 1), entry("5", 1));
    Dataset lists =
        Dataset.of(
            Example.of("a").with("tags", List.of("x", "y")),
            Example.of("b").with("tags", List.of("y")),
            Example.of("c").with("tags", List.of()),
            Example.of("d"));
    assertThat(lists.valueCounts("tags"))
        .containsExactly(entry("", 2), entry("y", 2), entry("x", 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> REVIEWS.valueCounts("star"))
        .withMessage("column \"star\": the rows have \"stars\", \"product\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of(Example.of("a")).valueCounts("star"))
        .withMessage(
            "column \"star\": the rows have no columns beside text and label; keep(...) or keepAll() of the file's format keeps them");
  }

  @Test
  void classShares_areOfRowsWithLabels() {
    assertThat(REVIEWS.classShares())
        .containsExactly(entry("bad", 1 / 3.0), entry("good", 2 / 3.0));
    Dataset lists =
        Dataset.of(
            Example.of("a").withLabels(List.of("x", "y")), Example.of("b").withLabels(List.of()));
    assertThat(lists.classShares()).containsExactly(entry("x", 0.5), entry("y", 0.5));
    assertThat(Dataset.of().classShares()).isEmpty();
  }

  @Test
  void of_aStreamOrAnIterator() {
    assertThat(Dataset.of(REVIEWS.stream())).isEqualTo(REVIEWS);
    assertThat(Dataset.of(REVIEWS.iterator())).isEqualTo(REVIEWS);
    boolean[] closed = {false};
    Dataset.of(REVIEWS.stream().onClose(() -> closed[0] = true));
    assertThat(closed[0]).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of(Stream.of(Example.of("a"), null)))
        .withMessage("row 1 is null, expected an Example");
  }

  @Test
  void columnNames_areThoseOfAnyRow() {
    assertThat(REVIEWS.concat(Dataset.of(Example.of("a").with("z", 1))).columnNames())
        .containsExactly("stars", "product", "z");
  }

  @Test
  void show_alignsColumns() {
    Dataset data =
        Dataset.of(
            Example.of("Long " + "word ".repeat(40), "good").with("stars", 4.5),
            Example.of("\u65e5\u672c\u8a9e\u3067\u3059", "bad").with("stars", 1),
            Example.of("two\nlines\t\u202eof\u202c").with("more", List.of("a", "b")));

    assertThat(RowTable.of(data, new int[] {2, 0, 1}))
        .isEqualTo(
            """
            row  label  text                                                          more       stars
            2           two lines (U+202E)of(U+202C)                                  ["a","b"]
            0    good   Long word word word word word word word word word word word…             4.5
            1    bad    \u65e5\u672c\u8a9e\u3067\u3059                                                               1
            """);
  }

  @Test
  void show_isTheSampleOfTheSeed() {
    Dataset data =
        Dataset.of(IntStream.range(0, 50).mapToObj(i -> Example.of("text " + i)).toList());

    String shown = data.show(3, 42);
    assertThat(shown.lines().skip(1).map(line -> line.substring(5)))
        .containsExactlyElementsOf(data.sample(3, 42).stream().map(Example::text).toList());
    assertThat(data.show(99, 42).lines()).hasSize(51);
    assertThat(Dataset.of().show(5, 1)).isEqualTo("row  text\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> data.show(-1, 42))
        .withMessage("show: expected 0 rows or more, got -1");
  }
}
