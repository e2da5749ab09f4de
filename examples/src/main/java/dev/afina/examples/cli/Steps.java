package dev.afina.examples.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The steps of a program in their order: the help lists them beside the lines of the notebook that
 * they stand for, and the output has them as headings.
 */
public final class Steps {
  /** Of a line of the help: Python's are long. */
  static final int WIDTH = 100;

  private static final String INDENT = "      ";

  private final List<Step> steps;

  private Steps(List<Step> steps) {
    this.steps = steps;
  }

  public static Steps of(Step... steps) {
    return new Steps(List.of(steps));
  }

  /**
   * Adds them to a command's help.
   *
   * @param notes what else there is to say, below them
   */
  public void describe(CommandSpec command, String... notes) {
    List<String> lines = new ArrayList<>(List.of("", "Steps, and what each is in the notebook:"));
    for (Step step : steps) {
      lines.add(" " + number(step) + ". " + step.title());
      lines.addAll(wrapped(step.notebook()));
    }
    lines.add("");
    lines.addAll(List.of(notes));
    command
        .usageMessage()
        .footer(lines.stream().map(line -> line.replace("%", "%%")).toArray(String[]::new));
  }

  /** Prints the heading of a step. */
  public void begin(Step step, PrintStream out) {
    out.println();
    out.println(number(step) + ". " + step.title());
    out.println("   notebook: " + step.notebook());
    out.println();
  }

  /** Lines of the help, broken at blanks. */
  private static List<String> wrapped(String code) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(INDENT);
    for (String word : code.split(" ", -1)) {
      if (line.length() + word.length() >= WIDTH && line.length() > INDENT.length()) {
        lines.add(line.toString().stripTrailing());
        line.setLength(0);
        line.append(INDENT);
      }
      line.append(word).append(' ');
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }

  private int number(Step step) {
    int position = steps.indexOf(step);
    if (position < 0) {
      throw new IllegalArgumentException("step \"" + step.title() + "\": not one of this program");
    }
    return position + 1;
  }
}
