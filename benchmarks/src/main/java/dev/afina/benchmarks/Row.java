package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import java.io.IOException;

/**
 * A row of the table.
 *
 * @param name by which it is chosen
 * @param work what is done
 * @param unit of both figures
 * @param goal of their ratio
 * @param measurement how they are found
 */
record Row(String name, String work, Unit unit, Goal goal, Measurement measurement) {

  /** Finds a row's figures. */
  interface Measurement {
    /**
     * Compares results, then measures.
     *
     * @throws GateFailedException if the results do not agree
     * @throws IOException if it could not be measured
     */
    Outcome run(Lab lab) throws IOException;
  }

  double ratio(Comparison figures) {
    return unit.ratio(figures.ours().median(), figures.peer().median());
  }

  /** The row with its figures. */
  JsonObject json(Outcome outcome) {
    JsonObject json = description();
    double ratio = ratio(outcome.figures());
    json.add("peer", outcome.figures().peer().json());
    json.add("ours", outcome.figures().ours().json());
    json.addProperty("unit", unit.symbol());
    json.addProperty("ratio", ratio);
    json.addProperty("goal", goal.value());
    json.addProperty("goalIs", goal.side().key());
    json.addProperty("reached", goal.reachedBy(ratio));
    json.addProperty("gate", outcome.gate());
    if (outcome.details().size() > 0) {
      json.add("details", outcome.details());
    }
    json.addProperty("command", command());
    return json;
  }

  /** The row without figures, whose gate has failed. */
  JsonObject failed(GateFailedException failure) {
    JsonObject json = description();
    json.addProperty("gate", "FAILED: " + failure.getMessage());
    json.addProperty("command", command());
    return json;
  }

  private JsonObject description() {
    return Json.object("name", name, "work", work);
  }

  private String command() {
    return "java -jar benchmarks/target/afina-benchmarks.jar table --rows " + name;
  }
}
