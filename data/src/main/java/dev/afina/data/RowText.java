package dev.afina.data;

import org.jspecify.annotations.Nullable;

/** How rows are written in a file of lines. */
interface RowText {
  /**
   * What stands before the rows, with the break of its line; may be empty.
   *
   * @param first row; null where there is none
   * @throws IllegalArgumentException if it could not be read back
   */
  String header(@Nullable Example first);

  /**
   * A row, with the break of its line.
   *
   * @throws IllegalArgumentException if it could not be read back as it is; says why, and not which
   *     row
   */
  String row(Example row);

  /**
   * A line as the encoding can write it that cannot write all of its characters.
   *
   * @throws IllegalArgumentException if there is no way
   */
  String encodable(String line);
}
