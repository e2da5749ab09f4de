package dev.afina.data;

import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Dataset#folders(java.nio.file.Path, FolderFormat)} reads a folder with one subfolder
 * per label and one text file per row, such as {@code pos/12_9.txt} and {@code neg/3_1.txt}.
 *
 * <pre>{@code
 * FolderFormat.standard().labels("neg", "pos").keepFile("file")
 * }</pre>
 *
 * <p>Immutable and thread safe: each method returns a new format.
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
   * The default: every subfolder is a label, files are UTF-8 unless they begin with a byte order
   * mark, and file names are not kept.
   */
  public static FolderFormat standard() {
    return new FolderFormat(List.of(), null, ReadingOptions.standard());
  }

  /**
   * The subfolders to read, in this order; others are ignored. Default: all, sorted by name.
   *
   * @throws IllegalArgumentException if a folder is given twice
   */
  public FolderFormat labels(String first, String... more) {
    List<String> names = Stream.concat(Stream.of(first), Stream.of(more)).toList();
    if (new HashSet<>(names).size() < names.size()) {
      throw new IllegalArgumentException("labels: a folder is given twice in " + names);
    }
    return new FolderFormat(names, fileColumn, options);
  }

  /**
   * Keeps each file's name, such as {@code pos/12_9.txt}, in this column, for {@link
   * Example#column}. Default: names are not kept.
   */
  public FolderFormat keepFile(String column) {
    return new FolderFormat(labels, column, options);
  }

  /**
   * The encoding of the files, such as {@code "ISO-8859-1"}. Default: the one that a file's byte
   * order mark names, otherwise UTF-8.
   *
   * @throws IllegalArgumentException if this JVM does not support the encoding
   */
  public FolderFormat charset(String name) {
    return new FolderFormat(labels, fileColumn, options.charset(name));
  }

  /**
   * Limits on the size of a file, the memory of all rows and the growth of gzip. Default: {@link
   * DataLimits#standard()}.
   */
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
