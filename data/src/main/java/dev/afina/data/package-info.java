/**
 * Labelled texts to train and evaluate on, without tensors or models. Start at {@link
 * dev.afina.data.Dataset}: it reads CSV, JSON Lines and Parquet files, folders of text files and
 * data sets of the Hugging Face Hub, and writes CSV and JSON Lines.
 *
 * <p>Each row is an {@link dev.afina.data.Example}: a text or a pair of texts, its target (a label,
 * a list of labels, or numbers), and any other columns worth keeping. Which column is which is
 * described by {@link dev.afina.data.CsvFormat}, {@link dev.afina.data.JsonFormat}, {@link
 * dev.afina.data.FolderFormat} or, for Parquet and the Hub, {@link dev.afina.data.Columns}.
 *
 * <p>Files too large for memory are streamed row by row: see {@link
 * dev.afina.data.Dataset#streamCsv}. {@link dev.afina.data.TrainTestSplit} and {@link
 * dev.afina.data.Folds} divide rows exactly as {@code datasets} and scikit-learn do; {@link
 * dev.afina.data.DataReport} finds duplicates, contradictions and missing labels before training.
 */
@NullMarked
package dev.afina.data;

import org.jspecify.annotations.NullMarked;
