package dev.afina.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ReportTest {
  private final Report report =
      new Report(Json.object("cpu", "a processor"), "texts", LocalDate.of(2026, 1, 2));

  @Test
  void measuredRow_hasEverything() {
    report.measure(row("fast", lab -> outcome()), null, 0.25);
    assertThat(report.complete()).isTrue();
    assertThat(report.json().keySet()).containsExactly("machine", "date", "data", "rows", "errors");
    JsonObject row = report.json().getAsJsonArray("rows").get(0).getAsJsonObject();
    assertThat(row.keySet())
        .containsExactly(
            "name",
            "work",
            "peer",
            "ours",
            "unit",
            "ratio",
            "goal",
            "goalIs",
            "reached",
            "gate",
            "details",
            "command",
            "busyBefore");
    assertThat(row.get("ratio").getAsDouble()).isEqualTo(3);
    assertThat(row.get("goal").getAsDouble()).isEqualTo(2);
    assertThat(row.get("goalIs").getAsString()).isEqualTo("atLeast");
    assertThat(row.get("reached").getAsBoolean()).isTrue();
    assertThat(row.getAsJsonObject("ours").keySet())
        .containsExactly("name", "median", "spread", "values");
    assertThat(row.get("command").getAsString()).endsWith("table --rows fast");
    assertThat(report.table()).contains("30.0 (29.0 to 31.0)", "10.0 (9.00 to 11.0)", "3.00");
  }

  @Test
  void missedGoal_isStillMeasured() {
    report.measure(
        new Row("slow", "work", Unit.TEXTS_PER_SECOND, Goal.atLeast(9), lab -> outcome()),
        null,
        0.25);
    assertThat(report.complete()).isTrue();
    assertThat(report.table()).contains("missed");
  }

  @Test
  void failedGate_showsNoSpeed() {
    report.measure(
        row(
            "wrong",
            lab -> {
              throw new GateFailedException("losses differ");
            }),
        null,
        0.25);
    assertThat(report.complete()).isFalse();
    JsonObject row = report.json().getAsJsonArray("rows").get(0).getAsJsonObject();
    assertThat(row.keySet()).containsExactly("name", "work", "gate", "command");
    assertThat(row.get("gate").getAsString()).isEqualTo("FAILED: losses differ");
    assertThat(report.table()).contains("wrong", "FAILED: losses differ");
  }

  @Test
  void rowThatCouldNotBeMeasured_isAnError_andTheOthersAreThere() {
    report.measure(
        row(
            "gone",
            lab -> {
              throw new IOException("the peer ended");
            }),
        null,
        0.25);
    report.measure(row("fast", lab -> outcome()), null, 0.25);
    assertThat(report.complete()).isFalse();
    assertThat(report.json().get("errors")).hasToString("[\"gone: the peer ended\"]");
    assertThat(report.json().getAsJsonArray("rows")).hasSize(1);
    assertThat(report.table()).contains("not measured: gone: the peer ended");
  }

  @Test
  void afterEachRow_whatWasMeasuredIsThere_alsoIfOneFails() throws IOException {
    SuiteOptions options = new SuiteOptions();
    new CommandLine(options).parseArgs("--quick", "--python", "none");
    Row gone =
        row(
            "gone",
            lab -> {
              throw new IOException("the peer ended");
            });
    List<String> seen = new ArrayList<>();
    PrintStream log = new PrintStream(OutputStream.nullOutputStream());
    try (Lab lab = new Lab(options, log)) {
      report.measure(
          List.of(row("fast", any -> outcome()), gone, row("last", any -> outcome())),
          lab,
          () -> {
            JsonObject json = report.json();
            seen.add(json.getAsJsonArray("rows").size() + " " + json.get("errors"));
          });
    }
    assertThat(seen)
        .containsExactly("1 []", "1 [\"gone: the peer ended\"]", "2 [\"gone: the peer ended\"]");
  }

  private static Row row(String name, Row.Measurement measurement) {
    return new Row(name, "work", Unit.TEXTS_PER_SECOND, Goal.atLeast(2), measurement);
  }

  private static Outcome outcome() {
    return new Outcome(
        new Comparison(
            new Series("Afina", List.of(29.0, 31.0, 30.0)),
            new Series("peer", List.of(9.0, 10.0, 11.0))),
        "compared",
        Json.object("more", 1));
  }
}
