package dev.afina.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Detects rows that were lost because quotes were taken for quoting. In a file without quoting, one
 * text may begin with a quote and another, some rows later, may end with one. Read with quoting,
 * everything in between is a single field.
 *
 * <p>Such a field gives itself away: if quotes are read as plain characters, each of its lines has
 * as many columns as other rows, and a label that other rows have too. That is hardly ever true for
 * a correctly quoted text of several lines.
 */
final class SwallowedRows {
  /** A field with fewer lines than this is not suspicious by its length. */
  private static final int LONG = 50;

  /** Longer fields are texts rather than labels. */
  private static final int LABEL_LENGTH = 200;

  /** The number of suspects to remember until all labels are known. */
  private static final int REMEMBERED = 1_000;

  /** The number of lines of a suspect whose labels are remembered. */
  private static final int SAMPLE = 20;

  /**
   * A record that may be several rows.
   *
   * @param line the line on which it begins
   * @param rows how many rows it may be
   * @param labels the labels of the first of these rows; empty if there is no label column
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
   * A detector for one file.
   *
   * @param width the number of columns
   * @param label the position of the label; negative for none
   */
  SwallowedRows(int width, int label, char delimiter) {
    this.width = width;
    this.label = label;
    this.delimiter = delimiter;
  }

  /**
   * Examines a record.
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

  /** Goes through the record until its quotes cannot be plain characters. */
  private void suspect(List<String> fields, long from) {
    List<String> ofLines = new ArrayList<>();
    int rows = 0;
    int column = 0;
    for (int i = 0; i < fields.size(); i++) {
      String field = fields.get(i);
      char behind = i + 1 < fields.size() ? delimiter : '\n';
      int start = 0;
      for (int at = 0; at <= field.length(); at++) {
        char c = at < field.length() ? field.charAt(at) : behind;
        boolean endsLine = c == '\n' || c == '\r';
        if (!endsLine && c != delimiter) {
          continue;
        }
        if (column == label) {
          if (at - start > LABEL_LENGTH) {
            return;
          }
          if (ofLines.size() < SAMPLE) {
            ofLines.add(field.substring(start, at).strip());
          }
        }
        column++;
        if (endsLine != (column == width)) {
          return;
        }
        if (endsLine) {
          rows++;
          column = 0;
          at += c == '\r' && at + 1 < field.length() && field.charAt(at + 1) == '\n' ? 1 : 0;
        }
        start = at + 1;
      }
    }
    suspects.add(new Suspect(from, rows, ofLines));
  }

  /**
   * A warning about the file; empty if nothing is suspicious.
   *
   * @param lines the number of lines in the file
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

  /**
   * Texts hardly contain tabs, but they do contain commas, so with commas most labels must also be
   * known ones. Half are not enough: a text of two lines has the record's own label in the second.
   */
  private boolean isRows(Suspect suspect) {
    if (delimiter == '\t') {
      return true;
    }
    if (label < 0) {
      return width > 2;
    }
    return 2 * suspect.labels().stream().filter(labels::contains).count() > suspect.labels().size();
  }
}
