package dev.afina.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
  private static final String TABLE =
      """
      {"machine": {"cpu": "a <processor>", "cores": 2, "torchOurs": "2.7.1"}, "date": "2026-01-02", "data": "texts", "quick": true,
       "rows": [
        {"name": "fast", "work": "train", "peer": {"name": "Trainer", "median": 10, "spread": [9, 11], "values": [10]},
         "ours": {"name": "Afina", "median": 30, "spread": [29, 31], "values": [30]}, "unit": "texts/s", "ratio": 3.0,
         "goal": 2.0, "goalIs": "atLeast", "reached": true, "gate": "losses agree", "command": "x"},
        {"name": "big", "work": "memory", "peer": {"name": "Trainer", "median": 1000, "spread": [1000, 1000], "values": [1000]},
         "ours": {"name": "Afina", "median": 900, "spread": [900, 900], "values": [900]}, "unit": "MiB", "ratio": 0.9,
         "goal": 0.7, "goalIs": "atMost", "reached": false, "gate": "losses agree", "command": "x"},
        {"name": "predict-bert", "work": "predict", "peer": {"name": "ONNX Runtime", "median": 100, "spread": [90, 110], "values": [100]},
         "ours": {"name": "Afina", "median": 150, "spread": [140, 160], "values": [140, 160]}, "unit": "texts/s", "ratio": 1.5,
         "goal": 1.0, "goalIs": "atLeast", "reached": true, "gate": "logits agree", "command": "x"},
        {"name": "wrong", "work": "predict", "gate": "FAILED: logits differ", "command": "x"}],
       "errors": ["int8: not available"]}
      """;

  private static final String ONE =
      """
      {"name": "one", "work": "one text", "peer": {"name": "ORT", "median": 5, "spread": [5, 5], "values": [5]},
       "ours": {"name": "Afina", "median": 4, "spread": [4, 4], "values": [4]}, "unit": "ms", "ratio": 1.25,
       "goal": 1.1, "goalIs": "atLeast", "reached": true, "gate": "logits agree", "command": "x",
       "details": {"p99": 6, "p99Peer": 7, "p50AfterPause": 8, "p50AfterPausePeer": 9, "p99AfterPause": 10, "p99AfterPausePeer": 11,
                   "p50Busy": 12, "p50BusyPeer": 13, "p99Busy": 14}},
      """;

  @TempDir Path folder;

  @Test
  void page_hasRowsGatesAndPlotsThatAreThere() throws Exception {
    Path table = Files.writeString(folder.resolve("table.json"), TABLE);
    Path length = Files.writeString(folder.resolve("length.json"), scaling("length"));
    Path batch = Files.writeString(folder.resolve("batch.json"), scaling("batch"));
    Path docs = folder.resolve("docs");
    Console console = new Console(new PrintStream(OutputStream.nullOutputStream()), System.err);
    int code =
        Main.run(
            console,
            "page",
            "--table",
            table.toString(),
            "--scaling",
            length + "," + batch,
            "--output",
            docs.toString());
    assertThat(code).isZero();

    String page = Files.readString(docs.resolve("performance.md"));
    assertThat(page)
        .contains("--quick", "2026-01-02", "a <processor>", "libtorch 2.7.1")
        .contains("| train | Trainer | 30.0 (29.0 to 31.0) | 10.0 (9.00 to 11.0) | texts/s |")
        .contains("**3.00** | ≥ 2.0 | reached |", "**0.90** | ≤ 0.7 | missed |")
        .contains("FAILED: logits differ", "Not measured: int8: not available")
        .contains("| fast | 2026-01-02 | 1 | losses agree |", "| predict-bert | 2026-01-02 | 2 |")
        .contains("| wrong | 2026-01-02 |  | FAILED: logits differ |")
        .containsOnlyOnce("Measured on 2026-01-04: a processor")
        .contains(
            "| predict-bert | ONNX Runtime | 150 (140 to 160) | 100 (90.0 to 110) | **1.50** |")
        .doesNotContain("| predict | ONNX Runtime |") // by its family only
        .contains(
            "| length | 32 | 2 | 62.0 | 31.0 | **2.00** | 62.0 | 31.0 | **2.00** | 500 | 900 |")
        .contains("| batch | 16 | 1 | 62.0 |");
    Matcher images = Pattern.compile("!\\[[^]]*]\\(([^)]+)\\)").matcher(page);
    List<String> named = images.results().map(m -> m.group(1)).toList();
    assertThat(named).hasSize(7); // the ratios, and three kinds of two series
    for (String name : named) {
      assertWellFormed(docs.resolve(name));
    }
    try (Stream<Path> files = Files.list(docs.resolve("performance"))) {
      assertThat(files).hasSize(named.size()); // and nothing half written beside them
    }
  }

  @Test
  void rowsOfSeveralFiles_theLastOneCounts_andProcessorsStandBesideEachOther() throws Exception {
    Path first = Files.writeString(folder.resolve("first.json"), TABLE);
    Path again =
        Files.writeString(
            folder.resolve("again.json"),
            TABLE
                .replace("2026-01-02", "2026-01-03")
                .replace("\"ratio\": 3.0", "\"ratio\": 2.5")
                .replace("\"big\"", "\"small\""));
    Path other =
        Files.writeString(
            folder.resolve("other.json"),
            TABLE
                .replace("a <processor>", "another")
                .replace("\"rows\": [", "\"rows\": [" + ONE.replace("\"one\"", "\"predict-one\""))
                .replace("\"ratio\": 3.0", "\"ratio\": 2.75")
                .replace("\"ratio\": 0.9", "\"ratio\": 0.95"));
    Path docs = folder.resolve("docs");
    Console console = new Console(new PrintStream(OutputStream.nullOutputStream()), System.err);
    String tables = first + "," + again + "," + other;
    assertThat(Main.run(console, "page", "--table", tables, "--output", docs.toString())).isZero();

    String page = Files.readString(docs.resolve("performance.md"));
    assertThat(page)
        .contains("| row | a <processor> | another | to state | goal |")
        .contains("| fast | 2.50 | 2.75 | **2.50** | ≥ 2.0 |")
        .contains("| big | 0.90 | 0.95 | **0.95** | ≤ 0.7 |")
        .contains("| small | 0.90 | | **0.90** | ≤ 0.7 |")
        .contains("|---|---|---|---|---|\n| predict-one | | 1.25 | **1.25** | ≥ 1.1 |\n| fast |")
        .contains("Measured on 2026-01-02, 2026-01-03: a <processor>")
        .contains("Measured on 2026-01-02: another")
        .contains("| fast | 2026-01-03 | 1 |", "| big | 2026-01-02 | 1 |")
        .contains("performance/ratios.svg", "performance/ratios-2.svg")
        .doesNotContain("**3.00**");
  }

  @Test
  void singleTexts_haveTheirTails() throws Exception {
    Path table =
        Files.writeString(
            folder.resolve("table.json"), TABLE.replace("\"rows\": [", "\"rows\": [" + ONE));
    Path docs = folder.resolve("docs");
    Console console = new Console(new PrintStream(OutputStream.nullOutputStream()), System.err);
    assertThat(Main.run(console, "page", "--table", table.toString(), "--output", docs.toString()))
        .isZero();
    assertThat(Files.readString(docs.resolve("performance.md")))
        .contains(
            "| one | 4.00 | 5.00 | 6.00 | 7.00 | 8.00 | 9.00 | 10.0 | 11.0 | 12.0 | 13.0 | 14.0 | – |");
  }

  @Test
  void processors_areToldApartByFamilyAndModel() {
    assertThat(
            Machine.cpu(
                List.of(
                    "processor\t: 0",
                    "cpu family\t: 25",
                    "model\t\t: 17",
                    "model name\t: AMD EPYC",
                    "",
                    "model name\t: second")))
        .isEqualTo("AMD EPYC family 25 model 17");
    assertThat(Machine.cpu(List.of("Hardware\t: board"))).isEqualTo(System.getProperty("os.arch"));
  }

  @Test
  void fileThatIsNoJson_isNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("table.json"), "no");
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(System.out, new PrintStream(err, true, StandardCharsets.UTF_8));
    int code = Main.run(console, "page", "--table", file.toString(), "--scaling", file.toString());
    assertThat(code).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(file + ": no JSON object");
  }

  private static String scaling(String series) {
    StringBuilder points = new StringBuilder();
    for (int threads = 1; threads <= 2; threads++) {
      for (int length = 16; length <= 32; length *= 2) {
        String figures =
            "{\"ours\": {\"median\": %d}, \"peer\": {\"median\": %d}, \"peakMiBOurs\": 500, \"peakMiBPeer\": 900, \"ratio\": 2}"
                .formatted(1000 * threads / length, 500 * threads / length);
        points.append(points.isEmpty() ? "" : ",");
        points.append(
            "{\"series\": \"%s\", \"x\": \"%d\", \"threads\": %d, \"train\": %s, \"predict\": %s}"
                .formatted(series, length, threads, figures, figures));
      }
    }
    return "{\"machine\": {\"cpu\": \"a processor\"}, \"date\": \"2026-01-04\", \"points\": ["
        + points
        + "], \"errors\": []}";
  }

  private static void assertWellFormed(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    String root =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(bytes))
            .getDocumentElement()
            .getTagName();
    assertThat(root).isEqualTo("svg");
  }
}
