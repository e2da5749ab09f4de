package dev.afina.examples;

import dev.afina.examples.api.SentimentApi;
import dev.afina.examples.cli.CommonOptions;
import dev.afina.examples.cli.Console;
import dev.afina.examples.cli.Shutdown;
import dev.afina.examples.notebooks.MovieReviews;
import dev.afina.examples.notebooks.News;
import dev.afina.examples.notebooks.SpanishReviews;
import dev.afina.examples.notebooks.Tweets;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * {@code java -jar afina-examples.jar COMMAND}: finds the program, and turns what goes wrong into
 * one line and an exit code.
 */
@Command(
    name = "afina-examples",
    description = "Fine-tunes and serves transformer text classifiers on the JVM.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "COMMAND --help shows its options. Exit codes:", Main.EXIT_CODES})
public final class Main {
  static final String EXIT_CODES = "  0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C";

  /** Of a pipe whose reader has gone, or a full disk. */
  private static final String CLOSED =
      "standard output: closed or full before all was written; what it should say is lost";

  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final int STOPPED = 130;

  private Main() {}

  /** Runs the command that the arguments name, and ends the JVM with its exit code. */
  public static void main(String... args) {
    Console console = Console.system();
    console.shutdown().awaitOnExit();
    int code = run(console, args);
    // An exit that is under way has a code of its own, and at its very end a second one would win.
    if (!Shutdown.isRequested()) {
      System.exit(code);
    }
  }

  /** Runs a command; returns its exit code. */
  static int run(Console console, String... args) {
    CommandLine main = new CommandLine(new Main());
    main.addMixin("common", new CommonOptions());
    main.addSubcommand(new Intents(console));
    main.addSubcommand(new Train(console));
    main.addSubcommand(new Predict(console));
    main.addSubcommand(SpanishReviews.command(console));
    main.addSubcommand(News.command(console));
    main.addSubcommand(Tweets.command(console));
    main.addSubcommand(MovieReviews.command(console));
    main.addSubcommand(SentimentApi.command(console));
    main.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8)); // of --help
    main.setParameterExceptionHandler((problem, unused) -> wrongUsage(console, problem));
    main.setExecutionExceptionHandler(
        (problem, command, parsed) -> failed(console, problem, command, parsed));
    try (Shutdown.Work work = console.shutdown().work()) {
      int code = main.execute(args);
      if (code == 0 && console.out().checkError()) { // the only way in which a PrintStream tells
        console.err().println("afina-examples: " + CLOSED);
        return FAILED;
      }
      return code;
    } catch (LinkageError | OutOfMemoryError e) { // no libtorch for this machine, or no room
      console.err().println("afina-examples: " + oneLine(e.toString()));
      return FAILED;
    }
  }

  private static int wrongUsage(Console console, ParameterException problem) {
    String command = problem.getCommandLine().getCommandSpec().qualifiedName();
    String said =
        InOptions.said(
            problem.getCommandLine().getCommandSpec(), String.valueOf(problem.getMessage()));
    String message = oneLine(said);
    console.err().println(command + ": " + message + "; see " + command + " --help");
    return WRONG_USAGE;
  }

  private static int failed(
      Console console, Exception problem, CommandLine command, ParseResult parsed) {
    if (CommonOptions.stackTraceWanted(parsed)) {
      problem.printStackTrace(console.err());
    } else {
      String name = command.getCommandSpec().qualifiedName();
      String message = InOptions.said(command.getCommandSpec(), explain(problem));
      console.err().println(name + ": " + oneLine(message));
    }
    return problem instanceof InterruptedIOException ? STOPPED : FAILED;
  }

  /** The message, where it was written for the user; else with the kind of problem before it. */
  private static String explain(Exception problem) {
    String message = problem.getMessage();
    boolean written =
        problem instanceof FileSystemException file
            ? file.getReason() != null
            : problem instanceof IOException
                || problem instanceof IllegalArgumentException
                || problem instanceof IllegalStateException;
    return written && message != null
        ? message
        : problem.getClass().getSimpleName() + ": " + message + " (--stacktrace shows where)";
  }

  private static String oneLine(@Nullable String message) {
    return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
