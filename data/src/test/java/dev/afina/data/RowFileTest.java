package dev.afina.data;

import static dev.afina.data.DatasetFixtures.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.afina.data.CsvFormat.Quoting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is read back equal, or refused. */
class RowFileTest {
  private static final String[] PIECES = {
    "a",
    "\"",
    "\"\"",
    ",",
    ";",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\\",
    "\\\"",
    " ",
    "'",
    "\u00e9",
    "\u6f22",
    "\ud83d\ude00",
    "\uFEFF",
    "\u2028",
    "\u0000",
    "sep=;",
    "{",
    "[1]",
    "NaN",
    "\u0085",
  };

  @TempDir Path folder;

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(6); length > 0; length--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  private static String label(Random random) {
    String label = text(random);
    return label.isBlank() ? "x" : label;
  }

  private static Dataset rows(Random random, boolean pairs, boolean targets) {
    List<Example> rows = new ArrayList<>();
    for (int count = random.nextInt(5); count > 0; count--) {
      Example row = pairs ? Example.ofPair(text(random), text(random)) : Example.of(text(random));
      rows.add(targets && random.nextInt(4) > 0 ? row.withLabel(label(random)) : row);
    }
    return Dataset.of(rows);
  }

  @Test
  void csv_isReadBackEqual() throws Exception {
    Random random = new Random(5);
    char[] delimiters = {',', ';', '\t', '|', ' ', 'a'};
    for (int round = 0; round < 150; round++) {
      boolean pairs = random.nextBoolean();
      boolean unlabelled = random.nextInt(4) == 0;
      CsvFormat format =
          CsvFormat.withHeader()
              .quoting(random.nextBoolean() ? Quoting.DOUBLED : Quoting.BACKSLASH)
              .delimiter(delimiters[random.nextInt(delimiters.length)])
              .text("T")
              .label("L");
      format = pairs ? format.pair("P") : format;
      format = unlabelled ? format.unlabelled() : format;
      format = random.nextInt(4) == 0 ? format.charset("UTF-16") : format;
      Dataset data = rows(random, pairs, !unlabelled);
      if (random.nextBoolean()) {
        data = data.map(row -> row.with(", \"n", text(random)).with("", text(random)));
      }
      Path file = folder.resolve(random.nextBoolean() ? "a.csv" : "a.csv.gz");
      data.writeCsv(file, format);
      assertThat(Dataset.csv(file, format.keepAll())).as("round %s", round).isEqualTo(data);
      Dataset.writeCsv(data.stream(), file, format);
      assertThat(Dataset.csv(file, format.keepAll())).as("round %s", round).isEqualTo(data);
    }
  }

  @Test
  void jsonLines_areReadBackEqual() throws Exception {
    Random random = new Random(6);
    for (int round = 0; round < 150; round++) {
      boolean pairs = random.nextBoolean();
      JsonFormat format = JsonFormat.standard();
      format = pairs ? format.pair("pair") : format;
      format = random.nextInt(3) == 0 ? format.charset("ISO-8859-1") : format;
      Dataset data = rows(random, pairs, true).map(row -> withColumns(row, random));
      Path file = folder.resolve("a.jsonl");
      data.writeJsonLines(file, format);
      assertThat(Dataset.jsonLines(file, format.keepAll())).as("round %s", round).isEqualTo(data);
    }
  }

  private static Example withColumns(Example row, Random random) {
    Example more = row;
    Object[] values = {
      null,
      1,
      -7L,
      0.1,
      1e300,
      5.0,
      true,
      "5",
      text(random),
      List.of(),
      List.of(1, "\ud800", 2.5),
      Arrays.asList("a", null, false),
    };
    for (int count = random.nextInt(4); count > 0; count--) {
      more = more.with(label(random) + count, values[random.nextInt(values.length)]);
    }
    return random.nextInt(5) == 0 ? more.withLabels(List.of("x", label(random) + "y")) : more;
  }

  @Test
  void targets_areWrittenAsTheFormatSays() throws Exception {
    Dataset lists =
        Dataset.of(
            Example.of("a").withLabels(List.of("x", "y")),
            Example.of("b").withLabels(List.of()),
            Example.of("c"));
    Dataset numbers = Dataset.of(Example.of("a").withValues(1, -2.5), Example.of("b"));
    CsvFormat csv = CsvFormat.withHeader();

    assertCsv(lists, csv.labelColumns("x", "y", "z"), "text,x,y,z\na,1,1,0\nb,0,0,0\nc,,,\n");
    assertCsv(lists, csv.label("l").labelSeparator("|").noLabel("NA"), "text,l\na,x|y\nb,\nc,NA\n");
    assertCsv(numbers, csv.valueColumns("p", "q"), "text,p,q\na,1.0,-2.5\nb,,\n");
    Path file = folder.resolve("a.jsonl");
    lists.writeJsonLines(file);
    assertThat(file)
        .hasContent(
            """
            {"text": "a", "label": ["x","y"]}
            {"text": "b", "label": []}
            {"text": "c", "label": null}
            """);
    assertThat(Dataset.jsonLines(file)).isEqualTo(lists);
    JsonFormat values = JsonFormat.standard().valueColumns("v");
    numbers.writeJsonLines(file, values);
    assertThat(Dataset.jsonLines(file, values)).isEqualTo(numbers);
    JsonFormat flags = JsonFormat.standard().labelColumns("x", "y");
    lists.writeJsonLines(file, flags);
    assertThat(Dataset.jsonLines(file, flags)).isEqualTo(lists);
  }

  private void assertCsv(Dataset data, CsvFormat format, String content) throws IOException {
    Path file = folder.resolve("a.csv");
    data.writeCsv(file, format);
    assertThat(file).hasContent(content);
    assertThat(Dataset.csv(file, format)).isEqualTo(data);
  }

  @Test
  void standardFormats_areReadByThePlainMethods() throws Exception {
    Dataset data = Dataset.of(Example.of("a, b", "x").with("n", 5), Example.of("", "y"));
    Path csv = folder.resolve("a.csv");
    data.writeCsv(csv);
    assertThat(csv).hasContent("text,label,n\n\"a, b\",x,5\n,y,\n");
    assertThat(Dataset.csv(csv)).isEqualTo(data.map(row -> row.without("n")));
    Path lines = folder.resolve("a.jsonl");
    data.writeJsonLines(lines);
    assertThat(Dataset.jsonLines(lines, JsonFormat.standard().keepAll())).isEqualTo(data);
    Dataset pairs = Dataset.of(Example.ofPair("a", "b", "x"));
    pairs.writeCsv(csv);
    assertThat(Dataset.csv(csv, CsvFormat.withHeader().pair("pair"))).isEqualTo(pairs);
    Dataset.of().writeCsv(csv);
    assertThat(csv).hasContent("text,label\n");
    assertThat(Dataset.csv(csv)).isEmpty();
  }

  @Test
  void whatCouldNotBeReadBack_isRefusedAndNothingIsWritten() throws Exception {
    Path file = write(folder, "a.csv", "before");
    CsvFormat csv = CsvFormat.withHeader();
    Example list = Example.of("a").withLabels(List.of("x"));
    Example good = Example.of("a", "x");

    assertRefused(
        file,
        csv,
        "row 1 (counted from 0): it has labels=[x], which these columns cannot hold; give a format with labelSeparator(...) or labelColumns(...)",
        good,
        list);
    assertRefused(
        file,
        csv,
        "row 0 (counted from 0): it has values=[1.0], which these columns cannot hold; give a format with valueColumns(...)",
        Example.of("a").withValues(1));
    assertRefused(
        file,
        csv,
        "row 0 (counted from 0): it has a second text; name its column by pair(...) of the format",
        Example.ofPair("a", "b"));
    assertRefused(
        file,
        csv.pair("p"),
        "row 0 (counted from 0): it has no second text, as the format has a pair(...)",
        good);
    assertRefused(
        file,
        csv.unlabelled(),
        "row 0 (counted from 0): it has label=x, but the format is unlabelled()",
        good);
    assertRefused(
        file,
        csv.noLabel("x"),
        "row 0 (counted from 0): label \"x\" is a word of noLabel(...)",
        good);
    assertRefused(
        file,
        csv.labelSeparator("x"),
        "row 0 (counted from 0): label \"x\" has the separator \"x\" in it, or blanks around",
        list);
    assertRefused(
        file,
        csv.labelSeparator(","),
        "row 0 (counted from 0): its labels are not known, and a blank field says that it has none; name a word for it by noLabel(...)",
        Example.of("a"));
    assertRefused(
        file,
        csv.labelColumns("y"),
        "row 0 (counted from 0): label \"x\" has no column, labelColumns(...) are \"y\"",
        list);
    assertRefused(
        file,
        csv.valueColumns("p", "q"),
        "row 0 (counted from 0): it has 1 values, valueColumns(...) are 2",
        Example.of("a").withValues(1));
    assertRefused(
        file,
        CsvFormat.tsv(),
        "row 0 (counted from 0): \"a\\tb\" holds the delimiter or a line break or is all of an empty row, which a file without quoting cannot have; replace these by Dataset.map, or write with quotes",
        Example.of("a\tb"));
    assertRefused(
        file,
        csv.charset("ISO-8859-1"),
        "row 0 (counted from 0): it has characters that ISO-8859-1 cannot write: \"\u6f22,x\"; use UTF-8, or replace them by Dataset.map",
        Example.of("\u6f22", "x"));
    assertRefused(
        file,
        csv,
        "row 0 (counted from 0): it has characters that UTF-8 cannot write: \"\\ud800,\"; use UTF-8, or replace them by Dataset.map",
        Example.of("\ud800"));
    assertRefused(
        file,
        csv,
        "two columns would be called \"label\": name those of text and label otherwise by the format, or drop the other by Dataset.map(row -> row.without(\"label\"))",
        good.with("label", 1));
    assertRefused(
        file,
        csv.text("sep=;").unlabelled(),
        "the header \"sep=;\" would be read as something else; name its columns otherwise",
        Example.of("a"));
    assertRefused(
        file,
        CsvFormat.withoutHeader().text(0),
        "a file is written with a header only; use CsvFormat.withHeader() or CsvFormat.tsv()",
        good);
    assertRefused(
        file,
        csv.text("a", "b"),
        "text(\"a\", \"b\"): a row's text is written to one column",
        good);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.writeCsv(Stream.of(good, good.with("n", 1)), file, csv))
        .withMessage(
            "row 1 (counted from 0): it has a column \"n\", which the first row has not: the header is written before it is known");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of(good.with("text", 1)).writeJsonLines(file))
        .withMessageStartingWith("row 0 (counted from 0): two members would be called \"text\"");
    assertThat(file).hasContent("before");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  /** pandas skips lines of spaces and tabs that do not stand in quotes. */
  @Test
  void blankTexts_ofASingleColumn_areQuoted() throws Exception {
    assertCsv(
        Dataset.of(Example.of(" "), Example.of(""), Example.of("\t "), Example.of("a ")),
        CsvFormat.withHeader().unlabelled(),
        "text\n\" \"\n\"\"\n\"\t \"\na \n");
    assertCsv(
        Dataset.of(Example.of(" "), Example.of("\t")),
        CsvFormat.withHeader().unlabelled().quoting(CsvFormat.Quoting.NONE),
        "text\n \n\t\n");
  }

  private static void assertRefused(Path file, CsvFormat format, String message, Example... rows) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of(rows).writeCsv(file, format))
        .withMessage(message);
  }

  @Test
  void streams_areWrittenAsTheyAreRead() throws Exception {
    Path in = write(folder, "in.csv", "text,label,id\na,x,1\nb,y,2\n");
    Path out = folder.resolve("out.jsonl");

    Dataset.writeJsonLines(
        Dataset.streamCsv(in, CsvFormat.withHeader().keep("id"))
            .map(row -> row.with("predicted", row.text().toUpperCase(java.util.Locale.ROOT))),
        out,
        JsonFormat.standard());
    assertThat(Files.readString(out, StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"text": "a", "label": "x", "id": "1", "predicted": "A"}
            {"text": "b", "label": "y", "id": "2", "predicted": "B"}
            """);
    Path bad = write(folder, "bad.csv", "text,label\na,x\nb\n");
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(
            () ->
                Dataset.writeCsv(
                    Dataset.streamCsv(bad, CsvFormat.withHeader()), out, CsvFormat.withHeader()))
        .withMessageStartingWith(bad + ":3: 1 column, expected 2");
    assertThat(out).content().startsWith("{\"text\": \"a\"");
  }
}
