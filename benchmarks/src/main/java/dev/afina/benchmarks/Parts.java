package dev.afina.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures single parts by JMH. */
@Command(
    name = "parts",
    description =
        "Measures parts by JMH: matrix products, AdamW, dropout, attention, tokenizer, overhead of"
            + " calls.",
    sortOptions = false)
final class Parts implements Callable<Integer> {
  private static final String PACKAGE = "dev.afina.benchmarks.parts.";

  private final Console console;

  @Parameters(
      paramLabel = "PART",
      arity = "0..*",
      description = "Those whose name contains this, for example AdamW. Default: all")
  private List<String> parts = List.of("");

  @Option(names = "--quick", description = "One short iteration, to see whether everything works.")
  private boolean quick;

  @Option(names = "--json", description = "Print one JSON object in place of a table.")
  private boolean json;

  Parts(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .forks(1)
            .shouldFailOnError(true)
            .warmupIterations(quick ? 1 : 3)
            .measurementIterations(quick ? 1 : 5)
            .warmupTime(quick ? TimeValue.milliseconds(100) : TimeValue.seconds(1))
            .measurementTime(quick ? TimeValue.milliseconds(100) : TimeValue.seconds(1));
    parts.forEach(part -> options.include(PACKAGE + ".*" + part + ".*"));
    Collection<RunResult> results;
    try {
      results =
          new Runner(
                  options.build(),
                  OutputFormatFactory.createFormatInstance(console.err(), VerboseMode.NORMAL))
              .run();
    } catch (RunnerException e) {
      throw new IOException("JMH: " + e.getMessage(), e);
    }
    console.out().print(json ? json(results) + "\n" : table(results));
    console.out().flush();
    return 0;
  }

  private static JsonObject json(Collection<RunResult> results) {
    JsonArray parts = new JsonArray();
    for (RunResult run : results) {
      Result<?> result = run.getPrimaryResult();
      parts.add(
          Json.object(
              "name", name(run),
              "score", result.getScore(),
              "error", Double.isNaN(result.getScoreError()) ? null : result.getScoreError(),
              "unit", result.getScoreUnit()));
    }
    return Json.object("parts", parts);
  }

  private static String table(Collection<RunResult> results) {
    StringBuilder table = new StringBuilder();
    for (RunResult run : results) {
      Result<?> result = run.getPrimaryResult();
      table.append(
          String.format(
              Locale.ROOT,
              "%-45s %12s ± %-10s %s%n",
              name(run),
              Report.number(result.getScore()),
              Report.number(result.getScoreError()),
              result.getScoreUnit()));
    }
    return table.toString();
  }

  private static String name(RunResult run) {
    BenchmarkParams params = run.getParams();
    String values =
        params.getParamsKeys().stream()
            .map(key -> key + "=" + params.getParam(key))
            .collect(Collectors.joining(","));
    String name = params.getBenchmark().substring(PACKAGE.length());
    return values.isEmpty() ? name : name + "(" + values + ")";
  }
}
