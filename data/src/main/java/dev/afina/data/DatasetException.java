package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the content of a data file is not as expected: a missing column, a row with too few
 * fields, invalid UTF-8, JSON that does not parse. The message is a single line that begins with
 * {@code file:line:}, or with {@code file:} if the line is unknown; the text after that has fewer
 * than 1,000 characters.
 */
public final class DatasetException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The longest text after the file's name, whatever the file contains. */
  private static final int LONGEST = 900;

  /** For what concerns the whole file. */
  private static final long NO_LINE = 0;

  private final String file; // not a Path: exceptions are serializable, paths are not
  private final long line;

  DatasetException(Path file, String problem, @Nullable Throwable cause) {
    this(file, NO_LINE, problem, cause);
  }

  DatasetException(Path file, long line, String problem, @Nullable Throwable cause) {
    super(
        file + (line == NO_LINE ? ": " : ":" + line + ": ") + Excerpt.of(problem, LONGEST), cause);
    this.file = file.toString();
    this.line = line;
  }

  /** The file, as its path was given. */
  public String file() {
    return file;
  }

  /**
   * The line, counted from 1; if a CSV row spans several lines, its first. Empty if the problem is
   * not in a particular line.
   */
  public OptionalLong line() {
    return line == NO_LINE ? OptionalLong.empty() : OptionalLong.of(line);
  }
}
