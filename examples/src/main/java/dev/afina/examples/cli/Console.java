package dev.afina.examples.cli;

import dev.afina.internal.engine.Terminal;
import dev.afina.training.ProgressBar;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a command reads and prints: UTF-8, whatever the locale, so that a pipe between two programs
 * loses nothing.
 *
 * @param in standard input
 * @param out results
 * @param err progress and problems
 * @param interactive whether {@code err} is a terminal, where a line can be drawn over
 * @param shutdown what Ctrl-C does
 * @param environment the variables that say where the Hub and its cache are
 */
public record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean interactive,
    Shutdown shutdown,
    Map<String, String> environment) {

  /** The process's own. */
  public static Console system() {
    return new Console(
        System.in,
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        Terminal.isStandardError(),
        new Shutdown(),
        System.getenv());
  }

  /** Where a command's text goes: standard output, or beside it when that is for JSON. */
  public PrintStream text(boolean json) {
    return json ? err : out;
  }

  /**
   * Shows a training beside the results.
   *
   * @param metrics of an epoch's line
   */
  public ProgressBar progress(String... metrics) {
    ProgressBar bar = interactive ? ProgressBar.drawnOn(err) : ProgressBar.linesTo(err);
    return bar.showing(metrics);
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
