package dev.afina.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/** Measures rows, and collects what JSON and table say of them. */
final class Report {
  private static final double BUSY = 0.1;

  private final JsonObject json;
  private final JsonArray rows = new JsonArray();
  private final JsonArray errors = new JsonArray();
  private boolean gatesHold = true;

  /**
   * An empty report.
   *
   * @param machine as {@link Machine#json}
   * @param data what was worked on
   */
  Report(JsonObject machine, String data, LocalDate date) {
    this.json =
        Json.object("machine", machine, "date", date, "data", data, "rows", rows, "errors", errors);
  }

  /**
   * Measures one after the other; what fails is noted, and the next one's turn comes.
   *
   * @param after called after each row
   */
  void measure(List<Row> wanted, Lab lab, AfterRow after) throws IOException {
    for (Row row : wanted) {
      lab.log("%s: %s", row.name(), row.work());
      double busy = Machine.busy();
      if (busy > BUSY) {
        lab.log(
            "  the machine is %.0f %% busy with other work: its figures mean little", 100 * busy);
      }
      measure(row, lab, busy);
      after.row();
    }
  }

  /**
   * Measures a row.
   *
   * @param busy the share of the machine that worked for others before
   */
  void measure(Row row, Lab lab, double busy) {
    try {
      JsonObject json = row.json(row.measurement().run(lab));
      if (Double.isFinite(busy)) {
        json.addProperty("busyBefore", busy);
      }
      rows.add(json);
    } catch (GateFailedException e) {
      gatesHold = false;
      rows.add(row.failed(e));
    } catch (IOException | RuntimeException e) {
      errors.add(row.name() + ": " + Main.explain(e));
    }
  }

  /** Whether every row has its figures. */
  boolean complete() {
    return gatesHold && errors.isEmpty();
  }

  JsonObject json() {
    return json;
  }

  /** The figures for people. */
  String table() {
    StringBuilder table = new StringBuilder();
    line(table, "row", "ours", "peer", "unit", "ratio", "goal", "");
    for (JsonElement element : rows) {
      JsonObject row = element.getAsJsonObject();
      String name = row.get("name").getAsString();
      if (!row.has("ratio")) {
        table.append("%-22s %s%n".formatted(name, row.get("gate").getAsString()));
        continue;
      }
      line(
          table,
          name,
          figure(row.getAsJsonObject("ours")),
          figure(row.getAsJsonObject("peer")),
          row.get("unit").getAsString(),
          String.format(Locale.ROOT, "%.2f", row.get("ratio").getAsDouble()),
          Goal.Side.of(row.get("goalIs").getAsString()).sign()
              + " "
              + row.get("goal").getAsString(),
          row.get("reached").getAsBoolean() ? "reached" : "missed");
    }
    errors.forEach(error -> table.append("not measured: %s%n".formatted(error.getAsString())));
    return table.toString();
  }

  /** A median with its spread. */
  static String figure(JsonObject series) {
    double[] spread = Json.doubles(series.get("spread"));
    return "%s (%s to %s)"
        .formatted(
            number(series.get("median").getAsDouble()), number(spread[0]), number(spread[1]));
  }

  /** A number with about three digits. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return "?";
    }
    int decimals = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  private static void line(StringBuilder table, String... cells) {
    table.append(
        String.format(Locale.ROOT, "%-22s %26s %26s %-8s %6s %7s  %s", (Object[]) cells)
            .stripTrailing());
    table.append(System.lineSeparator());
  }

  /** What is done after each row. */
  interface AfterRow {
    void row() throws IOException;
  }
}
