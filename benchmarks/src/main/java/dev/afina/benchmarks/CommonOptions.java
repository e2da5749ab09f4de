package dev.afina.benchmarks;

import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** What every command understands. The fields are there for picocli, which keeps what it parsed. */
@SuppressWarnings("UnusedVariable")
final class CommonOptions {
  private static final String STACK_TRACE = "--stacktrace";

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  @Option(
      names = STACK_TRACE,
      description = "When something fails, print the stack trace in place of one line.")
  private boolean stackTrace;

  /** Whether it was given, before or after the command's name. */
  static boolean stackTraceWanted(ParseResult parsed) {
    return parsed.hasMatchedOption(STACK_TRACE)
        || (parsed.hasSubcommand() && stackTraceWanted(parsed.subcommand()));
  }
}
