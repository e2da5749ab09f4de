package dev.afina.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Looks for quotes that swallowed rows. In a file that does not quote, a text may begin with a
 * quote and another, rows later, end with one: read with quoting, that is one field of all between,
 * and the rows are lost.
 *
 * <p>Such a field shows itself: read again with quotes as plain characters, each of its lines is a
 * row with as many columns as the others have, and a label that others have. A text of several
 * lines that is rightly quoted hardly ever does.
 */
final class SwallowedRows {
  private static final Pattern BREAK = Pattern.compile("\r\n|\r|\n");

  /** A file whose fields are shorter than this is not said to be mostly one field. */
  private static final int LONG = 50;

  /** Longer ones are texts. */
  private static final int LABEL_LENGTH = 200;

  /** So many places are remembered until all labels are known. */
  private static final int REMEMBERED = 1_000;

  /**
   * A record that may be several rows.
   *
   * @param line on which it begins
   * @param rows that it may be
   * @param labels of these rows; empty where there is no label column
   */
  private record Suspect(long line, int rows, List<String> labels) {}

  private final int width;
  private final int label;
  private final char delimiter;
  private final Set<String> labels = new HashSet<>();
  private final List<Suspect> suspects = new ArrayList<>();
  private long longestLines;
  private long longestAt;

  /**
   * Of one file.
   *
   * @param width how many columns its rows have
   * @param label the position of the label; negative for none
   */
  SwallowedRows(int width, int label, char delimiter) {
    this.width = width;
    this.label = label;
    this.delimiter = delimiter;
  }

  /**
   * Looks at a record.
   *
   * @param from the line on which it begins
   * @param to the line on which the next one begins
   */
  void record(List<String> fields, long from, long to) {
    if (to - from > longestLines) {
      longestLines = to - from;
      longestAt = from;
    }
    if (to - from > 1 && width > 1 && suspects.size() < REMEMBERED) {
      suspect(fields, from);
    } else if (label >= 0
        && labels.size() < REMEMBERED
        && fields.get(label).length() <= LABEL_LENGTH) {
      labels.add(fields.get(label).strip());
    }
  }

  private void suspect(List<String> fields, long from) {
    String plain = String.join(String.valueOf(delimiter), fields);
    String[] lines = BREAK.split(plain, -1);
    List<String> ofLines = new ArrayList<>();
    for (String line : lines) {
      String[] parts = line.split(Pattern.quote(String.valueOf(delimiter)), -1);
      if (parts.length != width || (label >= 0 && parts[label].length() > LABEL_LENGTH)) {
        return;
      }
      if (label >= 0) {
        ofLines.add(parts[label].strip());
      }
    }
    suspects.add(new Suspect(from, lines.length, ofLines));
  }

  /**
   * What is to be said of the file; empty if nothing.
   *
   * @param lines of the file
   */
  Optional<String> warning(Path file, long lines) {
    List<Suspect> swallowed = suspects.stream().filter(this::isRows).toList();
    if (!swallowed.isEmpty()) {
      long rows = swallowed.stream().mapToLong(Suspect::rows).sum();
      return Optional.of(
          "%s:%s: a quoted field holds what looks like rows: %s lines of the file are read as %s rows; if its quotes are plain characters, read it by CsvFormat.quoting(Quoting.NONE)"
              .formatted(file, swallowed.get(0).line(), rows, swallowed.size()));
    }
    if (longestLines > LONG && longestLines > lines / 2) {
      return Optional.of(
          "%s:%s: one quoted field spans %s of the file's %s lines; if its quotes are plain characters, read it by CsvFormat.quoting(Quoting.NONE)"
              .formatted(file, longestAt, longestLines, lines));
    }
    return Optional.empty();
  }

  /** Tabs stand in no text; commas do, so their lines must also have labels that others have. */
  private boolean isRows(Suspect suspect) {
    if (delimiter == '\t') {
      return true;
    }
    if (label < 0) {
      return width > 2;
    }
    return 2 * suspect.labels().stream().filter(labels::contains).count() >= suspect.rows();
  }
}
