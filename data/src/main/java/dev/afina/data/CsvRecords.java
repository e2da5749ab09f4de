package dev.afina.data;

import dev.afina.data.CsvFormat.Dialect;
import dev.afina.data.CsvFormat.Quoting;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses the records and fields of a CSV file, in the dialect of RFC 4180 or its two common
 * variants. Empty lines are skipped, and on request those of spaces and tabs. A quote is special
 * only at the beginning of a field.
 */
final class CsvRecords {
  private static final int END = -1;

  /** A record with more fields is an error. */
  private static final int MOST_FIELDS = 100_000;

  private static final String SEPARATOR_LINE = "sep=";

  private final Path path;
  private final Reader in;
  private final int mostCharacters;
  private final char[] buffer = new char[1 << 13];
  private int at;
  private int filled;

  private Dialect dialect;
  private final StringBuilder field = new StringBuilder();
  private long line = 1;
  private long recordLine;
  private int characters;

  /** Whether the last field stood in quotes. */
  private boolean inQuotes;

  /**
   * Starts reading and consumes a first line that names the delimiter.
   *
   * @param in the file's characters; the caller closes it
   */
  CsvRecords(Path path, Reader in, Dialect dialect, int mostCharacters) throws IOException {
    this(path, in, dialect, mostCharacters, 0);
  }

  /**
   * As the other one, but skips lines first. Then no line names the delimiter.
   *
   * @param skippedLines their number as pandas counts them: a quoted field may hold line breaks
   */
  CsvRecords(Path path, Reader in, Dialect dialect, int mostCharacters, int skippedLines)
      throws IOException {
    this.path = path;
    this.in = in;
    this.dialect = dialect;
    this.mostCharacters = mostCharacters;
    if (skippedLines == 0) {
      takeSeparatorLine();
    }
    for (int i = 0; i < skippedLines && peek() != END; i++) {
      skipLine();
    }
  }

  /**
   * Skips a line as pandas counts them: a break between quotes that open a field is no end of it. A
   * quote behind a delimiter that begins the line opens none there.
   */
  private void skipLine() throws IOException {
    recordLine = line;
    boolean quotes = dialect.quoting() != Quoting.NONE;
    if (quotes && take('"')) {
      skipQuoted();
    } else if (peek() != END && peek() != '\n') {
      at++; // whatever it is, a CR and a delimiter included
    }
    while (peek() != END && peek() != '\n' && peek() != '\r') {
      if (take(dialect.delimiter())) {
        if (quotes && take('"')) {
          skipQuoted();
        }
      } else {
        at++;
      }
    }
    if (peek() != END) {
      takeBreak();
    }
  }

  /** Up to and with the quote that closes the field. */
  private void skipQuoted() throws IOException {
    for (int c = read(); c != END; c = read()) {
      if (c == '"' && !take('"')) {
        return;
      }
      if (c == '\n' || c == '\r') {
        line++;
        if (c == '\r') {
          take('\n');
        }
      }
    }
    throw problem(
        "a quote that is never closed opens a field in the lines to skip, which end behind it; close it, or let the card say quoting: 3");
  }

  /** The delimiter: that of the file's first line if it names one, otherwise the requested one. */
  char delimiter() {
    return dialect.delimiter();
  }

  /** The line on which the last record began, counted from 1. */
  long recordLine() {
    return recordLine;
  }

  /** The next line, counted from 1. */
  long line() {
    return line;
  }

  /**
   * Reads the fields of the next record that is not a line of spaces and tabs; null at the end.
   * That is for files of several columns: if there is one, such a line is a text.
   *
   * @throws DatasetException if a quote is not closed, or the record is too large
   */
  @Nullable List<String> nextNotBlank() throws IOException {
    List<String> fields;
    do {
      fields = next();
    } while (fields != null && fields.size() == 1 && !inQuotes && isBlank(fields.get(0)));
    return fields;
  }

  /** Whether a line is of spaces and tabs, or empty. pandas skips such lines in every file. */
  static boolean isBlank(String line) {
    return line.chars().allMatch(c -> c == ' ' || c == '\t');
  }

  /**
   * Reads the fields of the next record; null at the end.
   *
   * @throws DatasetException if a quote is not closed, or the record is too large
   */
  @Nullable List<String> next() throws IOException {
    while (peek() == '\n' || peek() == '\r') {
      takeBreak();
    }
    if (peek() == END) {
      return null;
    }
    recordLine = line;
    characters = 0;
    List<String> fields = new ArrayList<>();
    do {
      if (fields.size() == MOST_FIELDS) {
        throw problem("more than " + MOST_FIELDS + " columns; check the delimiter");
      }
      fields.add(field());
    } while (take(dialect.delimiter()));
    if (peek() != END) {
      takeBreak();
    }
    return fields;
  }

  /** Reads a field up to the next delimiter, line break or end, which is not consumed. */
  private String field() throws IOException {
    field.setLength(0);
    inQuotes = dialect.quoting() != Quoting.NONE && take('"');
    if (inQuotes) {
      quoted();
      if (peek() != END && !isEnd(peek())) {
        throw problem(afterQuote());
      }
    } else {
      while (peek() != END && !isEnd(peek())) {
        append(read());
      }
    }
    return field.toString();
  }

  /** Up to and with the closing quote. */
  private void quoted() throws IOException {
    for (int c = read(); c != END; c = read()) {
      if (c == '"') {
        if (!take('"')) {
          return;
        }
        append('"');
      } else if (c == '\\' && dialect.quoting() == Quoting.BACKSLASH) {
        if (take('"')) {
          append('"');
        } else {
          append(c);
          take('\\');
        }
      } else {
        append(c);
        if (c == '\n' || c == '\r') {
          line++;
          if (c == '\r' && take('\n')) {
            append('\n');
          }
        }
      }
    }
    throw problem(
        "not CSV: a quote that is never closed opens a field; a quote inside a quoted text is written twice"
            + orUnquoted());
  }

  private String afterQuote() {
    boolean backslash = field.length() > 0 && field.charAt(field.length() - 1) == '\\';
    return backslash && dialect.quoting() == Quoting.DOUBLED
        ? "not CSV: text behind a closing quote; the file seems to write quotes as \\\": call CsvFormat.quoting(Quoting.BACKSLASH)"
        : "not CSV: text behind a closing quote; a quote inside a quoted text is written twice"
            + orUnquoted();
  }

  private String orUnquoted() {
    return dialect.delimiter() == '\t'
        ? ", and a file without quoting is read by CsvFormat.quoting(Quoting.NONE)"
        : "";
  }

  private void append(int c) throws DatasetException {
    if (++characters > mostCharacters) {
      throw problem(
          "a row of more than "
              + mostCharacters
              + " characters; check the quotes, or raise DataLimits.rowCharacters(...) by CsvFormat.limits(...)");
    }
    field.append((char) c);
  }

  private boolean isEnd(int c) {
    return c == dialect.delimiter() || c == '\n' || c == '\r';
  }

  private void takeBreak() throws IOException {
    take('\r');
    take('\n');
    line++;
  }

  private boolean take(char c) throws IOException {
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  private int read() throws IOException {
    int c = peek();
    at++;
    return c;
  }

  private int peek() throws IOException {
    if (at >= filled) {
      if (filled == END) {
        return END;
      }
      filled = in.read(buffer, 0, buffer.length);
      at = 0;
    }
    return filled == END ? END : buffer[at];
  }

  /** {@code sep=;}, with or without quotes around it. */
  private void takeSeparatorLine() throws IOException {
    peek();
    int from = take('"') ? 1 : 0;
    int separator = from + SEPARATOR_LINE.length();
    int end = separator + 1 + from;
    boolean given =
        filled > separator
            && new String(buffer, from, SEPARATOR_LINE.length()).equalsIgnoreCase(SEPARATOR_LINE)
            && (from == 0 || (filled > separator + 1 && buffer[separator + 1] == '"'))
            && (filled == end || (filled > end && (buffer[end] == '\n' || buffer[end] == '\r')))
            && "\"\r\n".indexOf(buffer[separator]) < 0;
    at = 0;
    if (given) {
      dialect = new Dialect(buffer[separator], dialect.quoting());
      at = end;
      if (peek() != END) {
        takeBreak();
      }
    }
  }

  private DatasetException problem(String problem) {
    return new DatasetException(path, recordLine, problem, null);
  }
}
