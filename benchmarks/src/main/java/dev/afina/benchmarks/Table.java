package dev.afina.benchmarks;

import dev.afina.internal.files.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the rows of the table. */
@Command(
    name = "table",
    description =
        "Measures Afina and its peers in turns, and prints the ratio of their medians beside the"
            + " goal. Before that both sides' results are compared.",
    sortOptions = false)
final class Table implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--rows",
      paramLabel = "NAME",
      split = ",",
      description = "These rows only, with commas between. Default: all")
  private @Nullable List<String> rows;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Write what --json prints to this file too, anew after each row, so that nothing is lost"
              + " if the program is stopped.")
  private @Nullable Path output;

  @Mixin private final SuiteOptions options = new SuiteOptions();

  Table(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    List<Row> wanted = rows == null ? Rows.all() : Rows.named(rows);
    try (Lab lab = new Lab(options, console.err())) {
      Report report =
          new Report(
              Machine.json(lab), lab.data().description(), LocalDate.now(ZoneId.systemDefault()));
      report.json().addProperty("quick", lab.scale().quick());
      save(report); // a name that cannot be written is found before an hour of work
      report.measure(wanted, lab, () -> save(report));
      console.out().print(options.json() ? report.json() + "\n" : report.table());
      console.out().flush();
      return report.complete() ? 0 : 1;
    }
  }

  private void save(Report report) throws IOException {
    if (output != null) {
      byte[] json = (report.json() + "\n").getBytes(StandardCharsets.UTF_8);
      WholeFile.write(output, out -> out.write(json));
    }
  }
}
