package dev.afina.metrics;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Prints a confusion matrix for people. Widths count code points, so that letters beyond the BMP do
 * not shift columns.
 */
final class ConfusionTable {
  private static final String CORNER = "truth \\ predicted";
  private static final int MAX_WIDTH = 100;

  private ConfusionTable() {}

  static String format(ConfusionMatrix matrix) {
    List<String> labels = matrix.labels();
    List<String> indices =
        IntStream.range(0, matrix.classes()).mapToObj(Integer::toString).toList();
    String named = format(matrix, labels, labels);
    if (labels.equals(indices)
        || Text.width(named.substring(0, named.indexOf('\n'))) <= MAX_WIDTH) {
      return named;
    }
    // 77 intents with names as headings would make lines of 2,000 characters.
    List<String> numbered =
        IntStream.range(0, labels.size()).mapToObj(c -> c + " " + labels.get(c)).toList();
    return format(matrix, numbered, indices);
  }

  private static String format(ConfusionMatrix matrix, List<String> rows, List<String> columns) {
    int rowWidth = Math.max(CORNER.length(), rows.stream().mapToInt(Text::width).max().orElse(0));
    int[] widths =
        IntStream.range(0, columns.size())
            .map(p -> columnWidth(matrix, p, columns.get(p)))
            .toArray();

    StringBuilder table = new StringBuilder();
    Text.padRight(table, CORNER, rowWidth);
    for (int p = 0; p < widths.length; p++) {
      Text.padLeft(table.append("  "), columns.get(p), widths[p]);
    }
    for (int t = 0; t < widths.length; t++) {
      Text.padRight(table.append('\n'), rows.get(t), rowWidth);
      for (int p = 0; p < widths.length; p++) {
        Text.padLeft(table.append("  "), Integer.toString(matrix.count(t, p)), widths[p]);
      }
    }
    return table.toString();
  }

  private static int columnWidth(ConfusionMatrix matrix, int column, String heading) {
    int width = Text.width(heading);
    for (int t = 0; t < matrix.classes(); t++) {
      width = Math.max(width, Integer.toString(matrix.count(t, column)).length());
    }
    return width;
  }
}
