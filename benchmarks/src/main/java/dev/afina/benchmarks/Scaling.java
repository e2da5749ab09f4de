package dev.afina.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures speed and memory against length, batch, size of the model and threads. */
@Command(
    name = "scaling",
    description =
        "Measures training and prediction of random texts, on both sides in turns, and the peak"
            + " memory, against the texts' length, the batch and the model's size, with each number"
            + " of threads.",
    sortOptions = false)
final class Scaling implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--threads",
      paramLabel = "N",
      split = ",",
      description = "Numbers of threads, with commas between. Default: ${DEFAULT-VALUE}")
  private List<Integer> threads = List.of(1, 2);

  @Option(
      names = "--series",
      paramLabel = "NAME",
      split = ",",
      description = "Of length, batch and model these only, with commas between. Default: all")
  private List<String> series = List.of("length", "batch", "model");

  @Option(
      names = "--cores",
      description =
          "Measure 1, 2, 4, … workers up to the cores of this machine instead: training at batch 64"
              + " and prediction of a list, without a peer.")
  private boolean cores;

  @Mixin private final SuiteOptions options = new SuiteOptions();

  Scaling(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    JsonArray points = new JsonArray();
    JsonArray errors = new JsonArray();
    try (Lab lab = new Lab(options, console.err())) {
      JsonObject machine = Machine.json(lab);
      if (cores) {
        return cores(lab, machine);
      }
      for (Point point : Point.all(threads, lab.scale().quick())) {
        if (series.contains(point.series())) {
          lab.log("%s %s, %d threads", point.series(), point.x(), point.threads());
          try {
            points.add(point.measure(lab));
          } catch (IOException | RuntimeException e) {
            errors.add(
                "%s %s, %d threads: %s"
                    .formatted(point.series(), point.x(), point.threads(), Main.explain(e)));
          }
        }
      }
      JsonObject report =
          Json.object(
              "machine",
              machine,
              "date",
              LocalDate.now(ZoneId.systemDefault()),
              "data",
              "random words, all texts of one length",
              "quick",
              lab.scale().quick(),
              "points",
              points,
              "errors",
              errors);
      console.out().print(options.json() ? report + "\n" : table(points, errors));
      console.out().flush();
    }
    return errors.isEmpty() ? 0 : 1;
  }

  private int cores(Lab lab, JsonObject machine) throws IOException {
    JsonObject measured =
        new CoreScaling(lab, Runtime.getRuntime().availableProcessors()).measure();
    measured.add("machine", machine);
    measured.addProperty("date", LocalDate.now(ZoneId.systemDefault()).toString());
    measured.addProperty("quick", lab.scale().quick());
    console.out().print(options.json() ? measured + "\n" : CoreScaling.table(measured));
    console.out().flush();
    return 0;
  }

  private static String table(JsonArray points, JsonArray errors) {
    StringBuilder table = new StringBuilder();
    String format = "%-8s %-14s %7s %9s %9s %6s %9s %9s %6s %9s %9s%n";
    table.append(
        format.formatted(
            "series", "", "threads", "train", "peer", "ratio", "predict", "peer", "ratio", "MiB",
            "peer"));
    points.forEach(point -> table.append(format.formatted(Point.cells(point.getAsJsonObject()))));
    errors.forEach(error -> table.append("not measured: %s%n".formatted(error.getAsString())));
    return table.toString();
  }
}
