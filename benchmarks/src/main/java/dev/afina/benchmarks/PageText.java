package dev.afina.benchmarks;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.internal.model.Architectures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The page about speed and memory.
 *
 * @param tables what table --json printed, one a processor and at least one
 * @param scaling what scaling --json printed, the points of all files together, and {@code
 *     measured}: a sentence for each date and machine
 */
record PageText(List<JsonObject> tables, JsonObject scaling) {
  /** The folder of the plots, beside the page. */
  static final String PLOTS = "performance";

  private static final Map<String, String> SERIES =
      Map.of(
          "length", "tokens of each text (MiniLM-L6's size, batch 16)",
          "batch", "texts a batch (MiniLM-L6's size, 32 tokens)",
          "model", "model, layers × hidden size (batch 16, 64 tokens)");

  private static final Map<String, String> KINDS =
      Map.of(
          "train",
          "Training, texts/s",
          "predict",
          "Prediction, texts/s",
          "memory",
          "Peak memory of training, MiB");

  private static final List<String> SERIES_ORDER = List.of("length", "batch", "model");
  private static final List<String> KINDS_ORDER = List.of("train", "predict", "memory");

  PageText {
    tables = List.copyOf(tables);
  }

  /** The page. */
  String markdown() {
    StringBuilder page = new StringBuilder();
    page.append("# Speed and memory\n\n");
    page.append(
        "How fast Afina is and how much memory it takes, beside the Hugging Face Trainer, its"
            + " pipeline and ONNX Runtime. Both sides take turns on the same machine, with the same"
            + " checkpoint, texts, batch size, epochs and threads. Figures are medians; in brackets"
            + " are the least and the greatest of the rounds.\n\n");
    page.append(
        "The ratio says how many times as fast Afina is. For memory and the start it is Afina's"
            + " figure divided by the peer's, so less is better. Before a row was timed, the"
            + " results of both sides were compared: the losses of each training step, or the"
            + " predictions. The commands at the end of this page wrote it.\n\n");
    if (tables.stream().anyMatch(PageText::quick) || quick(scaling)) {
      page.append(
          "**These are figures of --quick, a tiny scale for trying out: they mean nothing.**\n\n");
    }
    if (tables.size() > 1) {
      processors(page);
    }
    for (int i = 0; i < tables.size(); i++) {
      JsonObject table = tables.get(i);
      if (tables.size() > 1) {
        page.append("\n## ").append(Tables.cpu(table)).append("\n\n");
      }
      page.append(machine(table)).append('\n');
      rows(page, table);
      page.append("\n![Ratios and goals](%s/%s)\n".formatted(PLOTS, ratios(i)));
      singleTexts(page, table);
      page.append('\n');
      gates(page, table);
      families(page, table);
    }
    page.append(
        "\n[Where the time goes](where-the-time-goes.md) explains the rows that miss their goals,"
            + " and says what was tried.\n");
    if (!scaling.getAsJsonArray("points").isEmpty()) {
      scaling(page);
    }
    page.append(
        """

        ## Measure it yourself

        ```
        ./mvnw -q -DskipTests package
        java -jar benchmarks/target/afina-benchmarks.jar table --json > table.json
        java -jar benchmarks/target/afina-benchmarks.jar scaling --json > scaling.json
        java -jar benchmarks/target/afina-benchmarks.jar page --table table.json --scaling scaling.json
        ```

        `table --rows NAME,…` measures only some rows, `--output FILE` keeps the JSON of each as soon as it is measured. `parts` measures single parts by JMH. The peers need Python 3.10 or newer: their packages are installed into an
        environment of their own, or `--python` names an interpreter that has them. The original data sets may not be shipped, so stand-ins of the same lengths are used
        unless `--data FOLDER` names the originals. The figures of this page lie in `docs/performance`: name its `table-*.json` before your own after `--table`, with commas between, to see
        your processor beside them.
        """);
    return page.toString();
  }

  /** The plots by file name. */
  Map<String, String> plots() {
    Map<String, String> plots = new LinkedHashMap<>();
    for (int i = 0; i < tables.size(); i++) {
      plots.put(
          ratios(i),
          SvgPlot.bars(
              "Ratio to the peer; memory and startup: less is better", bars(tables.get(i))));
    }
    for (String series : SERIES_ORDER) {
      for (String kind : KINDS_ORDER) {
        if (!points(series).isEmpty()) {
          plots.put(series + "-" + kind + ".svg", plot(series, kind));
        }
      }
    }
    return plots;
  }

  /** The file of the ratios of a table. */
  private static String ratios(int table) {
    return table == 0 ? "ratios.svg" : "ratios-" + (table + 1) + ".svg";
  }

  private static List<SvgPlot.Bar> bars(JsonObject table) {
    List<SvgPlot.Bar> bars = new ArrayList<>();
    for (JsonObject row : rows(table, row -> !ofFamily(row))) {
      if (row.has("ratio")) {
        bars.add(
            new SvgPlot.Bar(
                row.get("name").getAsString(),
                row.get("ratio").getAsDouble(),
                row.get("goal").getAsDouble(),
                row.get("reached").getAsBoolean()));
      }
    }
    return bars;
  }

  /**
   * The ratios on all processors beside each other; the least favourable one is the one to state.
   */
  private void processors(StringBuilder page) {
    page.append("Ratios on each processor; the one to state is the least favourable.\n\n| row |");
    tables.forEach(table -> page.append(' ').append(Tables.cpu(table)).append(" |"));
    page.append(" to state | goal |\n|---|").append("---|".repeat(tables.size() + 2)).append('\n');
    for (String name : compared()) {
      page.append("| ").append(name).append(" |");
      List<JsonObject> rows = new ArrayList<>();
      for (JsonObject table : tables) {
        List<JsonObject> there =
            rows(table, row -> row.get("name").getAsString().equals(name) && row.has("ratio"));
        rows.addAll(there);
        page.append(there.isEmpty() ? " |" : " %s |".formatted(ratio(there.get(0))));
      }
      Goal.Side side = Goal.Side.of(rows.get(0).get("goalIs").getAsString());
      double worst =
          rows.stream()
              .map(row -> row.get("ratio").getAsDouble())
              .reduce(side == Goal.Side.AT_LEAST ? Math::min : Math::max)
              .orElse(Double.NaN);
      page.append(
          String.format(
              Locale.ROOT,
              " **%.2f** | %s %s |\n",
              worst,
              side.sign(),
              rows.get(0).get("goal").getAsString()));
    }
  }

  /**
   * The names of MiniLM's rows that any table has, in the order of the suite, unknown ones last.
   */
  private Set<String> compared() {
    Set<String> there = new LinkedHashSet<>();
    for (JsonObject table : tables) {
      rows(table, row -> !ofFamily(row) && row.has("ratio"))
          .forEach(row -> there.add(row.get("name").getAsString()));
    }
    Set<String> ordered = new LinkedHashSet<>();
    Rows.all().forEach(row -> ordered.add(row.name()));
    ordered.retainAll(there);
    ordered.addAll(there);
    return ordered;
  }

  private static String ratio(JsonObject row) {
    return String.format(Locale.ROOT, "%.2f", row.get("ratio").getAsDouble());
  }

  /** What the rows of one text at a time say beside their medians. */
  private static void singleTexts(StringBuilder page, JsonObject table) {
    List<JsonObject> rows =
        rows(table, row -> row.has("details") && row.getAsJsonObject("details").has("p99Peer"));
    if (rows.isEmpty()) {
      return;
    }
    page.append(
        """

        One text at a time, in ms. *After a pause* is for a caller that sends a text 5 ms after the last answer. *Busy* is while another program keeps a core busy; the peer then has one thread, or one per core, whichever is faster.

        | row | p50 | the peer's | p99 | the peer's | p50 after a pause | the peer's | p99 after a pause | the peer's | p50 busy | the peer's | p99 busy | the peer's |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|
        """);
    for (JsonObject row : rows) {
      JsonObject details = row.getAsJsonObject("details");
      page.append("| ").append(row.get("name").getAsString()).append(" |");
      for (String side : List.of("ours", "peer")) {
        double median = row.getAsJsonObject(side).get("median").getAsDouble();
        page.append(' ').append(Report.number(median)).append(" |");
      }
      for (String figure : List.of("p99", "p50AfterPause", "p99AfterPause", "p50Busy", "p99Busy")) {
        for (String side : List.of("", "Peer")) {
          JsonElement value = details.get(figure + side);
          String number = value == null ? "–" : Report.number(value.getAsDouble());
          page.append(' ').append(number).append(" |");
        }
      }
      page.append('\n');
    }
  }

  private static String machine(JsonObject table) {
    return "%s, ONNX Runtime %s. Data: %s.\n"
        .formatted(
            measured(table),
            member(table.getAsJsonObject("machine"), "onnxruntime"),
            table.get("data").getAsString());
  }

  /** On which day, on which machine and with which versions a suite ran. */
  static String measured(JsonObject report) {
    JsonObject machine = report.getAsJsonObject("machine");
    return "Measured on %s: %s, %s cores, %s GiB, %s, Java %s, libtorch %s; the peers: Python %s, torch %s, transformers %s"
        .formatted(
            report.get("date").getAsString(),
            member(machine, "cpu"),
            member(machine, "cores"),
            member(machine, "memoryGiB"),
            member(machine, "os"),
            member(machine, "java"),
            member(machine, "torchOurs"),
            member(machine, "python"),
            member(machine, "torchPeer"),
            member(machine, "transformers"));
  }

  private void scaling(StringBuilder page) {
    page.append("\n## Scaling\n\n");
    for (JsonElement measured : scaling.getAsJsonArray("measured")) {
      page.append(measured.getAsString()).append('\n');
    }
    page.append(
        "Weights and words are random, and all texts of a row have one length. The peak memory is"
            + " that of a fresh process that predicted and then trained.\n\n");
    for (String series : SERIES_ORDER) {
      for (String kind : KINDS_ORDER) {
        if (!points(series).isEmpty()) {
          page.append("![%s](%s/%s-%s.svg)\n".formatted(KINDS.get(kind), PLOTS, series, kind));
        }
      }
    }
    page.append(
        """

        | | | threads | training, texts/s | the peer's | ratio | prediction, texts/s | the peer's | ratio | peak MiB | the peer's |
        |---|---|---|---|---|---|---|---|---|---|---|
        """);
    for (String series : SERIES_ORDER) {
      points(series).forEach(point -> page.append(line(point)));
    }
  }

  private static String line(JsonObject point) {
    return "| %s | %s | %s | %s | %s | **%s** | %s | %s | **%s** | %s | %s |\n"
        .formatted(Point.cells(point));
  }

  private static void rows(StringBuilder page, JsonObject table) {
    page.append("| work | peer | ours | the peer's | unit | ratio | goal | |\n");
    page.append("|---|---|---|---|---|---|---|---|\n");
    for (JsonObject row : rows(table, row -> !ofFamily(row))) {
      if (!row.has("ratio")) {
        page.append(
            "| %s | | | | | | | %s |\n"
                .formatted(row.get("work").getAsString(), row.get("gate").getAsString()));
        continue;
      }
      page.append(
          "| %s | %s | %s | %s | %s | **%s** | %s %s | %s |\n"
              .formatted(
                  row.get("work").getAsString(),
                  row.getAsJsonObject("peer").get("name").getAsString(),
                  Report.figure(row.getAsJsonObject("ours")),
                  Report.figure(row.getAsJsonObject("peer")),
                  row.get("unit").getAsString(),
                  ratio(row),
                  Goal.Side.of(row.get("goalIs").getAsString()).sign(),
                  row.get("goal").getAsString(),
                  row.get("reached").getAsBoolean() ? "reached" : "missed"));
    }
    for (JsonElement error : table.getAsJsonArray("errors")) {
      page.append("\nNot measured: ").append(error.getAsString()).append('\n');
    }
  }

  /** Prediction and training of each family. */
  private static void families(StringBuilder page, JsonObject table) {
    List<JsonObject> rows = rows(table, PageText::ofFamily);
    if (rows.isEmpty()) {
      return;
    }
    page.append("\n### Families\n\n");
    page.append(
        "Each model has MiniLM-L6's sizes and vocabulary, and random weights that transformers"
            + " drew. The rest of its configuration is as in the family's checkpoints on the Hub. Figures"
            + " are texts/s: predicting 1,421 tweets in one call, and fine-tuning on 480 with batch"
            + " 16; at most 60 tokens.\n\n");
    page.append("| row | peer | ours | the peer's | ratio |\n|---|---|---|---|---|\n");
    for (JsonObject row : rows) {
      String name = row.get("name").getAsString();
      if (row.has("ratio")) {
        page.append(
            "| %s | %s | %s | %s | **%s** |\n"
                .formatted(
                    name,
                    row.getAsJsonObject("peer").get("name").getAsString(),
                    Report.figure(row.getAsJsonObject("ours")),
                    Report.figure(row.getAsJsonObject("peer")),
                    ratio(row)));
      } else {
        page.append("| %s | | | | %s |\n".formatted(name, row.get("gate").getAsString()));
      }
    }
  }

  private static boolean ofFamily(JsonObject row) {
    String name = row.get("name").getAsString();
    return Architectures.modelTypes().contains(name.substring(name.indexOf('-') + 1));
  }

  private static List<JsonObject> rows(JsonObject table, Predicate<JsonObject> wanted) {
    return table.getAsJsonArray("rows").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .filter(wanted)
        .toList();
  }

  private static void gates(StringBuilder page, JsonObject table) {
    page.append(
        "When and in how many rounds each row was timed, and what was compared before:\n\n");
    page.append("| row | day | rounds | compared before |\n|---|---|---|---|\n");
    for (JsonObject row : rows(table, row -> true)) {
      page.append(
          "| %s | %s | %s | %s |\n"
              .formatted(
                  row.get("name").getAsString(),
                  row.get("date").getAsString(),
                  row.has("ratio") ? rounds(row) : "",
                  row.get("gate").getAsString()));
    }
  }

  private static int rounds(JsonObject row) {
    return row.getAsJsonObject("ours").getAsJsonArray("values").size();
  }

  private String plot(String series, String kind) {
    Set<String> xs = new LinkedHashSet<>();
    Set<Integer> threads = new LinkedHashSet<>();
    for (JsonObject point : points(series)) {
      xs.add(point.get("x").getAsString());
      threads.add(point.get("threads").getAsInt());
    }
    List<SvgPlot.Line> lines = new ArrayList<>();
    for (int n : threads) {
      String name = n == 1 ? ", 1 thread" : ", " + n + " threads";
      boolean dashed = n == 1;
      lines.add(line("Afina" + name, "#2a7f62", dashed, series, kind, "ours", n, xs));
      lines.add(line("HF" + name, "#c0603a", dashed, series, kind, "peer", n, xs));
    }
    return SvgPlot.lines(
        KINDS.getOrDefault(kind, kind),
        SERIES.getOrDefault(series, series),
        kind.equals("memory") ? "MiB" : "texts/s",
        List.copyOf(xs),
        lines);
  }

  private SvgPlot.Line line(
      String name,
      String color,
      boolean dashed,
      String series,
      String kind,
      String side,
      int threads,
      Set<String> xs) {
    List<Double> values = new ArrayList<>();
    for (String x : xs) {
      values.add(
          points(series).stream()
              .filter(p -> p.get("x").getAsString().equals(x))
              .filter(p -> p.get("threads").getAsInt() == threads)
              .mapToDouble(p -> value(p, kind, side))
              .findFirst()
              .orElse(Double.NaN));
    }
    return new SvgPlot.Line(name, color, dashed, values);
  }

  private static double value(JsonObject point, String kind, String side) {
    if (kind.equals("memory")) {
      String name = side.equals("ours") ? "peakMiBOurs" : "peakMiBPeer";
      return point.getAsJsonObject("train").get(name).getAsDouble();
    }
    return point.getAsJsonObject(kind).getAsJsonObject(side).get("median").getAsDouble();
  }

  private List<JsonObject> points(String series) {
    return scaling.getAsJsonArray("points").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .filter(p -> p.get("series").getAsString().equals(series))
        .toList();
  }

  static boolean quick(JsonObject report) {
    return report.has("quick") && report.get("quick").getAsBoolean();
  }

  private static String member(JsonObject object, String name) {
    return Json.text(object, name, "unknown");
  }
}
