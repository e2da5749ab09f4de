package dev.afina.data;

import static dev.afina.data.DatasetFixtures.write;
import static dev.afina.data.DatasetFixtures.writeGzip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows read when they are asked for: the same as those of a data set, from a file that is open. */
class RowStreamTest {
  private static final String CSV = "text,label,n\na,x,1\n\"b\n,\",y,2\n\nc,,3\n";
  private static final String LINES =
      "{\"text\": \"a\", \"label\": [\"x\"]}\n\n{\"text\": \"b\", \"label\": null}\n";
  private static final String DOCUMENT =
      "{\"n\": [1], \"d\": {\"r\": [{\"text\": \"a\", \"label\": 1}, {\"text\": \"b\", \"label\": 2}], \"r\": [], \"s\": {}}}";

  @TempDir Path folder;

  @Test
  void rows_areThoseOfTheDataSet() throws Exception {
    CsvFormat csv = CsvFormat.withHeader().keepAll();
    for (Path file :
        List.of(
            write(folder, "a.csv", CSV),
            writeGzip(folder, "b.csv.gz", CSV.getBytes(StandardCharsets.UTF_8)))) {
      try (Stream<Example> rows = Dataset.streamCsv(file, csv)) {
        assertThat(rows.toList()).hasSize(3).isEqualTo(Dataset.csv(file, csv).examples());
      }
    }
    for (JsonFormat format : List.of(JsonFormat.standard(), JsonFormat.standard().rowsIn("d.r"))) {
      boolean lines = format.rowsIn() == null;
      Path file = write(folder, "a.json", lines ? LINES : DOCUMENT);
      try (Stream<Example> rows = Dataset.streamJsonLines(file, format)) {
        assertThat(Dataset.of(rows)).hasSize(2).isEqualTo(Dataset.jsonLines(file, format));
      }
    }
    Path header = write(folder, "c.csv", "text,label\n");
    assertThat(Dataset.streamCsv(header, CsvFormat.withHeader())).isEmpty();
  }

  @Test
  void rows_areReadWhenTheyAreAskedFor() throws Exception {
    Path file = write(folder, "a.csv", "text,label\na,x\nb,y,z\nc,x\n");

    List<Example> seen = new ArrayList<>();
    try (Stream<Example> rows = Dataset.streamCsv(file, CsvFormat.withHeader())) {
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> rows.forEach(seen::add))
          .havingCause()
          .isInstanceOf(DatasetException.class)
          .withMessage(
              file
                  + ":3: 3 columns, expected 2 as in the header; a text that holds ',' must stand in quotes");
    }
    assertThat(seen).containsExactly(Example.of("a", "x"));
    try (Stream<Example> rows = Dataset.streamCsv(file, CsvFormat.withHeader())) {
      assertThat(rows.findFirst()).as("the bad row is not reached").hasValue(Example.of("a", "x"));
    }
    assertThatExceptionOfType(DatasetException.class)
        .as("the header is read at once")
        .isThrownBy(() -> Dataset.streamCsv(file, CsvFormat.withHeader().text("body")))
        .withMessageStartingWith(file + ":1: no column \"body\" for the text");
  }

  @Test
  void closedStreams_giveNoRows() throws Exception {
    Path file = write(folder, "a.csv", "text,label\na,x\nb,y\n");

    Stream<Example> stream = Dataset.streamCsv(file, CsvFormat.withHeader());
    Iterator<Example> rows = stream.iterator();
    assertThat(rows.next()).isEqualTo(Example.of("a", "x"));
    stream.close();
    assertThatIllegalStateException()
        .isThrownBy(rows::hasNext)
        .withMessage("this stream of " + file + " is closed");
    try (Stream<Example> again = Dataset.streamCsv(file, CsvFormat.withHeader())) {
      assertThat(again.map(Example::text)).containsExactly("a", "b");
    }
  }

  @Test
  void memory_isThatOfARow() throws Exception {
    Path file = write(folder, "a.csv", "text,label\n" + ("a".repeat(1000) + ",x\n").repeat(3000));
    CsvFormat small = CsvFormat.withHeader().limits(DataLimits.standard().memoryBytes(1 << 20));

    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.csv(file, small))
        .withMessageContaining("rows take about 2 MB, the limit is 1 MB");
    try (Stream<Example> rows = Dataset.streamCsv(file, small)) {
      assertThat(rows.count()).isEqualTo(3000);
    }
    Path wide = write(folder, "b.csv", "text,label\n" + "a".repeat(200_000) + ",x\n");
    try (Stream<Example> rows = Dataset.streamCsv(wide, small)) {
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> rows.toList())
          .withMessageContaining(":2: a row of more than 43690 characters");
    }
  }
}
