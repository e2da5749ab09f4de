package dev.afina.examples;

import dev.afina.data.ProblemType;
import java.util.Locale;

/** The names of tasks on the command line. */
final class Tasks {
  private Tasks() {}

  /** For example {@code multi-label}. */
  static String name(ProblemType task) {
    return task.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The task of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static ProblemType named(String name) {
    for (ProblemType task : ProblemType.values()) {
      if (name(task).equals(name)) {
        return task;
      }
    }
    throw new IllegalArgumentException(
        "--task: expected single-label, multi-label or regression, got \"" + name + "\"");
  }
}
