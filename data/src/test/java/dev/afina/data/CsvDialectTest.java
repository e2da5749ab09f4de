package dev.afina.data;

import static dev.afina.data.DatasetFixtures.write;
import static dev.afina.data.DatasetFixtures.writeBytes;
import static dev.afina.data.DatasetFixtures.writeGzip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.afina.data.CsvFormat.Dialect;
import dev.afina.data.CsvFormat.Quoting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quotes, delimiters and encodings as other programs write them. */
class CsvDialectTest {
  private static final String FIVE_ROWS =
      "I like it\tpos\n\"this is\tneg\nno end\tneg\nof it\tpos\nso \"what\"\tpos\n";

  @TempDir Path folder;

  @Test
  void records_asAnotherParserDividesThem() throws Exception {
    Random random = new Random(3);
    String[] pieces = {"a", ",", "\"", "\"\"", "\n", "\r\n", "\r", "b c", ",\"", "\","};
    int same = 0;
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      Optional<List<List<String>>> expected = fastCsv(text.toString());
      assertThat(ours(text.toString())).as(text.toString()).isEqualTo(expected);
      same += expected.isPresent() ? 1 : 0;
    }
    assertThat(same).isBetween(300, 2700);
  }

  private static Optional<List<List<String>>> fastCsv(String text) throws IOException {
    List<List<String>> records = new ArrayList<>();
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .allowUnclosedQuote(false)
            .extraFieldStrategy(de.siegmar.fastcsv.reader.FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(de.siegmar.fastcsv.reader.FieldMismatchStrategy.IGNORE)
            .ofCsvRecord(text)) {
      reader.forEach(record -> records.add(record.getFields()));
      return Optional.of(records);
    } catch (CsvParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<List<List<String>>> ours(String text) throws IOException {
    List<List<String>> records = new ArrayList<>();
    try {
      CsvRecords reader =
          new CsvRecords(
              Path.of("x"), new StringReader(text), new Dialect(',', Quoting.DOUBLED), 1000);
      for (List<String> record = reader.next(); record != null; record = reader.next()) {
        records.add(record);
      }
      return Optional.of(records);
    } catch (DatasetException e) {
      return Optional.empty();
    }
  }

  @Test
  void tsv_quotesAreCharacters() throws Exception {
    Path file = write(folder, "a.tsv", FIVE_ROWS);

    assertThat(Dataset.csv(file, CsvFormat.tsvWithoutHeader().text(0).label(1)))
        .hasSize(5)
        .contains(Example.of("\"this is", "neg"), Example.of("so \"what\"", "pos"));
    Path named = write(folder, "b.tsv", "text\tlabel\n" + FIVE_ROWS);
    assertThat(Dataset.csv(named, CsvFormat.tsv())).hasSize(5);
    Path wide = write(folder, "c.tsv", "text\tlabel\n\"a\tb\"\tx\n");
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.csv(wide, CsvFormat.tsv()))
        .withMessage(
            wide
                + ":2: 3 columns, expected 2 as in the header; without quoting no text can hold '\\t'");
  }

  /**
   * Quotes as tweets have them: alone, at an end, in pairs that have nothing to do with each other.
   */
  @Test
  void tsvOfSharedTasks_keepsEveryRow() throws Exception {
    Random random = new Random(8);
    String[] words = {
      "\"", "\"so", "no\"", "'", "\\", "\\\"", ",", ";", "@user", "\"\"", "caf\u00e9"
    };
    for (int round = 0; round < 200; round++) {
      StringBuilder file = new StringBuilder("id\ttweet\tlabel\n");
      List<Example> expected = new ArrayList<>();
      for (int row = 0; row < 8; row++) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(5); length > 0; length--) {
          text.append(words[random.nextInt(words.length)]).append(random.nextBoolean() ? " " : "");
        }
        file.append(row).append('\t').append(text).append("\tl").append(row % 2).append('\n');
        expected.add(Example.of(text.toString(), "l" + row % 2).with("id", String.valueOf(row)));
      }
      CsvFormat format = CsvFormat.tsv().text("tweet").keepAll().charset("windows-1252");
      Path tsv =
          Files.write(
              folder.resolve("a.tsv"), file.toString().getBytes(Charset.forName("windows-1252")));
      assertThat(Dataset.csv(tsv, format)).as(file.toString()).containsExactlyElementsOf(expected);
    }
  }

  @Test
  void swallowedRows_areNamedByTheirLine() throws Exception {
    // A quote opens a field in the second row, one ends a field in the fourth.
    String rows = "a\tpos\n\"b\tneg\nc\tneg\nd\"\tpos\ne\tneg\n";
    Path file = write(folder, "a.tsv", rows);

    assertThat(warning(file, rows, '\t', 2))
        .hasValue(
            file
                + ":2: a quoted field holds what looks like rows: 3 lines of the file are read as 1 rows; if its quotes are plain characters, read it by CsvFormat.quoting(Quoting.NONE)");
    assertThat(warning(file, rows.replace('\t', ','), ',', 2)).isPresent();
    String prose = "\"good, I say\nand bad, too\",pos\nwell,neg\n";
    assertThat(warning(file, prose, ',', 2)).as("commas of a text").isEmpty();
    String ends = "\"good, I say\n\",pos\nwell,pos\nbad,neg\n"; // as a row of banking77
    assertThat(warning(file, ends, ',', 2)).as("a line end behind a text with a comma").isEmpty();
    String lines = "\"one\ntwo\nthree\"\tpos\nx\tneg\n";
    assertThat(warning(file, lines, '\t', 2)).as("lines of a text").isEmpty();
    String most = "a\tpos\n\"" + "line\n".repeat(99) + "\"\tneg\n";
    assertThat(warning(file, most, '\t', 2))
        .hasValueSatisfying(
            w -> assertThat(w).contains(":2: one quoted field spans 100 of the file's 101 lines"));
  }

  /** What is looked at is no more than it takes to see that the lines are no rows. */
  @Test
  void swallowedRows_isRowsOnlyIfEachLineIs() throws Exception {
    Path file = folder.resolve("a.tsv");
    for (String field : List.of("b\tneg\nc", "b\tneg\r\nc", "b\tneg\rc\tneg\nd", "b\t\nc")) {
      String rows = "a\tpos\n\"" + field + "\"\tpos\ne\tneg\n";
      assertThat(warning(file, rows, '\t', 2)).as(field).isPresent();
    }
    for (String field : List.of("b\nc", "\n", "b\tneg\tx\nc", "b\tneg\n\nc", "b\tneg\nc\tneg")) {
      String rows = "a\tpos\n\"" + field + "\"\tpos\ne\tneg\n";
      assertThat(warning(file, rows, '\t', 2)).as(field).isEmpty();
    }
  }

  @Test
  void headerAmongTheRows_isNamedByItsLine() {
    Path file = Path.of("joined.csv");
    JoinedFiles joined = new JoinedFiles(List.of("text", "label"));
    joined.record(List.of("text", "pos"), 2);
    joined.record(List.of("\ufefftext", "pos"), 3);
    joined.record(List.of("text", "label", ""), 4);
    joined.record(List.of("", "label"), 5);
    assertThat(joined.warning(file)).isEmpty();
    joined.record(List.of("text", "label"), 9);
    String once = "joined.csv:9: the header stands here once more, as where files were joined; ";
    assertThat(joined.warning(file)).hasValue(once + "it is read as data: take it out");
    joined.record(List.of("\ufefftext", "label"), 12);
    assertThat(joined.warning(file)).hasValue(once + "2 such rows are read as data: take them out");
  }

  private static Optional<String> warning(Path file, String text, char delimiter, int width)
      throws IOException {
    SwallowedRows swallowed = new SwallowedRows(width, width - 1, delimiter);
    CsvRecords reader =
        new CsvRecords(
            file, new StringReader(text), new Dialect(delimiter, Quoting.DOUBLED), 10_000);
    for (List<String> record = reader.next(); record != null; record = reader.next()) {
      swallowed.record(record, reader.recordLine(), reader.line());
    }
    return swallowed.warning(file, reader.line() - 1);
  }

  @Test
  void backslash_asSparkWrites() throws Exception {
    Path file =
        write(
            folder,
            "a.csv",
            "text,label\n\"say \\\"hi\\\", ok\",x\n\"C:\\\\ and \\n\",y\na\\b,x\n");

    assertThat(Dataset.csv(file, CsvFormat.withHeader().quoting(Quoting.BACKSLASH)))
        .containsExactly(
            Example.of("say \"hi\", ok", "x"),
            Example.of("C:\\ and \\n", "y"),
            Example.of("a\\b", "x"));
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.csv(file))
        .withMessage(
            file
                + ":2: not CSV: text behind a closing quote; the file seems to write quotes as \\\": call CsvFormat.quoting(Quoting.BACKSLASH)");
  }

  @Test
  void separatorLine_namesTheDelimiter() throws Exception {
    for (String first : List.of("sep=;\n", "SEP=;\r\n", "\"sep=;\"\n", "\uFEFFsep=;\n")) {
      Path file = write(folder, "a.csv", first + "text;label\na, b;x\n");
      assertThat(Dataset.csv(file)).as(first).containsExactly(Example.of("a, b", "x"));
    }
    Path text = write(folder, "b.csv", "sep=a,x\n");
    assertThat(Dataset.csv(text, CsvFormat.withoutHeader().text(0).label(1)))
        .containsExactly(Example.of("sep=a", "x"));
  }

  @Test
  void charset_byNameAndByMark() throws Exception {
    String rows = "text,label\ncaf\u00e9,x\n";
    Map<String, CsvFormat> files =
        Map.of(
            "ISO-8859-1", CsvFormat.withHeader().charset("latin1"),
            "windows-1252", CsvFormat.withHeader().charset("windows-1252"),
            "UTF-16LE", CsvFormat.withHeader().charset("UTF-16"),
            "UTF-16BE", CsvFormat.withHeader().charset("utf-16"),
            "UTF-16", CsvFormat.withHeader(),
            "x-UTF-16LE-BOM", CsvFormat.withHeader().charset("UTF-16"));
    for (Map.Entry<String, CsvFormat> entry : files.entrySet()) {
      Path file =
          Files.write(folder.resolve("a.csv"), rows.getBytes(Charset.forName(entry.getKey())));
      assertThat(Dataset.csv(file, entry.getValue()))
          .as(entry.getKey())
          .containsExactly(Example.of("caf\u00e9", "x"));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CsvFormat.withHeader().charset("latin-99"))
        .withMessage(
            "charset \"latin-99\" is not known; use one like UTF-8, ISO-8859-1, windows-1252 or UTF-16");
  }

  @Test
  void charset_contradictionsAndUnmarkedUtf16AreRefused() throws Exception {
    Path unmarked =
        Files.write(
            folder.resolve("u.csv"), "text,label\na,x\n".getBytes(StandardCharsets.UTF_16LE));
    assertBad(
        unmarked,
        CsvFormat.withHeader(),
        ": every second byte is 0: this is UTF-16 without a mark and not UTF-8; name it by charset(\"UTF-16LE\")");
    Path marked = write(folder, "m.csv", "\uFEFFtext,label\na,x\n");
    assertBad(
        marked,
        CsvFormat.withHeader().charset("windows-1252"),
        ": begins with the mark of UTF-8, but charset(\"windows-1252\") is named; leave charset(...) out (in a data set's card: encoding), or take the mark away");
    Path undefined = writeBytes(folder, "c.csv", "text,label\na,x\nb\u0081,x\n");
    assertBad(
        undefined,
        CsvFormat.withHeader().charset("windows-1252"),
        ":3: not valid windows-1252; name the right encoding by charset(...)");
  }

  @Test
  void otherFiles_areNamed() throws Exception {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry("train.csv"));
      out.write("text,label\na,x\n".getBytes(StandardCharsets.UTF_8));
    }
    Path zipped = Files.write(folder.resolve("a.csv"), zip.toByteArray());
    assertBad(
        zipped,
        CsvFormat.withHeader(),
        ": a zip archive, its first file is \"train.csv\"; unpack it and give the file inside");
    Path gzippedZip = writeGzip(folder, "g.csv", zip.toByteArray());
    assertBad(
        gzippedZip,
        CsvFormat.withHeader(),
        ": a zip archive, its first file is \"train.csv\"; unpack it and give the file inside");
    ByteArrayOutputStream xlsx = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(xlsx)) {
      out.putNextEntry(new ZipEntry("[Content_Types].xml"));
    }
    Path excel = Files.write(folder.resolve("b.csv"), xlsx.toByteArray());
    assertBad(
        excel,
        CsvFormat.withHeader(),
        ": an Excel file (xlsx), not CSV; in Excel save it as \"CSV UTF-8\"");
    Path page = write(folder, "p.csv", "<!DOCTYPE html><html>");
    assertBad(
        page,
        CsvFormat.withHeader(),
        ": a web page, perhaps the answer of a server that wants a login; fetch the file again");
  }

  @Test
  void hints_nameTheDelimiterAndTheMissingHeader() throws Exception {
    Path semicolons = write(folder, "a.csv", "text;label\na;x\n");
    assertBad(
        semicolons,
        CsvFormat.withHeader(),
        ":1: no column \"text\" for the text, the header has \"text;label\"; name the column by CsvFormat.text(...); this line holds ';': call delimiter(';')");
    Path bare = write(folder, "b.csv", "what a day it was,1\nno,0\n");
    assertBad(
        bare,
        CsvFormat.withHeader(),
        ":1: no column \"text\" for the text, the header has \"what a day it was\", \"1\"; name the column by CsvFormat.text(...); if the first line is a row already, use CsvFormat.withoutHeader()");
    Path tabs = write(folder, "c.csv", "a\tx\n");
    assertBad(
        tabs,
        CsvFormat.withoutHeader().text(0).label(1),
        ":1: no column 1 for the label, the file has 1, counted from 0; check CsvFormat.label(...) and the delimiter ','; this line holds '\\t': call delimiter('\\t')");
  }

  @Test
  void labelsOfPandas_areIntegers() throws Exception {
    Path gaps = write(folder, "a.csv", "text,label\na,1.0\nb,\nc,0.0\n");
    assertThat(Dataset.csv(gaps))
        .containsExactly(Example.of("a", "1"), Example.of("b"), Example.of("c", "0"));
    Path scores = write(folder, "b.csv", "text,label\na,1.0\nb,0.5\n");
    assertThat(Dataset.csv(scores).get(0).label()).isEqualTo("1.0");
    Path both = write(folder, "c.csv", "text,label\na,1.0\nb,1\nc,0\n"); // two files in one
    assertThat(Dataset.csv(both).classCounts()).hasToString("{0=1, 1=2}");
    Dataset rows = Dataset.of(Example.of("a", "1.0"), Example.of("b", "2"));
    rows.writeCsv(both);
    assertThat(Dataset.csv(both))
        .as("as Javadoc says")
        .containsExactly(Example.of("a", "1"), Example.of("b", "2"));
    rows.concat(Dataset.of(Example.of("c", "good"))).writeCsv(both);
    assertThat(Dataset.csv(both).get(0)).isEqualTo(rows.get(0));
  }

  @Test
  void messages_areShortWhateverTheFileHolds() throws Exception {
    String header = ("column " + "x".repeat(3_000) + ",").repeat(100) + "end\n";
    Path file = write(folder, "a.csv", header);

    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.csv(file))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000))
        .withMessageContaining("xxx…\" (3007 characters)");
  }

  private static void assertBad(Path file, CsvFormat format, String message) {
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.csv(file, format))
        .withMessage(file + message);
  }
}
