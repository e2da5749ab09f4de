package dev.afina.data;

import static dev.afina.data.DatasetFixtures.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays of objects, rows within an object, members within members. */
class JsonFormatTest {
  @TempDir Path folder;

  @Test
  void array_ofObjects() throws Exception {
    Path file =
        write(
            folder,
            "a.json",
            " [\n  {\"text\": \"a\", \"label\": 1.0, \"more\": [[1, {\"text\": 2}]]},\n  {\"text\": \"b\", \"label\": null}\n]\n");

    assertThat(Dataset.jsonLines(file)).containsExactly(Example.of("a", "1"), Example.of("b"));
    assertThat(Dataset.jsonLines(write(folder, "e.json", "[]"))).isEmpty();
  }

  @Test
  void rowsIn_aMemberOrAPath() throws Exception {
    Path file =
        write(
            folder,
            "a.json",
            "{\"version\": {\"rows\": 1}, \"data\": {\"rows\": [{\"text\": \"a\", \"label\": true}]}, \"end\": []}");

    assertThat(Dataset.jsonLines(file, JsonFormat.standard().rowsIn("data.rows")))
        .containsExactly(Example.of("a", "true"));
    assertBad(
        file,
        JsonFormat.standard().rowsIn("rows"),
        ": row 0 (counted from 0): no array \"rows\" in this file; name its member, or its path with dots, by JsonFormat.rowsIn(...)");
    Path flat = write(folder, "b.json", "{\"data\": [{\"text\": \"a\"}]}");
    assertBad(
        flat,
        JsonFormat.standard(),
        ":1: no member \"text\" for the text, the row has \"data\"; name the member by JsonFormat.text(...); rows inside this object are read by JsonFormat.rowsIn(\"data\")");
  }

  @Test
  void members_byPath() throws Exception {
    Path file =
        write(
            folder,
            "a.jsonl",
            "{\"review\": {\"body\": \"a\", \"stars\": 5}, \"meta\": {\"x\": 1}}\n{\"review.body\": \"b\", \"review\": {\"stars\": 1}}\n");

    assertThat(
            Dataset.jsonLines(
                file, JsonFormat.standard().text("review.body").label("review.stars")))
        .containsExactly(Example.of("a", "5"), Example.of("b", "1"));
  }

  /** The parser's message has advice for programmers that use it. */
  @Test
  void brokenDocument_isToldInOurWords() throws Exception {
    for (String text :
        List.of("[{\"text\": \"a\", \"label\": 1},]", "[{\"text\": \"a\"} {}]", "[1, NaN]")) {
      assertThatExceptionOfType(DatasetException.class)
          .isThrownBy(() -> Dataset.jsonLines(write(folder, "a.json", text)))
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("JsonReader", "Strictness"));
    }
    Path comma = write(folder, "b.json", "[{\"text\": \"a\", \"label\": 1},]");
    assertBad(
        comma,
        JsonFormat.standard(),
        ": row 1 (counted from 0): not JSON: malformed JSON at line 1 column 29 path $[1]");
  }

  @Test
  void documents_thatEndTooSoonAreRefused() throws Exception {
    for (String text :
        new String[] {
          "[{\"text\": \"a\", \"label\": 1}", "[{\"text\": \"a\", \"label\": 1}] x", "[1]", "[",
        }) {
      Path file = write(folder, "a.json", text);
      assertThatExceptionOfType(DatasetException.class)
          .as(text)
          .isThrownBy(() -> Dataset.jsonLines(file))
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").doesNotContain("gzip"));
    }
    Path cut = write(folder, "b.json", "{\"data\": [{\"text\": \"a\", \"label\": 1}]");
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.jsonLines(cut, JsonFormat.standard().rowsIn("data")));
    Path pretty = write(folder, "c.json", "{\n \"data\": []\n}\n");
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.jsonLines(pretty))
        .withMessageEndingWith(
            "; rows inside an object that spans lines are read by JsonFormat.rowsIn(...)");
  }

  @Test
  void charset_byName() throws Exception {
    Path file =
        Files.write(
            folder.resolve("a.json"),
            "[{\"text\": \"caf\u00e9\", \"label\": 1}]".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(Dataset.jsonLines(file, JsonFormat.standard().charset("ISO-8859-1")))
        .containsExactly(Example.of("caf\u00e9", "1"));
  }

  /** Python's json.dumps writes them unless it is told not to. */
  @Test
  void numbersOfPython_areRead() throws Exception {
    String rows =
        """
        {"text": "NaN, \\"NaN\\" \\\\", "label": NaN, "score": NaN}
        {"label" :NaN,"text":"Infinity","score":[NaN,-Infinity, 1.0],"more":{"NaN":NaN}}
        {"text": "\\\\\\"NaN", "label": 2.0, "score": Infinity, "more": NaN}
        """;
    JsonFormat format = JsonFormat.standard().keepAll();
    List<Example> expected =
        List.of(
            Example.of("NaN, \"NaN\" \\").with("score", null),
            Example.of("Infinity")
                .with("score", Arrays.asList(null, "-1e999", 1.0))
                .with("more", "{\"NaN\":null}"),
            Example.of("\\\"NaN", "2").with("score", "1e999").with("more", null));
    assertThat(Dataset.jsonLines(write(folder, "a.jsonl", rows), format))
        .containsExactlyElementsOf(expected);
    String array = "[" + rows.strip().replace("\n", ",\n") + "]";
    assertThat(Dataset.jsonLines(write(folder, "a.json", array), format))
        .containsExactlyElementsOf(expected);
    String row = "{\"text\": \"" + "a NaN ".repeat(5_000) + "\", \"label\": 1}";
    assertThat(Dataset.jsonLines(write(folder, "b.json", "[" + row + "]"), format))
        .isEqualTo(Dataset.jsonLines(write(folder, "b.jsonl", row), format))
        .containsExactly(Example.of("a NaN ".repeat(5_000), "1"));
    Path infinite = write(folder, "c.jsonl", "{\"text\": \"a\", \"label\": -Infinity}");
    assertBad(
        infinite,
        JsonFormat.standard(),
        ":1: member \"label\" is -1e999, expected a string, a number, true, false, null or a list of labels");
    for (String bad :
        List.of("NaNs", "nan", "-NaN", "aNaN", "1Infinity", "InfinityInfinity", "xInfinity")) {
      for (String text : List.of("{\"text\": %s}", "[{\"text\": %s}]", "[{\"text\": %s")) {
        assertThatExceptionOfType(DatasetException.class)
            .as(bad)
            .isThrownBy(
                () -> Dataset.jsonLines(write(folder, "bad.json", text.formatted(bad)), format))
            .withMessageContaining("not JSON");
      }
    }
  }

  private static void assertBad(Path file, JsonFormat format, String message) {
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.jsonLines(file, format))
        .withMessage(file + message);
  }
}
