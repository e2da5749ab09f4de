/**
 * Data sets of texts with labels, lists of labels or numbers: {@link dev.afina.data.Dataset} in
 * memory, read from CSV, JSON or Parquet, from a file, from a folder of text files or from the
 * Hugging Face Hub, and written as CSV and JSON Lines. No tensors, no model.
 *
 * <p>A format says which columns are what: {@link dev.afina.data.CsvFormat}, {@link
 * dev.afina.data.JsonFormat}, {@link dev.afina.data.Columns} for Parquet and the Hub, {@link
 * dev.afina.data.FolderFormat}. A row is an {@link dev.afina.data.Example}: its text, what it
 * teaches, and the other columns that the format keeps. Files that do not fit into memory are read
 * row by row: {@link dev.afina.data.Dataset#streamCsv} and its sisters.
 */
@NullMarked
package dev.afina.data;

import org.jspecify.annotations.NullMarked;
