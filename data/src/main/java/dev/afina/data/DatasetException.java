package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A data file was opened, but its content cannot be read as asked: a row with too few columns, a
 * missing column, invalid UTF-8, JSON that does not parse. The message is one line of less than
 * 1,000 characters behind the file's name and begins with {@code file:line:} where the line is
 * known.
 */
public final class DatasetException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Whatever a file holds that a message shows. */
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
   * The line, counted from 1; where a CSV row spans lines, the one on which it begins. Empty where
   * the whole file is concerned.
   */
  public OptionalLong line() {
    return line == NO_LINE ? OptionalLong.empty() : OptionalLong.of(line);
  }
}
