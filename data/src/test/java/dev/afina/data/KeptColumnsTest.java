package dev.afina.data;

import static dev.afina.data.DatasetFixtures.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The other columns of a row: how they are read, added, compared, and what is said of them. */
class KeptColumnsTest {
  private static final String REVIEWS =
      """
      stars,text,product,label,seen
      5,Works,"shoe, red",good,true
      1,Broke,hat,bad,0
      ,Hm,,bad,x
      """;

  @TempDir Path folder;

  @Test
  void csv_keepsByNameByPositionAndAll() throws Exception {
    Path file = write(folder, "a.csv", REVIEWS);

    Dataset named = Dataset.csv(file, CsvFormat.withHeader().keep("product", "stars"));
    assertThat(named.get(0))
        .isEqualTo(Example.of("Works", "good").with("product", "shoe, red").with("stars", "5"))
        .hasToString("Example[text=Works, label=good, product=shoe, red, stars=5]");
    assertThat(Dataset.csv(file).get(0)).isEqualTo(Example.of("Works", "good"));
    assertThat(Dataset.csv(file, CsvFormat.withHeader().keep(0, 2)).get(0).columnNames())
        .containsExactly("stars", "product");
    Dataset all = Dataset.csv(file, CsvFormat.withHeader().keepAll());
    assertThat(all.get(1).columnNames()).containsExactly("stars", "product", "seen");
    assertThat(all.get(0).columnNames()).isSameAs(all.get(1).columnNames());
    assertThat(Dataset.csv(file, CsvFormat.withHeader().keep("text", "label")).get(0).text("label"))
        .isEqualTo("good");
    Path bare = write(folder, "b.csv", "1,Works,red\n");
    assertThat(Dataset.csv(bare, CsvFormat.withoutHeader().text(1).label(0).keepAll()))
        .containsExactly(Example.of("Works", "1").with("2", "red"));
  }

  @Test
  void csv_cellsAreTextsThatAreReadAsOtherTypes() throws Exception {
    Dataset data = Dataset.csv(write(folder, "a.csv", REVIEWS), CsvFormat.withHeader().keepAll());

    Example first = data.get(0);
    assertThat(first.column("stars")).isEqualTo("5");
    assertThat(first.number("stars")).isEqualTo(5.0);
    assertThat(first.bool("seen")).isTrue();
    assertThat(data.get(1).bool("seen")).isFalse();
    assertThat(data.get(2).isMissing("stars")).isTrue();
    assertThat(first.isMissing("stars")).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> data.get(2).number("stars"))
        .withMessage("column \"stars\" is \"\", expected a number such as 4.5, in the row \"Hm\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> data.get(2).bool("seen"))
        .withMessage("column \"seen\" is \"x\", expected true, false, 1 or 0, in the row \"Hm\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> first.column("star"))
        .withMessage("column \"star\": the row has \"stars\", \"product\", \"seen\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Example.of("a").number("stars"))
        .withMessage(
            "column \"stars\": the row has no columns beside text and label; keep(\"stars\") or keepAll() of the file's format keeps them");
  }

  @Test
  void csv_missingAndDoubleColumnsAreRefused() throws Exception {
    Path file = write(folder, "a.csv", "text,label,x,x\na,b,1,2\n");

    assertBad(
        file,
        CsvFormat.withHeader().keep("y"),
        ":1: no column \"y\" to keep, the header has \"text\", \"label\", \"x\", \"x\"; name the column by CsvFormat.keep(...)");
    assertBad(
        file,
        CsvFormat.withHeader().keepAll(),
        ":1: two columns to keep are called \"x\"; keep one of them by its position: CsvFormat.keep(3)");
    assertThat(Dataset.csv(file, CsvFormat.withHeader().keep(3)).get(0).text("x")).isEqualTo("2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CsvFormat.withHeader().keep("x", "x"))
        .withMessage("keep: column \"x\" is given twice");
  }

  @Test
  void json_keepsTypes() throws Exception {
    Path file =
        write(
            folder,
            "a.jsonl",
            "{\"text\": \"a\", \"label\": 1, \"n\": 5, \"d\": 4.5, \"t\": true, \"s\": \"x\", \"l\": [\"p\", 2, null], \"o\": {\"k\": [1.0, \"\\\"\\n"
                + "\"]}, \"z\": null, \"big\": 12345678901234567890}\n"
                + "{\"text\": \"b\", \"label\": 2, \"n\": 6}\n");

    Dataset all = Dataset.jsonLines(file, JsonFormat.standard().keepAll());
    Example first = all.get(0);
    assertThat(first.column("n")).isEqualTo(5L);
    assertThat(first.column("d")).isEqualTo(4.5);
    assertThat(first.column("t")).isEqualTo(true);
    assertThat(first.list("l")).isEqualTo(Arrays.asList("p", 2L, null)).isUnmodifiable();
    assertThat(first.text("l")).isEqualTo("[\"p\",2,null]");
    assertThat(first.column("o")).isEqualTo("{\"k\":[1.0,\"\\\"\\n\"]}");
    assertThat(first.column("z")).isNull();
    assertThat(first.text("z")).isNull();
    assertThat(first.column("big")).isEqualTo("12345678901234567890");
    assertThat(first.number("big")).isEqualTo(1.2345678901234567E19);
    assertThat(all.get(1).columnNames()).containsExactly("n");
    assertThat(all.get(1).isMissing("d")).isTrue();
    assertThat(Dataset.jsonLines(file, JsonFormat.standard().keep("d", "n")).get(1))
        .isEqualTo(Example.of("b", "2").with("d", null).with("n", 6));
  }

  @Test
  void json_pathsAndOwnNamesWithDots() throws Exception {
    String inner = "\"review\": {\"body\": \"in\", \"stars\": 5}";
    for (String row :
        List.of(
            "{\"review.body\": \"own\", " + inner + ", \"label\": 1}",
            "{" + inner + ", \"review.body\": \"own\", \"label\": 1}")) {
      Path file = write(folder, "a.jsonl", row);
      assertThat(
              Dataset.jsonLines(
                  file, JsonFormat.standard().text("review.body").keep("review.stars", "review")))
          .as(row)
          .containsExactly(
              Example.of("own", "1")
                  .with("review.stars", 5)
                  .with("review", "{\"body\":\"in\",\"stars\":5}"));
      assertThat(Dataset.jsonLines(file, JsonFormat.standard().text("review.body").keepAll()))
          .as("what lies beside the text is kept by its path: %s", row)
          .containsExactly(Example.of("own", "1").with("review.stars", 5));
    }
  }

  @Test
  void json_whatCannotBeKeptIsRefused() throws Exception {
    Path file = write(folder, "a.jsonl", "{\"text\": \"a\", \"label\": 1, \"stars\": 1}\n");

    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.jsonLines(file, JsonFormat.standard().keep("strs")))
        .withMessage(
            file
                + ": no row has the member \"strs\" to keep, the first row has \"text\", \"label\", \"stars\"; name the member by JsonFormat.keep(...)");
    StringBuilder members = new StringBuilder("{\"text\": \"a\", \"label\": 1");
    for (int i = 0; i < 10_000; i++) {
      members.append(", \"").append(i).append("\": 1");
    }
    Path wide = write(folder, "c.jsonl", members + "}");
    assertThat(Dataset.jsonLines(wide)).hasSize(1);
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.jsonLines(wide, JsonFormat.standard().keepAll()))
        .withMessage(
            wide + ":1: more than 10000 members to keep; name those that matter by keep(...)");
    String many = "{\"text\": \"a\", \"label\": 1, \"l\": [" + "1,".repeat(1 << 16) + "1]}";
    Path lists = write(folder, "b.jsonl", many);
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.jsonLines(lists, JsonFormat.standard().keepAll()))
        .withMessage(
            lists + ":1: member \"l\" has a list of more than 65536 values, too many to keep");
  }

  @Test
  void with_addsAndReplaces() {
    Example row = Example.ofPair("a", "b", "x").with("n", 1).with("p", 0.25f);

    assertThat(row.column("n")).isEqualTo(1L);
    assertThat(row.column("p")).isEqualTo(0.25);
    assertThat(row.with("n", null).column("n")).isNull();
    assertThat(row.with("n", 2).columnNames()).containsExactly("n", "p");
    assertThat(row.column("n")).as("the row itself stays").isEqualTo(1L);
    assertThat(row.without("n")).isEqualTo(Example.ofPair("a", "b", "x").with("p", 0.25));
    assertThat(row.without("q")).isSameAs(row);
    assertThat(row.withText("c").withLabel("y").withLabels(List.of()).columnNames())
        .containsExactly("n", "p");
    assertThat(row.with("l", List.of("a", 1)).list("l")).containsExactly("a", 1L);
    assertThat(row.with("l", "[\"a\", 1]").list("l")).containsExactly("a", 1L);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> row.list("n"))
        .withMessage("column \"n\" is 1, expected a list such as [\"a\", \"b\"], in the row \"a\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> row.with("n", Double.NaN))
        .withMessage("column \"n\": NaN, expected a finite number, or null where there is none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> row.with("n", Optional.empty()))
        .withMessage(
            "column \"n\": of type Optional, expected text, a number, true or false, a list of such, or null");
  }

  @Test
  void equality_isThatOfColumnsInAnyOrder() {
    Example row = Example.of("a").with("x", 1).with("y", "2");

    assertThat(row)
        .isEqualTo(Example.of("a").with("y", "2").with("x", 1))
        .hasSameHashCodeAs(Example.of("a").with("y", "2").with("x", 1))
        .isNotEqualTo(Example.of("a").with("x", 1))
        .isNotEqualTo(Example.of("a").with("x", 1).with("y", 2))
        .isNotEqualTo(Example.of("a").with("x", 1).with("z", "2"))
        .isNotEqualTo(Example.of("a"));
  }

  @Test
  void names_areOneObjectForAllRows() {
    Dataset data =
        Dataset.of(Example.of("a"), Example.of("b"))
            .map(e -> e.with("x", e.text()).with("y", 1))
            .map(e -> e.without("x").with("z", 2));

    assertThat(data.get(0).columnNames()).isSameAs(data.get(1).columnNames());
    assertThat(data.get(0).columnNames()).containsExactly("y", "z");
  }

  @Test
  void memory_ofColumnsIsReckoned() throws Exception {
    Path file =
        write(
            folder, "a.csv", "text,label,more\n" + ("a,b," + "c".repeat(1000) + "\n").repeat(3000));

    assertThat(Dataset.csv(file, limited(CsvFormat.withHeader()))).hasSize(3000);
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.csv(file, limited(CsvFormat.withHeader().keepAll())))
        .withMessageContaining("rows take about 2 MB, the limit is 1 MB");
  }

  private static CsvFormat limited(CsvFormat format) {
    return format.limits(DataLimits.standard().memoryBytes(1 << 20));
  }

  @Test
  void noLabel_wordsAreNoLabelAndCounted() throws Exception {
    String rows = "text,label\na,x\nb,NA\nc, - \nd,NA\ne,na\n";
    Path file = write(folder, "a.csv", rows);

    Dataset data = Dataset.csv(file, CsvFormat.withHeader().noLabel("NA", "-"));
    assertThat(data.stream().map(Example::label)).containsExactly("x", null, null, null, "na");
    assertThat(data.labelled()).containsExactly(Example.of("a", "x"), Example.of("e", "na"));
    assertThat(data).hasToString("Dataset[5 rows; 2 labels: na (1), x (1); 3 without a label]");
    TargetReader reader =
        new TargetReader(
            TargetColumns.usually("label").unknown(List.of("NA", "-")),
            "column",
            List.of("label"),
            List.of("label"),
            null,
            problem -> new DatasetException(file, problem, null));
    for (String cell : List.of("x", "NA", " - ", "NA")) {
      reader.read(new Cell[] {new Cell.Text(cell)});
    }
    assertThat(reader.unknown()).hasValue("3 rows have no label: 2 \"NA\", 1 \"-\"");
    Path scores = write(folder, "b.csv", "text,p,q\na,1,0\nb,-1,-1\n");
    assertThat(Dataset.csv(scores, CsvFormat.withHeader().labelColumns("p", "q").noLabel("-1")))
        .containsExactly(Example.of("a").withLabels(List.of("p")), Example.of("b"));
    Path json = write(folder, "c.jsonl", "{\"text\": \"a\", \"label\": -1}\n");
    assertThat(Dataset.jsonLines(json, JsonFormat.standard().noLabel("-1")))
        .containsExactly(Example.of("a"));
  }

  private static void assertBad(Path file, CsvFormat format, String message) {
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.csv(file, format))
        .withMessage(file + message);
  }
}
