package dev.afina.examples;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Messages of the library name its methods; on a command line the options stand there that do the
 * same, or what else helps where a command has no such option.
 */
final class InOptions {

  /**
   * What is said in place of a method.
   *
   * @param option that does what the method does; null where no command has one
   * @param with what is said of a command that has the option
   * @param without what is said of the others
   */
  private record Rule(Pattern method, @Nullable String option, String with, String without) {
    static Rule of(String method, @Nullable String option, String with, String without) {
      return new Rule(Pattern.compile(method), option, with, without);
    }

    static Rule always(String method, String instead) {
      return of(method, null, instead, instead);
    }

    String in(CommandSpec command, String message) {
      boolean has = option != null && command.findOption(option) != null;
      return method.matcher(message).replaceAll(has ? with : without);
    }
  }

  private static final List<Rule> RULES =
      List.of(
          column("text", "--text"),
          column("pair", "--pair"),
          column("label", "--label"),
          column("labelColumns", "--label-columns"),
          column("valueColumns", "--value-columns"),
          named("epochs", "--epochs"),
          named("maxSteps", "--max-steps"),
          named("batchSize", "--batch-size"),
          named("accumulationSteps", "--accumulation-steps"),
          named("learningRate", "--learning-rate"),
          named("headLearningRate", "--head-learning-rate"),
          named("layerDecay", "--layer-decay"),
          named("warmup", "--warmup"),
          named("weightDecay", "--weight-decay"),
          named("maxGradientNorm", "--max-gradient-norm"),
          named("loggingSteps", "--logging-steps"),
          named("timeBudget", "--time-budget"),
          named("keepBest", "--keep-best"),
          named("positiveLabel", "--positive"),
          named("maxTokens", "--max-tokens"),
          named("output", "--output"),
          named("checkpoints", "--checkpoints"),
          named("dropout", "--dropout"),
          named("classWeights", "--class-weights"),
          named("positiveWeights", "--positive-weights"),
          Rule.of(
              "call resume\\(\\) to go on with it",
              "--resume",
              "use --resume to go on with it",
              "remove it"),
          Rule.always(
              "; give its position by \\w+\\.\\w+\\(\\.\\.\\.\\), counted from 0",
              "; rename one of them in the file"),
          Rule.always("check CsvFormat\\.\\w+\\(\\.\\.\\.\\)", "check the numbers of the columns"),
          Rule.of(
              "call delimiter\\('(.+?)'\\)",
              "--delimiter",
              "use --delimiter '$1'",
              "write the file with commas, or with tabs where it is called .tsv"),
          Rule.of(
              "if the first line is a row already, use CsvFormat\\.withoutHeader\\(\\)",
              "--no-header",
              "if the first line is a row already, use --no-header",
              "the first line must name the columns"),
          Rule.of(
              ", and a file without quoting is read by CsvFormat\\.quoting\\(Quoting\\.NONE\\)",
              "--quoting",
              ", and a file without quoting is read with --quoting none",
              ""),
          Rule.of(
              "call CsvFormat\\.quoting\\(Quoting\\.BACKSLASH\\)",
              "--quoting",
              "use --quoting backslash",
              "write them twice"),
          Rule.of(
              "name the encoding, such as charset\\(\"(.+?)\"\\), or save",
              "--charset",
              "name the encoding, such as --charset $1, or save",
              "save"),
          Rule.of(
              "name it by charset\\(\"(.+?)\"\\)( or charset\\(\"(.+?)\"\\))?",
              "--charset",
              "name it by --charset $1",
              "save the file as UTF-8"),
          Rule.always("charset\\(\"(.+?)\"\\)", "--charset $1"),
          Rule.always("charset\\(\\.\\.\\.\\)", "--charset"),
          Rule.of(
              "(; rows inside [\\w ]+ are read by) JsonFormat\\.rowsIn\\(\"(.+?)\"\\)",
              "--json-rows",
              "$1 --json-rows $2",
              ""),
          Rule.of(
              "(; rows inside [\\w ]+ are read by) JsonFormat\\.rowsIn\\(\\.\\.\\.\\)",
              "--json-rows",
              "$1 --json-rows",
              ""),
          Rule.always("by JsonFormat\\.rowsIn\\(\\.\\.\\.\\)", "by --json-rows"),
          Rule.always("read it by Dataset\\.jsonLines\\(\\.\\.\\.\\)", "call it .jsonl"),
          Rule.always(", or read it by unlabelled\\(\\)", ""),
          Rule.of(
              ", or name the labels by labels\\(\\.\\.\\.\\)",
              "--labels",
              ", or name the labels by --labels",
              ""));

  private InOptions() {}

  private static Rule column(String method, String option) {
    return Rule.of(
        "name the (column|member) by \\w+\\."
            + method
            + "\\(\\.\\.\\.\\)(, or call unlabelled\\(\\))?",
        option,
        "name the $1 by " + option,
        "call it so in the data");
  }

  /** An option of the library that a message begins with. */
  private static Rule named(String method, String option) {
    return Rule.of("^" + method + ":", option, option + ":", method + ":");
  }

  /** The message for someone who has called this command. */
  static String said(CommandSpec command, String message) {
    String said = message;
    for (Rule rule : RULES) {
      said = rule.in(command, said);
    }
    return said;
  }
}
