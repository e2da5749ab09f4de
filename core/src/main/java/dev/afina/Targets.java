package dev.afina;

import java.util.Arrays;
import java.util.List;

/**
 * What some texts should get, a row of numbers for each: the position of its one label, a 0 or 1
 * for each label, or the values of a regression. The {@link Task} knows which.
 *
 * @param rows by text
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

  /** The position of a text's one label. */
  int label(int text) {
    return (int) row(text)[0];
  }

  /** The rows of these texts. */
  List<double[]> select(int... texts) {
    return Arrays.stream(texts).mapToObj(rows::get).toList();
  }
}
