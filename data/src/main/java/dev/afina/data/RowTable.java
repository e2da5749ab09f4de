package dev.afina.data;

import dev.afina.internal.files.VisibleText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Formats rows as a plain-text table: one line per row, with columns aligned by display width. */
final class RowTable {
  /** The maximum width of a text cell, in terminal columns. */
  private static final int WIDEST_TEXT = 60;

  private static final int WIDEST_VALUE = 24;

  /** The maximum number of other columns to show. */
  private static final int MOST_COLUMNS = 12;

  private static final String GAP = "  ";

  /** A column of the table; a value that is null is shown as nothing. */
  private record Column(String name, int widest, Function<Example, @Nullable Object> value) {}

  private RowTable() {}

  /** The rows of a data set that have these numbers. */
  static String of(Dataset data, int[] numbers) {
    List<Example> rows = new ArrayList<>();
    for (int number : numbers) {
      rows.add(data.get(number));
    }
    List<List<String>> table = new ArrayList<>(); // by columns, the name first
    List<String> first = new ArrayList<>(List.of("row"));
    for (int number : numbers) {
      first.add(String.valueOf(number));
    }
    table.add(first);
    List<String> others = others(rows);
    for (Column column : columns(rows, others)) {
      List<String> cells = new ArrayList<>();
      cells.add(cut(column.name(), column.widest()));
      for (Example row : rows) {
        Object value = column.value().apply(row);
        cells.add(value == null ? "" : cut(ColumnValue.text(value), column.widest()));
      }
      table.add(cells);
    }
    StringBuilder text = new StringBuilder();
    for (int line = 0; line <= rows.size(); line++) {
      appendLine(text, table, line);
    }
    if (others.size() > MOST_COLUMNS) {
      text.append("... and ").append(others.size() - MOST_COLUMNS).append(" more columns\n");
    }
    return text.toString();
  }

  private static List<String> others(List<Example> rows) {
    Set<String> names = new LinkedHashSet<>();
    rows.forEach(row -> names.addAll(row.columnNames()));
    return List.copyOf(names);
  }

  private static List<Column> columns(List<Example> rows, List<String> others) {
    List<Column> columns = new ArrayList<>();
    addIfAny(columns, rows, new Column("label", WIDEST_VALUE, Example::label));
    addIfAny(columns, rows, new Column("labels", WIDEST_VALUE, Example::labels));
    addIfAny(columns, rows, new Column("values", WIDEST_VALUE, Example::values));
    columns.add(new Column("text", WIDEST_TEXT, Example::text));
    addIfAny(columns, rows, new Column("pair", WIDEST_TEXT, Example::pair));
    for (String name : others.subList(0, Math.min(others.size(), MOST_COLUMNS))) {
      columns.add(
          new Column(name, WIDEST_VALUE, row -> row.isMissing(name) ? null : row.column(name)));
    }
    return columns;
  }

  private static void addIfAny(List<Column> columns, List<Example> rows, Column column) {
    if (rows.stream().anyMatch(row -> column.value().apply(row) != null)) {
      columns.add(column);
    }
  }

  private static void appendLine(StringBuilder text, List<List<String>> table, int line) {
    StringBuilder shown = new StringBuilder();
    for (List<String> column : table) {
      int width = column.stream().mapToInt(RowTable::width).max().orElse(0);
      String cell = column.get(line);
      shown.append(shown.length() == 0 ? "" : GAP);
      shown.append(cell).append(" ".repeat(width - width(cell)));
    }
    text.append(shown.toString().stripTrailing()).append('\n');
  }

  /** The text on one line, cut to a width and ended with an ellipsis if it is longer. */
  private static String cut(String value, int widest) {
    String line = VisibleText.line(value, widest + 1).strip();
    if (width(line) <= widest) {
      return line;
    }
    int end = 0;
    int width = 0;
    while (end < line.length()) {
      int c = line.codePointAt(end);
      if (width + width(c) > widest - 1) {
        break;
      }
      width += width(c);
      end += Character.charCount(c);
    }
    return line.substring(0, end).stripTrailing() + '…';
  }

  private static int width(String text) {
    return text.codePoints().map(RowTable::width).sum();
  }

  /**
   * The display width: 2 for wide characters (Unicode TR 11: East Asian, emoji), 0 for marks,
   * otherwise 1.
   */
  private static int width(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        (c >= 0x1100 && c <= 0x115f) // Hangul that begins a syllable
            || (c >= 0x2e80 && c <= 0xa4cf && c != 0x303f) // CJK, Kana, Yi
            || (c >= 0xac00 && c <= 0xd7a3) // Hangul
            || (c >= 0xf900 && c <= 0xfaff)
            || (c >= 0xfe30 && c <= 0xfe6f)
            || (c >= 0xff00 && c <= 0xff60)
            || (c >= 0xffe0 && c <= 0xffe6)
            || (c >= 0x1f300 && c <= 0x1f64f)
            || (c >= 0x1f680 && c <= 0x1f6ff)
            || (c >= 0x1f900 && c <= 0x1f9ff)
            || (c >= 0x20000 && c <= 0x3fffd);
    return wide ? 2 : 1;
  }
}
