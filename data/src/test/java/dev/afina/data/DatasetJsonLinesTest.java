package dev.afina.data;

import static dev.afina.data.DatasetFixtures.committed;
import static dev.afina.data.DatasetFixtures.write;
import static dev.afina.data.DatasetFixtures.writeBytes;
import static dev.afina.data.DatasetFixtures.writeGzip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetJsonLinesTest {
  @TempDir Path folder;

  @Test
  void jsonLines_textLabelBlankLinesAndExtraMembers() throws Exception {
    assertThat(Dataset.jsonLines(committed("tickets.jsonl")))
        .containsExactly(
            Example.of("The page stays white\nafter login", "bug"),
            Example.of("Please add a dark mode \uD83C\uDF19", "wish"),
            Example.of("Saving fails: \"disk full\"", "bug"),
            Example.of("thanks"));
  }

  @Test
  void jsonLines_labelsOfAllKinds() throws Exception {
    Path file =
        write(
            folder,
            "a.jsonl",
            """
            {"text": "a", "label": 3}
            {"text": "b", "label": -1}
            {"text": "c", "label": true}
            {"text": "d", "label": " "}
            {"text": "e", "label": "3.0"}
            """);

    assertThat(Dataset.jsonLines(file))
        .containsExactly(
            Example.of("a", "3"),
            Example.of("b", "-1"),
            Example.of("c", "true"),
            Example.of("d"),
            Example.of("e", "3.0"));
  }

  @Test
  void jsonLines_aQuotedLabelStaysAsItIsWritten() throws Exception {
    Dataset data = Dataset.of(Example.of("a", "1.0"), Example.of("b", "2"), Example.of("c", "1"));
    Path file = folder.resolve("rows.jsonl");
    data.writeJsonLines(file);

    assertThat(Dataset.jsonLines(file)).isEqualTo(data);
    Dataset lists = data.map(row -> row.withLabels(List.of(String.valueOf(row.label()), "0.0")));
    lists.writeJsonLines(file);
    assertThat(Dataset.jsonLines(file)).isEqualTo(lists);
    Path numbers = write(folder, "n.jsonl", "{\"text\": \"a\", \"label\": 1.0}\n");
    assertThat(Dataset.jsonLines(numbers)).containsExactly(Example.of("a", "1"));
    assertThat(Labels.of("0", "1").resolveAll("data", data.head(1), Dataset.of()))
        .as("quoted or not, it is the class \"1\"")
        .containsExactly(1);
  }

  @Test
  void jsonLines_flagsAreNumbersByTheirValue() throws Exception {
    Path file =
        write(
            folder,
            "f.jsonl",
            "{\"text\": \"a\", \"joy\": 1.00, \"fear\": 0e0}\n{\"text\": \"b\", \"joy\": -0.0, \"fear\": 1e0}\n");

    assertThat(
            Dataset.jsonLines(file, JsonFormat.standard().labelColumns("joy", "fear")).stream()
                .map(Example::labels))
        .containsExactly(List.of("joy"), List.of("fear"));
  }

  /** A string of digits is what it says; a number is the same however it is written. */
  @Test
  void jsonLines_numbersAreLabelsByTheirValue() throws Exception {
    Map<String, String> labels =
        Map.ofEntries(
            Map.entry("1", "1"),
            Map.entry("1.0", "1"),
            Map.entry("1.00", "1"),
            Map.entry("1e0", "1"),
            Map.entry("10E-1", "1"),
            Map.entry("-0", "0"),
            Map.entry("-0.0", "0"),
            Map.entry("1e3", "1000"),
            Map.entry("1.50", "1.5"),
            Map.entry("15e-1", "1.5"),
            Map.entry("123456789012345678901", "123456789012345678901"),
            Map.entry("1e-99999999999", "1e-99999999999"),
            Map.entry("1e29", "1" + "0".repeat(29)),
            Map.entry("1e30", "1e30"),
            Map.entry("1e308", "1e308"),
            Map.entry("9".repeat(500), "9".repeat(500)),
            Map.entry("\"1e0\"", "1e0"),
            Map.entry("\"01\"", "01"));
    for (Map.Entry<String, String> label : labels.entrySet()) {
      Path file =
          write(folder, "a.jsonl", "{\"text\": \"a\", \"label\": " + label.getKey() + "}\n");
      assertThat(Dataset.jsonLines(file))
          .as(label.getKey())
          .containsExactly(Example.of("a", label.getValue()));
    }
    Path lists = write(folder, "b.jsonl", "{\"text\": \"a\", \"label\": [1e0, 2.00, \"3e0\"]}");
    assertThat(Dataset.jsonLines(lists).get(0).labels()).containsExactly("1", "2", "3e0");
  }

  @Test
  void jsonLines_pairsOtherNamesCrlfBom() throws Exception {
    Path file =
        write(folder, "a.jsonl", "\uFEFF{\"p\": \"a\", \"h\": \"b\", \"gold\": \"no\"}\r\n\r\n");

    assertThat(Dataset.jsonLines(file, JsonFormat.standard().text("p").pair("h").label("gold")))
        .containsExactly(Example.ofPair("a", "b", "no"));
    assertThat(Dataset.jsonLines(file, JsonFormat.standard().text("h").unlabelled()))
        .containsExactly(Example.of("b"));
  }

  @Test
  void jsonLines_gzipAndEmpty() throws Exception {
    Path plain = committed("tickets.jsonl");

    assertThat(Dataset.jsonLines(writeGzip(folder, "t.jsonl", Files.readAllBytes(plain))))
        .isEqualTo(Dataset.jsonLines(plain));
    assertThat(Dataset.jsonLines(write(folder, "empty.jsonl", ""))).isEqualTo(Dataset.of());
  }

  @Test
  void jsonLines_whatCannotBeReadNamesTheLine() throws Exception {
    String expected =
        ", expected one object a line, such as {\"text\": \"...\"}, or one array of objects";
    String notJson = "not JSON" + expected;
    String notLabel = ", expected a string, a number, true, false, null or a list of labels";
    Map<String, String> problems =
        Map.ofEntries(
            Map.entry("{\"text\": \"a\", \"label\": 1", notJson),
            Map.entry("{'text': 'a', 'label': 1}", notJson),
            Map.entry("{\"text\": \"a\", \"label\": 1} x", notJson),
            Map.entry("{\"text\": \"a\", \"label\": nan}", notJson),
            Map.entry("{\"text\": \"a\", \"label\": NaNs}", notJson),
            Map.entry("[".repeat(100_000), notJson),
            Map.entry("[\"a\", 1]", "an array" + expected),
            Map.entry("\"a\"", "a string" + expected),
            Map.entry("null", "null" + expected),
            Map.entry(
                "{\"body\": \"a\", \"label\": 1}",
                "no member \"text\" for the text, the row has \"body\", \"label\"; name the member by JsonFormat.text(...)"),
            Map.entry(
                "{\"text\": \"a\", \"gold\": 1}",
                "no member \"label\" for the label, the row has \"text\", \"gold\"; name the member by JsonFormat.label(...), or call unlabelled()"),
            Map.entry(
                "{\"text\": null, \"label\": 1}",
                "member \"text\" for the text is null, expected a string"),
            Map.entry(
                "{\"text\": 7, \"label\": 1}",
                "member \"text\" for the text is 7, expected a string"),
            Map.entry(
                "{\"text\": \"a\", \"label\": 1e999999999}",
                "member \"label\" is 1e999999999" + notLabel),
            Map.entry(
                "{\"text\": \"a\", \"label\": {}}", "member \"label\" is an object" + notLabel));
    for (Map.Entry<String, String> problem : problems.entrySet()) {
      Path file =
          write(
              folder,
              "bad.jsonl",
              "{\"text\": \"ok\", \"label\": 0}\n\n" + problem.getKey() + "\n");

      assertThatExceptionOfType(DatasetException.class)
          .isThrownBy(() -> Dataset.jsonLines(file))
          .withMessage(file + ":3: " + problem.getValue())
          .satisfies(e -> assertThat(e.line()).hasValue(3));
    }
  }

  @Test
  void jsonLines_invalidUtf8NamesTheLine() throws Exception {
    Path file =
        writeBytes(
            folder,
            "a.jsonl",
            "{\"text\": \"a\", \"label\": 1}\n{\"text\": \"caf\u00e9\", \"label\": 1}\n");

    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.jsonLines(file))
        .withMessage(
            file
                + ":2: not valid UTF-8; name the encoding, such as charset(\"windows-1252\"), or save the file as UTF-8 (in Excel: \"CSV UTF-8\")");
  }
}
