package dev.afina;

import java.util.Arrays;
import java.util.List;

/**
 * The targets of some texts, a row of numbers for each: the index of its label, a 0 or 1 for each
 * label, or the values of a regression, depending on the {@link Task}. Immutable.
 *
 * @param rows one row per text
 */
record Targets(List<double[]> rows) {
  static final Targets NONE = new Targets(List.of());

  Targets {
    rows = List.copyOf(rows);
  }

  int size() {
    return rows.size();
  }

  double[] row(int text) {
    return rows.get(text);
  }

  /** The index of the label of a text, for a single-label task. */
  int label(int text) {
    return (int) row(text)[0];
  }

  /** The rows of these texts. */
  List<double[]> select(int... texts) {
    return Arrays.stream(texts).mapToObj(rows::get).toList();
  }
}
