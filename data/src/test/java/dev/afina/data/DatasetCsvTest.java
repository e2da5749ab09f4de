package dev.afina.data;

import static dev.afina.data.DatasetFixtures.committed;
import static dev.afina.data.DatasetFixtures.write;
import static dev.afina.data.DatasetFixtures.writeBytes;
import static dev.afina.data.DatasetFixtures.writeGzip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCsvTest {
  private static final String HEADER = "text,label\n";

  @TempDir Path folder;

  @Test
  void csv_headerAndIntegerLabels() throws Exception {
    assertThat(Dataset.csv(committed("emotion.csv")))
        .containsExactly(
            Example.of("So happy about the new bike! \uD83D\uDEB2 ", "1"),
            Example.of("They said \"maybe\" again, what a day ", "0"),
            Example.of("It will get better #hope ", "2"),
            Example.of("missed the last train... ", "3"),
            Example.of("wow ", "1"));
  }

  @Test
  void csv_otherLabelColumn() throws Exception {
    Dataset data = Dataset.csv(committed("intents.csv"), CsvFormat.withHeader().label("category"));

    assertThat(data)
        .hasToString(
            "Dataset[4 rows; 3 labels: card_arrival (2), change_pin (1), transaction_charged_twice (1)]");
    assertThat(data.get(1).text()).isEqualTo("I paid twice, can you look into it?");
  }

  @Test
  void csv_withoutHeaderTextsAreJoined() throws Exception {
    Dataset data =
        Dataset.csv(committed("topics.csv"), CsvFormat.withoutHeader().text(1, 2).label(0));

    assertThat(data).hasToString("Dataset[5 rows; 4 labels: 1 (1), 2 (1), 3 (2), 4 (1)]");
    assertThat(data.get(1))
        .isEqualTo(
            Example.of(
                "Late goal settles the derby A header in the \"last\" minute, from a corner, gave the hosts the game.",
                "2"));
  }

  @Test
  void csv_pairs() throws Exception {
    CsvFormat format = CsvFormat.withHeader().text("sentence_a").pair("sentence_b");

    assertThat(Dataset.csv(committed("pairs.csv"), format))
        .hasToString("Dataset[3 rows, all pairs; 3 labels: 0 (1), 1 (1), 2 (1)]")
        .contains(Example.ofPair("A man is cooking", "A man is reading a map", "1"))
        .isEqualTo(
            Dataset.csv(committed("pairs.csv"), CsvFormat.withHeader().text(0).pair(1).label(2)));
  }

  @Test
  void csv_quotesAndLineBreaksInFields() throws Exception {
    Path file =
        write(
            folder,
            "a.csv",
            HEADER + "\"one\ntwo\r\nthree\",x\n\"say \"\"hi\"\", ok\",y\n\"\",x\n  a \"b\" c ,y\n");

    assertThat(Dataset.csv(file))
        .containsExactly(
            Example.of("one\ntwo\r\nthree", "x"),
            Example.of("say \"hi\", ok", "y"),
            Example.of("", "x"),
            Example.of("  a \"b\" c ", "y"));
  }

  @Test
  void csv_byteOrderMarkCrlfBlankLinesNoBreakAtTheEnd() throws Exception {
    Path file = write(folder, "a.csv", "\uFEFFtext,label\r\n\r\na,x\r\n\r\n\r\nb,y");

    assertThat(Dataset.csv(file)).containsExactly(Example.of("a", "x"), Example.of("b", "y"));
  }

  @Test
  void csv_delimiterAndJoiner() throws Exception {
    Path file = write(folder, "a.tsv", "title\tbody\tlabel\na, b\tc\tx\n");

    assertThat(
            Dataset.csv(
                file, CsvFormat.withHeader().text("title", "body").joinedBy(" | ").delimiter('\t')))
        .containsExactly(Example.of("a, b | c", "x"));
  }

  @Test
  void csv_unlabelled() throws Exception {
    Path file = write(folder, "a.csv", "text\nhello\n");

    assertThat(Dataset.csv(file, CsvFormat.withHeader().unlabelled()))
        .containsExactly(Example.of("hello"));
    assertThat(Dataset.csv(file, CsvFormat.withoutHeader().text(0)))
        .containsExactly(Example.of("text"), Example.of("hello"));
  }

  @Test
  void csv_blankLabelIsNoLabel() throws Exception {
    Path file = write(folder, "a.csv", HEADER + "a,\nb, \nc,x\n");

    assertThat(Dataset.csv(file))
        .containsExactly(Example.of("a"), Example.of("b"), Example.of("c", "x"));
  }

  @Test
  void csv_gzipIsKnownByItsBytes() throws Exception {
    Path plain = committed("emotion.csv");
    Path gzip = writeGzip(folder, "emotion.csv", Files.readAllBytes(plain));

    assertThat(Dataset.csv(gzip)).isEqualTo(Dataset.csv(plain));
  }

  /** As {@code cat a.gz b.gz} and archives of parts make them. */
  @Test
  void csv_gzipOfSeveralMembers_isReadToItsEnd() throws Exception {
    byte[] first =
        Files.readAllBytes(
            writeGzip(folder, "1.gz", (HEADER + "a,x\n").getBytes(StandardCharsets.UTF_8)));
    byte[] none = Files.readAllBytes(writeGzip(folder, "0.gz", new byte[0]));
    byte[] second =
        Files.readAllBytes(writeGzip(folder, "2.gz", "b,y\n".getBytes(StandardCharsets.UTF_8)));
    // The same with all that a header may have: extra field, name, comment, checksum.
    byte[] named =
        joined(
            new byte[] {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3},
            new byte[] {2, 0, 7, 7, 'n', 0, 'c', 'c', 0, 9, 9},
            Arrays.copyOfRange(second, 10, second.length));
    byte[] zeros = new byte[512];
    for (byte[] file :
        List.of(
            joined(first, second),
            joined(first, named),
            joined(first, none, none, second, zeros),
            joined(first, zeros, second))) {
      assertThat(Dataset.csv(Files.write(folder.resolve("all.gz"), file)))
          .containsExactly(Example.of("a", "x"), Example.of("b", "y"));
    }
    byte[] damaged = second.clone();
    damaged[1] ^= 4;
    byte[] otherSum = second.clone();
    otherSum[second.length - 8] ^= 1;
    byte[] otherSize = second.clone();
    otherSize[second.length - 4] ^= 1;
    for (byte[] rest :
        List.of(damaged, otherSum, otherSize, Arrays.copyOf(second, 7), new byte[] {'x'})) {
      Path file = Files.write(folder.resolve("bad.gz"), joined(first, rest));
      assertThatExceptionOfType(DatasetException.class)
          .isThrownBy(() -> Dataset.csv(file))
          .withMessage(file + ": the gzip data is damaged or cut short; fetch the file again");
    }
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Test
  void csv_headerOnlyIsEmpty() throws Exception {
    assertThat(Dataset.csv(write(folder, "a.csv", HEADER))).hasToString("Dataset[0 rows (empty)]");
    assertThat(Dataset.csv(write(folder, "b.csv", ""), CsvFormat.withoutHeader().text(0)).size())
        .isZero();
  }

  @Test
  void csv_whatAnotherWriterWroteComesBack() throws Exception {
    Random random = new Random(5);
    String[] pieces = {
      "a", " ", ",", "\"", "\n", "\r\n", "\r", "é", "漢", "\uD83D\uDE00", "\t", "#"
    };
    for (int round = 0; round < 50; round++) {
      List<Example> rows = new ArrayList<>();
      Path file = folder.resolve("round" + round + ".csv");
      try (CsvWriter writer = CsvWriter.builder().build(file)) {
        writer.writeRecord("label", "pair", "text");
        for (int i = 0; i < 20; i++) {
          StringBuilder text = new StringBuilder();
          for (int length = random.nextInt(8); length > 0; length--) {
            text.append(pieces[random.nextInt(pieces.length)]);
          }
          Example row = Example.ofPair(text.toString(), text.reverse().toString(), "l" + i % 3);
          rows.add(row);
          writer.writeRecord(row.label(), row.pair(), row.text());
        }
      }

      assertThat(Dataset.csv(file, CsvFormat.withHeader().pair("pair")).examples()).isEqualTo(rows);
    }
  }

  @Test
  void csv_missingColumnListsTheHeader() throws Exception {
    Path file = write(folder, "a.csv", "sentence,category\na,x\n");

    assertBad(
        () -> Dataset.csv(file),
        file,
        1,
        "no column \"text\" for the text, the header has \"sentence\", \"category\"; name the column by CsvFormat.text(...)");
    assertBad(
        () -> Dataset.csv(file, CsvFormat.withHeader().text("sentence")),
        file,
        1,
        "no column \"label\" for the label, the header has \"sentence\", \"category\"; name the column by CsvFormat.label(...), or call unlabelled()");
    assertBad(
        () -> Dataset.csv(file, CsvFormat.withoutHeader().text(0).label(2)),
        file,
        1,
        "no column 2 for the label, the file has 2, counted from 0; check CsvFormat.label(...) and the delimiter ','");
  }

  @Test
  void csv_columnTwiceInTheHeader() throws Exception {
    Path file = write(folder, "a.csv", "text,label,text\na,x,b\n");

    assertBad(
        () -> Dataset.csv(file),
        file,
        1,
        "column \"text\" is there more than once; give its position by CsvFormat.text(...), counted from 0");
    assertThat(Dataset.csv(file, CsvFormat.withHeader().text(2)).get(0).text()).isEqualTo("b");
  }

  @Test
  void csv_tooFewAndTooManyColumns() throws Exception {
    // The row after a field of three lines and a blank line: the line is the file's, not the row's.
    Path few = write(folder, "few.csv", HEADER + "\"a\nb\r\nc\",x\n\nno label here\n");
    Path many = write(folder, "many.csv", "a,x\nno, quotes,y\n");

    assertBad(
        () -> Dataset.csv(few),
        few,
        6,
        "1 column, expected 2 as in the header; a text that holds ',' must stand in quotes");
    assertBad(
        () -> Dataset.csv(many, CsvFormat.withoutHeader().text(0).label(1)),
        many,
        2,
        "3 columns, expected 2 as in the first row; a text that holds ',' must stand in quotes");
  }

  /** As pandas skips them, and where a text may be blank they are rows. */
  @Test
  void csv_linesOfSpacesAndTabs_areSkippedWhereThereAreSeveralColumns() throws Exception {
    Path file = write(folder, "a.csv", " \t\n\ntext,label\n  \na,x\n\t\n ,y\n \n\t");

    assertThat(Dataset.csv(file)).containsExactly(Example.of("a", "x"), Example.of(" ", "y"));
    assertThat(Dataset.csv(file, CsvFormat.withoutHeader().text(0).label(1)).get(0))
        .isEqualTo(Example.of("text", "label"));
    Path tabs = write(folder, "a.tsv", "text\tlabel\n  \na\t\n\t\n");
    assertThat(Dataset.csv(tabs, CsvFormat.tsv())).containsExactly(Example.of("a"), Example.of(""));
    Path one = write(folder, "one.csv", "text\na\n \n\"\"\n\t\n");
    assertThat(Dataset.csv(one, CsvFormat.withHeader().unlabelled()).stream().map(Example::text))
        .containsExactly("a", " ", "", "\t");
    assertThat(Dataset.csv(one, CsvFormat.withoutHeader().text(0)).size()).isEqualTo(5);
    Path quoted = write(folder, "quoted.csv", HEADER + "\" \"\n");
    assertBad(
        () -> Dataset.csv(quoted),
        quoted,
        2,
        "1 column, expected 2 as in the header; a text that holds ',' must stand in quotes");
  }

  @Test
  void csv_quoteNeverClosed() throws Exception {
    Path file = write(folder, "a.csv", HEADER + "a,x\n\"b,y\nc,x\n");

    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.csv(file))
        .withMessageStartingWith(file + ":3: not CSV: ")
        .withMessageEndingWith("; a quote inside a quoted text is written twice")
        .satisfies(e -> assertThat(e.line()).hasValue(3));
  }

  @Test
  void csv_textAfterAClosingQuote() throws Exception {
    Path file = write(folder, "a.csv", HEADER + "\"a\" b,x\n");

    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.csv(file))
        .withMessageStartingWith(file + ":2: not CSV: ")
        .withMessageEndingWith("; a quote inside a quoted text is written twice");
  }

  @Test
  void csv_invalidUtf8NamesTheLine() throws Exception {
    String problem =
        "not valid UTF-8; name the encoding, such as charset(\"windows-1252\"), or save the file as UTF-8 (in Excel: \"CSV UTF-8\")";
    String filler = "long enough to need a second buffer,x\r\n".repeat(3000);
    Path latin1 = writeBytes(folder, "latin1.csv", HEADER + filler + "caf\u00e9,y\r\nb,x\r\n");
    Path cut = writeBytes(folder, "cut.csv", HEADER + "a,x\nb\u00c3");

    assertBad(() -> Dataset.csv(latin1), latin1, 3002, problem);
    assertBad(() -> Dataset.csv(cut), cut, 3, problem);
    Path gzip = writeGzip(folder, "latin1.csv.gz", Files.readAllBytes(latin1));
    assertBad(() -> Dataset.csv(gzip), gzip, 3002, problem);
  }

  @Test
  void csv_gzipCutShort() throws Exception {
    Path whole =
        writeGzip(
            folder, "whole.gz", (HEADER + "a,x\n".repeat(50)).getBytes(StandardCharsets.UTF_8));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(bytes, bytes.length - 9));
    bytes[12] ^= 0x55;
    Path damaged = Files.write(folder.resolve("damaged.gz"), bytes);
    Path stub = Files.write(folder.resolve("stub.gz"), Arrays.copyOf(bytes, 4));

    for (Path file : List.of(cut, damaged, stub)) {
      assertThatExceptionOfType(DatasetException.class)
          .isThrownBy(() -> Dataset.csv(file))
          .withMessage(file + ": the gzip data is damaged or cut short; fetch the file again")
          .satisfies(e -> assertThat(e.line()).isEmpty());
    }
  }

  @Test
  void csv_noFileFolderOrNoByte() throws Exception {
    Path none = folder.resolve("none.csv");
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Dataset.csv(none))
        .withMessage(none + ": no such data file (looked in " + none + ")");
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.csv(folder))
        .withMessage(folder + ": is a folder; give one of the files in it");
    Path empty = write(folder, "empty.csv", "");
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.csv(empty))
        .withMessage(empty + ": the file is empty, expected a header with \"text\", \"label\"");
  }

  @Test
  void format_contradictionsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CsvFormat.withoutHeader().text("title"))
        .withMessage(
            "column \"title\": a file without header has positions only; give its position or use withHeader()");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CsvFormat.withHeader().label(-1))
        .withMessage("column -1: positions are counted from 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CsvFormat.withHeader().delimiter('"'))
        .withMessage("delimiter U+0022 is a quote or a line break; use one like ',', ';' or '\\t'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.csv(folder, CsvFormat.withoutHeader().label(0)))
        .withMessage("no text column: a file without header needs text(position)");
  }

  private static void assertBad(ThrowingCallable read, Path file, long line, String problem) {
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(read)
        .withMessage(file + ":" + line + ": " + problem)
        .satisfies(e -> assertThat(e.file()).isEqualTo(file.toString()))
        .satisfies(e -> assertThat(e.line()).hasValue(line));
  }
}
