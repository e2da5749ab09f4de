package dev.afina.data;

import static dev.afina.data.DatasetFixtures.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows with lists of labels and with numbers, from CSV and JSON. */
class TargetFormatsTest {
  private static final CsvFormat CSV = CsvFormat.withHeader();
  private static final JsonFormat JSON = JsonFormat.standard();

  @TempDir Path folder;

  @Test
  void csv_aColumnForEachLabel() throws Exception {
    Dataset data =
        csv(
            """
            id,text,toxic,rude,threat
            1,a,1,0,1
            2,b,0,0,0
            3,c, 1 ,1.0,0.0
            4,d,True,False,true
            5,e,, ,
            """,
            CSV.labelColumns("toxic", "rude", "threat"));

    assertThat(lists(data))
        .containsExactly(
            List.of("toxic", "threat"),
            List.of(),
            List.of("toxic", "rude"),
            List.of("toxic", "threat"),
            null);
    assertThat(data.get(4)).isEqualTo(Example.of("e"));
    assertThat(Labels.from(data.head(4)).names()).containsExactly("rude", "threat", "toxic");
  }

  @Test
  void csv_aColumnForEachLabel_byPosition() throws Exception {
    assertThat(lists(csv("x,1,0\ny,0,1\n", CsvFormat.withoutHeader().text(0).labelColumns(1, 2))))
        .as("numbered without a header")
        .containsExactly(List.of("0"), List.of("1"));
    assertThat(lists(csv("text,a,b\nx,1,1\n", CSV.labelColumns(2, 1))))
        .as("the names of the header, in the order given")
        .containsExactly(List.of("b", "a"));
  }

  @Test
  void csv_labelsInOneField() throws Exception {
    CsvFormat format = CSV.label("labels").labelSeparator(",");

    assertThat(lists(csv("text,labels\na,\"4,27\"\nb,25\nc,\"joy , big love\"\nd,\ne, \n", format)))
        .containsExactly(
            List.of("4", "27"), List.of("25"), List.of("joy", "big love"), List.of(), List.of());
    assertThat(lists(csv("a;b;c,x||y\n", withoutHeader().label(1).labelSeparator("||"))))
        .containsExactly(List.of("x", "y"));
    assertThat(lists(csv("a,2.0\nb,1.0;3.0\n", withoutHeader().labelSeparator(";").label(1))))
        .as("integers as table programs write them")
        .containsExactly(List.of("2"), List.of("1", "3"));
  }

  @Test
  void csv_values() throws Exception {
    CsvFormat format = CSV.valueColumns("valence", "arousal");

    assertThat(values(csv("text,valence,arousal\na,4.5,-1e-2\nb,3, .5\nc,,\n", format)))
        .containsExactly(List.of(4.5, -0.01), List.of(3.0, 0.5), null);
    assertThat(values(csv("a,4.5\n", withoutHeader().valueColumns(1))))
        .containsExactly(List.of(4.5));
    Dataset plain = csv("text,label\na,4.5\nb,3\n", CSV);
    assertThat(plain.valuesOf(0)).containsExactly(4.5);
    assertThat(plain.valuesOf(1)).containsExactly(3);
  }

  @Test
  void csv_whatIsNoTarget_namesLineAndColumn() {
    CsvFormat flags = CSV.labelColumns("toxic", "rude");
    String header = "text,toxic,rude\nok,0,1\n";
    assertBad(header + "a,2,0\n", flags, 3, "column \"toxic\" is \"2\", expected 0 or 1");
    assertBad(header + "a,0.5,0\n", flags, 3, "column \"toxic\" is \"0.5\", expected 0 or 1");
    assertBad(header + "a,yes,0\n", flags, 3, "column \"toxic\" is \"yes\", expected 0 or 1");
    assertBad(header + "a,NaN,0\n", flags, 3, "column \"toxic\" is \"NaN\", expected 0 or 1");
    assertBad(
        header + "a,1,\n",
        flags,
        3,
        "column \"rude\" is empty and column \"toxic\" is not, expected 0 or 1 in each of them, or nothing in all");
    assertBad(
        header + "\na,-1,-1\n",
        flags,
        4,
        "column \"toxic\" is -1, which marks a row that is not scored, expected 0 or 1; leave such rows out of the file, or read it by unlabelled()");
    assertBad(
        header + "a,0,-1.0\n",
        flags,
        3,
        "column \"rude\" is -1, which marks a row that is not scored, expected 0 or 1; leave such rows out of the file, or read it by unlabelled()");
    assertBad(
        "text,toxic\n",
        flags,
        1,
        "no column \"rude\" for the label, the header has \"text\", \"toxic\"; name the column by CsvFormat.labelColumns(...)");
    assertBad(
        "text,,\n",
        CSV.labelColumns(1, 2),
        1,
        "columns of labels: labels: name 0 is blank; give each label a name");
    assertBad(
        "text,a,a\n",
        CSV.labelColumns(1, 2),
        1,
        "columns of labels: labels: \"a\" is given twice, at 0 and 1; names must differ");
    CsvFormat separated = CSV.label("labels").labelSeparator(" ");
    assertBad(
        "text,labels\na,0 1 0\n",
        separated,
        2,
        "column \"labels\" has the label \"0\" twice in its list; a 0 or 1 for each label is read from columns of their own by labelColumns(...)");
    assertBad(
        "text,labels\na,\"x,,y\"\n",
        CSV.label("labels").labelSeparator(","),
        2,
        "column \"labels\": label 1 of its list is blank; each needs a name");
    CsvFormat values = CSV.valueColumns("x", "y");
    for (String bad : List.of("NaN", "inf", "-Infinity", "1e999", "four", "0x10", "1d")) {
      assertBad(
          "text,x,y\na,1,%s\n".formatted(bad),
          values,
          2,
          "column \"y\" is \"%s\", expected a finite number such as 4.5".formatted(bad));
    }
    assertBad(
        "text,x,y\na,1,\n",
        values,
        2,
        "column \"y\" is empty and column \"x\" is not, expected a finite number in each of them, or nothing in all");
    assertBad(
        "text,x\n",
        values,
        1,
        "no column \"y\" for the values, the header has \"text\", \"x\"; name the column by CsvFormat.valueColumns(...)");
  }

  @Test
  void contradictions_areRefusedWhenTheFormatIsMade() {
    String rule = " contradict each other: rows have one kind of target; leave one of them out";
    assertContradiction(
        () -> CSV.label("kind").labelColumns("toxic", "rude"),
        "label(\"kind\") and labelColumns(\"toxic\", \"rude\")" + rule);
    assertContradiction(() -> CSV.valueColumns(1).label(2), "valueColumns(1) and label(2)" + rule);
    assertContradiction(
        () -> CSV.labelSeparator(",").labelColumns(1, 2),
        "labelSeparator(\",\") and labelColumns(1, 2)" + rule);
    assertContradiction(
        () -> CSV.valueColumns("score").labelSeparator(","),
        "valueColumns(\"score\") and labelSeparator(\",\")" + rule);
    assertContradiction(
        () -> JSON.labelColumns("a").valueColumns("b"),
        "labelColumns(a) and valueColumns(b)" + rule);
    assertContradiction(
        () -> Columns.standard().label("a").valueColumns("b"),
        "label(a) and valueColumns(b)" + rule);
    assertContradiction(
        () -> CSV.unlabelled().labelSeparator(","),
        "unlabelled() and labelSeparator(\",\")" + rule);
    assertContradiction(
        () -> CSV.labelColumns("a", "b", "a"), "labelColumns: column \"a\" is given twice");
    assertContradiction(
        () -> CSV.labelSeparator(""),
        "labelSeparator(\"\"): expected what stands between two labels, such as \",\"");
    assertContradiction(
        () -> csv("a,b\n", withoutHeader().labelSeparator(",")),
        "labelSeparator(\",\"): no column is the label; give its position by label(...)");
  }

  @Test
  void theLastOfOneKindCounts_andUnlabelledTakesAway() throws Exception {
    assertThat(csv("text,x,y\na,1,2\n", CSV.label("x").label("y")).get(0).label()).isEqualTo("2");
    assertThat(
            lists(csv("text,x,y\na,1,1\n", CSV.valueColumns("x").unlabelled().labelColumns("y"))))
        .containsExactly(List.of("y"));
    assertThat(csv("text,x,y\na,1,1\n", CSV.labelColumns("x").unlabelled()).get(0))
        .isEqualTo(Example.of("a"));
  }

  @Test
  void json_lists() throws Exception {
    Dataset data =
        json(
            """
            {"text": "a", "label": ["joy", "love"]}
            {"text": "b", "label": []}
            {"text": "c", "label": [4, 27.0]}
            {"text": "d", "label": null}
            {"text": "e", "label": "joy"}
            {"text": "f", "label": 4.5}
            """,
            JSON);

    assertThat(lists(data))
        .containsExactly(List.of("joy", "love"), List.of(), List.of("4", "27"), null, null, null);
    assertThat(data.get(4).label()).isEqualTo("joy");
    assertThat(data.get(5).label()).isEqualTo("4.5");
    assertThat(data.valuesOf(5)).containsExactly(4.5);
    assertThat(lists(json("{\"text\": \"a\", \"label\": \"x|y\"}", JSON.labelSeparator("|"))))
        .containsExactly(List.of("x", "y"));
  }

  @Test
  void json_aMemberForEachLabel_andValues() throws Exception {
    String rows =
        """
        {"text": "a", "is": {"toxic": 1, "rude": false}, "score": 4.5, "more": [1, -2.5]}
        {"text": "b", "is": {"toxic": 0.0, "rude": true}, "score": -1e-2, "more": [3]}
        {"text": "c", "is": {"toxic": null, "rude": null}, "score": null, "more": null}
        """;

    assertThat(lists(json(rows, JSON.labelColumns("is.toxic", "is.rude"))))
        .containsExactly(List.of("is.toxic"), List.of("is.rude"), null);
    assertThat(values(json(rows, JSON.valueColumns("score"))))
        .containsExactly(List.of(4.5), List.of(-0.01), null);
    assertThat(values(json(rows, JSON.valueColumns("more"))))
        .containsExactly(List.of(1.0, -2.5), List.of(3.0), null);
  }

  @Test
  void json_whatIsNoTarget_namesLineAndMember() {
    String item =
        " in its list, expected strings or integers; numbers to predict are read by valueColumns(...)";
    assertBad("[\"a\", null]", JSON, "member \"label\" has null" + item);
    assertBad("[0.25, 0.75]", JSON, "member \"label\" has 0.25" + item);
    assertBad("[\"a\", true]", JSON, "member \"label\" has true" + item);
    assertBad("[[1], 2]", JSON, "member \"label\" has an array" + item);
    assertBad("[{\"a\": 1}]", JSON, "member \"label\" has an object" + item);
    assertBad("[\" \"]", JSON, "member \"label\": label 0 of its list is blank; each needs a name");
    String twice =
        "member \"label\" has the label \"0\" twice in its list; a 0 or 1 for each label is read from members of their own by labelColumns(...)";
    assertBad("[0, 1, 0]", JSON, twice);
    assertBad("[0.0, 0.0, 1.0]", JSON, twice);
    JsonFormat values = JSON.valueColumns("label");
    assertBad(
        "\"four\"", values, "member \"label\" is \"four\", expected a finite number such as 4.5");
    assertBad("true", values, "member \"label\" is true, expected a finite number such as 4.5");
    assertBad("1e999", values, "member \"label\" is 1e999, expected a finite number such as 4.5");
    assertBad(
        "[1, null]", values, "member \"label\" is null, expected a finite number such as 4.5");
    assertBad("[]", values, "member \"label\" is a list of no numbers, expected 1 to 65536");
    assertBad("{}", values, "member \"label\" is an object, expected a finite number such as 4.5");
    JsonFormat flags = JSON.labelColumns("label");
    assertBad("[1, 0]", flags, "member \"label\" is [1, 0], expected 0 or 1");
    assertBad("{}", flags, "member \"label\" is an object, expected 0 or 1");
    assertBad("\"maybe\"", flags, "member \"label\" is \"maybe\", expected 0 or 1");
  }

  @Test
  void hugeLists_areRefusedInOneLine() {
    String numbers =
        IntStream.range(0, 70_000).mapToObj(String::valueOf).collect(Collectors.joining(","));
    String most = ": a list of 65536 labels or more; check which ";

    assertBad("[" + numbers + "]", JSON, "member \"label\"" + most + "member is the label");
    assertBad(
        "text,label\na,\"" + numbers + "\"\n",
        CSV.labelSeparator(","),
        2,
        "column \"label\"" + most + "column is the label");
    assertBad(
        "[" + numbers + "]",
        JSON.valueColumns("label"),
        "member \"label\" is a list of more than 65536 numbers, expected 1 to 65536");
    assertBad(
        "[" + "[".repeat(5_000) + "]".repeat(5_000) + "]",
        JSON,
        "not JSON, expected one object a line, such as {\"text\": \"...\"}, or one array of objects");
  }

  @Test
  void longValues_areCutInMessages() throws Exception {
    String lengthy = "9\u202e".repeat(50_000);
    for (CsvFormat format : List.of(CSV.labelColumns("label"), CSV.valueColumns("label"))) {
      assertThatExceptionOfType(DatasetException.class)
          .isThrownBy(() -> csv("text,label\na," + lengthy + "\n", format))
          .satisfies(
              e -> assertThat(e.getMessage()).hasSizeLessThan(1000).doesNotContain("\u202e"));
    }
  }

  /** The rows share one object for equal labels, and the memory is reckoned by what is new. */
  @Test
  void memory_ofListsIsReckoned() throws Exception {
    String many =
        IntStream.range(0, 2_000)
            .mapToObj(i -> "{\"text\": \"a\", \"label\": [" + i + ", \"x\"]}\n")
            .collect(Collectors.joining());
    String same = "{\"text\": \"a\", \"label\": [1, \"x\"]}\n".repeat(2_000);
    JsonFormat small = JSON.limits(DataLimits.standard().memoryBytes(250_000));

    Dataset data = json(same, small);
    assertThat(data.get(0).labels()).isSameAs(data.get(1999).labels());
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> json(many, small))
        .withMessageContaining("MB, the limit is 1 MB");
  }

  private static CsvFormat withoutHeader() {
    return CsvFormat.withoutHeader().text(0);
  }

  private Dataset csv(String content, CsvFormat format) throws IOException {
    return Dataset.csv(write(folder, "a.csv", content), format);
  }

  private Dataset json(String content, JsonFormat format) throws IOException {
    return Dataset.jsonLines(write(folder, "a.jsonl", content), format);
  }

  private void assertBad(String content, CsvFormat format, int line, String message) {
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> csv(content, format))
        .withMessage(folder.resolve("a.csv") + ":" + line + ": " + message);
  }

  private void assertBad(String label, JsonFormat format, String message) {
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> json("{\"text\": \"a\", \"label\": " + label + "}", format))
        .withMessageStartingWith(folder.resolve("a.jsonl") + ":1: " + message);
  }

  private interface Making {
    Object make() throws IOException;
  }

  private static void assertContradiction(Making making, String message) {
    assertThatIllegalArgumentException().isThrownBy(making::make).withMessage(message);
  }

  private static List<@Nullable List<String>> lists(Dataset data) {
    List<@Nullable List<String>> lists = new ArrayList<>();
    data.forEach(row -> lists.add(row.labels()));
    return lists;
  }

  private static List<@Nullable List<Double>> values(Dataset data) {
    List<@Nullable List<Double>> values = new ArrayList<>();
    data.forEach(row -> values.add(row.values()));
    return values;
  }
}
