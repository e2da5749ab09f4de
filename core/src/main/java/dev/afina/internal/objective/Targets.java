package dev.afina.internal.objective;

import java.util.Arrays;
import java.util.List;

/**
 * The targets of some texts, a row of numbers for each: the index of its label, a 0 or 1 for each
 * label, or the values of a regression, depending on the task. Immutable.
 *
 * @param rows one row per text
 */
public record Targets(List<double[]> rows) {
  public static final Targets NONE = new Targets(List.of());

  public Targets {
    rows = List.copyOf(rows);
  }

  public int size() {
    return rows.size();
  }

  public double[] row(int text) {
    return rows.get(text);
  }

  /** The index of the label of a text, for a single-label task. */
  public int label(int text) {
    return (int) row(text)[0];
  }

  /** The rows of these texts. */
  public List<double[]> select(int... texts) {
    return Arrays.stream(texts).mapToObj(rows::get).toList();
  }
}
