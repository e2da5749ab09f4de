package dev.afina.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.afina.internal.files.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes the page of the documentation from what the suites printed. */
@Command(
    name = "page",
    description =
        "Writes performance.md and its plots from the JSON of table --json and scaling --json.",
    sortOptions = false)
final class Page implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--table",
      paramLabel = "FILE",
      split = ",",
      required = true,
      description =
          "What table --json printed; where rows were measured apart, their files with commas"
              + " between. Of a row that several have, the last one counts. Files of several"
              + " processors give a table each, and the ratios beside each other.")
  private List<Path> tables = List.of();

  @Option(
      names = "--scaling",
      paramLabel = "FILE",
      split = ",",
      description =
          "What scaling --json printed; where its series were measured one by one, their files with"
              + " commas between. Default: none, and no plots of it")
  private List<Path> scaling = List.of();

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Where the page goes. Default: ${DEFAULT-VALUE}")
  private Path output = Path.of("docs");

  Page(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    PageText page = new PageText(Tables.byMachine(readTables()), readScaling());
    Path plots = Files.createDirectories(output.resolve(PageText.PLOTS));
    for (Map.Entry<String, String> plot : page.plots().entrySet()) {
      WholeFile.write(plots.resolve(plot.getKey()), out -> out.write(utf8(plot.getValue())));
    }
    Path text = output.resolve("performance.md");
    WholeFile.write(text, out -> out.write(utf8(page.markdown())));
    console.out().println(text);
    return 0;
  }

  private static JsonObject read(Path file) throws IOException {
    try {
      return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IOException(
          file + ": no JSON object; expected what table --json or scaling --json printed", e);
    }
  }

  private List<JsonObject> readTables() throws IOException {
    List<JsonObject> read = new ArrayList<>();
    for (Path file : tables) {
      read.add(read(file));
    }
    return read;
  }

  private JsonObject readScaling() throws IOException {
    JsonArray points = new JsonArray();
    Set<String> measured = new LinkedHashSet<>();
    boolean quick = false;
    for (Path file : scaling) {
      JsonObject part = read(file);
      points.addAll(part.getAsJsonArray("points"));
      measured.add(PageText.measured(part) + ".");
      quick |= PageText.quick(part);
    }
    JsonArray sentences = new JsonArray();
    measured.forEach(sentences::add);
    return Json.object("measured", sentences, "points", points, "quick", quick);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
