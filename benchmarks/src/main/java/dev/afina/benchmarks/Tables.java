package dev.afina.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Puts together what several runs of the table printed. */
final class Tables {
  private Tables() {}

  /**
   * One table a machine, in the order in which the machines come. Of a row that several files of a
   * machine have, the last one counts; rows stand in the order of {@link Rows#all}, those that are
   * not there any more behind them. Each row gets the date of its file.
   *
   * @param files what table --json printed, each
   */
  static List<JsonObject> byMachine(List<JsonObject> files) {
    Map<String, JsonObject> tables = new LinkedHashMap<>();
    for (JsonObject undated : files) {
      JsonObject file = withDatedRows(undated);
      String cpu = cpu(file);
      JsonObject sooner = tables.get(cpu);
      tables.put(cpu, sooner == null ? file : joined(sooner, file));
    }
    return List.copyOf(tables.values());
  }

  /** The processor's name. */
  static String cpu(JsonObject table) {
    return Json.text(table.getAsJsonObject("machine"), "cpu", "unknown");
  }

  private static JsonObject withDatedRows(JsonObject file) {
    JsonObject dated = file.deepCopy();
    dated
        .getAsJsonArray("rows")
        .forEach(row -> row.getAsJsonObject().add("date", dated.get("date")));
    return dated;
  }

  private static JsonObject joined(JsonObject sooner, JsonObject later) {
    Map<String, JsonObject> rows = new LinkedHashMap<>();
    Rows.all().forEach(row -> rows.put(row.name(), new JsonObject())); // the order
    for (JsonObject file : List.of(sooner, later)) {
      for (JsonElement row : file.getAsJsonArray("rows")) {
        rows.put(row.getAsJsonObject().get("name").getAsString(), row.getAsJsonObject());
      }
    }
    JsonArray all = new JsonArray();
    rows.values().stream().filter(row -> row.size() > 0).forEach(all::add);
    JsonArray errors = new JsonArray();
    errors.addAll(sooner.getAsJsonArray("errors"));
    errors.addAll(later.getAsJsonArray("errors"));
    JsonObject joined = later.deepCopy();
    joined.add("rows", all);
    joined.add("errors", errors);
    joined.addProperty("date", dates(sooner, later));
    joined.addProperty("quick", PageText.quick(sooner) || PageText.quick(later));
    return joined;
  }

  /** The days of both, each once. */
  private static String dates(JsonObject sooner, JsonObject later) {
    List<String> dates = new ArrayList<>(List.of(sooner.get("date").getAsString().split(", ", -1)));
    String last = Objects.requireNonNull(later.get("date")).getAsString();
    if (!dates.contains(last)) {
      dates.add(last);
    }
    return String.join(", ", dates);
  }
}
