package dev.afina.examples.cli;

import dev.afina.data.Columns;
import dev.afina.data.CsvFormat;
import dev.afina.data.JsonFormat;

/**
 * Which columns of a program's data are what, in files of any kind. The others are kept.
 *
 * @param text the column of the text
 * @param label the column of the label
 */
public record TextColumns(String text, String label) {

  /** The usual ones. */
  public static TextColumns standard() {
    return new TextColumns("text", "label");
  }

  Columns columns() {
    return Columns.standard().text(text).label(label).keepAll();
  }

  CsvFormat csv() {
    return CsvFormat.withHeader().text(text).label(label).keepAll();
  }

  JsonFormat json() {
    return JsonFormat.standard().text(text).label(label).keepAll();
  }
}
