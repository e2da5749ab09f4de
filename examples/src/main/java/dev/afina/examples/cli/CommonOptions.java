package dev.afina.examples.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** What every command understands. The fields are there for picocli, which keeps what it parsed. */
@SuppressWarnings("UnusedVariable")
public final class CommonOptions {
  private static final String STACK_TRACE = "--stacktrace";

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init")
  private CommandSpec command;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  @Option(
      names = STACK_TRACE,
      description = "When something fails, print the stack trace in place of one line.")
  private boolean stackTrace;

  /** What an option's value is answered with when it cannot be. */
  public ParameterException wrong(@Nullable String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /** Whether an option stands on the command line, which its value alone does not say. */
  public boolean given(String option) {
    return command.commandLine().getParseResult().hasMatchedOption(option);
  }

  /** Whether it was given, before or after the command's name. */
  public static boolean stackTraceWanted(ParseResult parsed) {
    return parsed.hasMatchedOption(STACK_TRACE)
        || (parsed.hasSubcommand() && stackTraceWanted(parsed.subcommand()));
  }
}
