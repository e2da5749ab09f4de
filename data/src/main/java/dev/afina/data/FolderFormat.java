package dev.afina.data;

import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Dataset#folders(java.nio.file.Path, FolderFormat)} reads a folder that has one folder
 * a label, with a text file for each row, such as {@code pos/12_9.txt} and {@code neg/3_1.txt}.
 *
 * <pre>{@code
 * FolderFormat.standard().labels("neg", "pos").keepFile("file")
 * }</pre>
 *
 * <p>Immutable: each method returns a new format.
 */
public final class FolderFormat {
  private final List<String> labels;
  private final @Nullable String fileColumn;
  private final ReadingOptions options;

  private FolderFormat(List<String> labels, @Nullable String fileColumn, ReadingOptions options) {
    this.labels = labels;
    this.fileColumn = fileColumn;
    this.options = options;
  }

  /**
   * All folders are labels, files are UTF-8 or what their mark says, and their names are not kept.
   */
  public static FolderFormat standard() {
    return new FolderFormat(List.of(), null, ReadingOptions.standard());
  }

  /**
   * The folders to read, in this order; others are left out. Default: all, by their names.
   *
   * @throws IllegalArgumentException if one is given twice
   */
  public FolderFormat labels(String first, String... more) {
    List<String> names = Stream.concat(Stream.of(first), Stream.of(more)).toList();
    if (new HashSet<>(names).size() < names.size()) {
      throw new IllegalArgumentException("labels: a folder is given twice in " + names);
    }
    return new FolderFormat(names, fileColumn, options);
  }

  /**
   * The rows keep the name of their file in this column, such as {@code pos/12_9.txt}; {@link
   * Example#column} reads it. Default: they do not.
   */
  public FolderFormat keepFile(String column) {
    return new FolderFormat(labels, column, options);
  }

  /**
   * The encoding of the files, such as {@code "ISO-8859-1"}. Default: UTF-8, or what a file's byte
   * order mark says.
   *
   * @throws IllegalArgumentException if Java knows no encoding of this name
   */
  public FolderFormat charset(String name) {
    return new FolderFormat(labels, fileColumn, options.charset(name));
  }

  /** How large files may be. Default: {@link DataLimits#standard()}. */
  public FolderFormat limits(DataLimits limits) {
    return new FolderFormat(labels, fileColumn, options.limits(limits));
  }

  List<String> labels() {
    return labels;
  }

  @Nullable String fileColumn() {
    return fileColumn;
  }

  ReadingOptions options() {
    return options;
  }
}
