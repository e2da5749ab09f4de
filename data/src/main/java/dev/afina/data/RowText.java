package dev.afina.data;

import org.jspecify.annotations.Nullable;

/** Formats rows as lines of a text file. */
interface RowText {
  /**
   * The header, including its line break; may be empty.
   *
   * @param first the first row; null if there are no rows
   * @throws IllegalArgumentException if it could not be read back
   */
  String header(@Nullable Example first);

  /**
   * A row, including its line break.
   *
   * @throws IllegalArgumentException if it could not be read back unchanged; the message says why,
   *     but not which row
   */
  String row(Example row);

  /**
   * An equivalent of a line that has characters which the file's encoding lacks.
   *
   * @throws IllegalArgumentException if there is none
   */
  String encodable(String line);
}
