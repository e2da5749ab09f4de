package dev.afina.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * {@code java -jar afina-benchmarks.jar COMMAND}: finds the program, and turns what goes wrong into
 * one line and an exit code.
 */
@Command(
    name = "afina-benchmarks",
    description = "Measures Afina beside the Hugging Face Trainer, its pipeline and ONNX Runtime.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "COMMAND --help shows its options. Exit codes:",
      "  0 all was measured, 1 something was not or a comparison failed, 2 wrong usage"
    })
public final class Main {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private Main() {}

  /** Runs the command that the arguments name, and ends the JVM with its exit code. */
  public static void main(String... args) {
    System.exit(run(Console.system(), args));
  }

  /** Runs a command; returns its exit code. */
  static int run(Console console, String... args) {
    CommandLine main = new CommandLine(new Main());
    main.addSubcommand(new Table(console));
    main.addSubcommand(new Scaling(console));
    main.addSubcommand(new Parts(console));
    main.addSubcommand(new Page(console));
    main.addMixin("common", new CommonOptions());
    main.getSubcommands().values().forEach(c -> c.addMixin("common", new CommonOptions()));
    main.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8)); // of --help
    main.setParameterExceptionHandler((problem, unused) -> wrongUsage(console, problem));
    main.setExecutionExceptionHandler(
        (problem, command, parsed) -> failed(console, problem, command, parsed));
    return main.execute(args);
  }

  /** The message, where it was written for the user; else with the kind of problem before it. */
  static String explain(Exception problem) {
    String message = problem.getMessage();
    boolean written =
        problem instanceof FileSystemException file
            ? file.getReason() != null
            : problem instanceof IOException
                || problem instanceof IllegalArgumentException
                || problem instanceof IllegalStateException;
    return oneLine(
        written && message != null ? message : problem.getClass().getSimpleName() + ": " + message);
  }

  private static int wrongUsage(Console console, ParameterException problem) {
    String command = problem.getCommandLine().getCommandSpec().qualifiedName();
    String message = oneLine(problem.getMessage());
    console.err().println(command + ": " + message + "; see " + command + " --help");
    return WRONG_USAGE;
  }

  private static int failed(
      Console console, Exception problem, CommandLine command, ParseResult parsed) {
    if (CommonOptions.stackTraceWanted(parsed)) {
      problem.printStackTrace(console.err());
    } else {
      String name = command.getCommandSpec().qualifiedName();
      console.err().println(name + ": " + explain(problem));
    }
    return problem instanceof IllegalArgumentException ? WRONG_USAGE : FAILED;
  }

  private static String oneLine(@Nullable String message) {
    return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
