package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The text files of a folder with one subfolder per label. Opening lists the files; each is read
 * when its row is needed.
 */
final class FolderRows implements RowSource {
  private static final Logger log = LoggerFactory.getLogger(FolderRows.class);

  private static final String SUFFIX = ".txt";

  /** The heap that the path of a file takes until it is read. */
  private static final int PATH_BYTES = 256;

  /** A text file and the name of its folder. */
  private record LabelledFile(String label, String name, Path path) {}

  private final Path root;
  private final FolderFormat format;
  private final ColumnNames fileColumn;
  private final List<LabelledFile> files = new ArrayList<>();
  private final Iterator<LabelledFile> left;

  // Entries that are skipped.
  private long others;
  private String oneOfThem = "";

  private FolderRows(Path root, FolderFormat format) throws IOException {
    this.root = root;
    this.format = format;
    String column = format.fileColumn();
    fileColumn = column == null ? ColumnNames.NONE : ColumnNames.of(List.of(column));
    for (String label : labels()) {
      addFiles(label);
    }
    if (others > 0) {
      log.warn(
          "{}: {} passed over that are no text files ({}), such as {}",
          root,
          others == 1 ? "1 entry is" : others + " entries are",
          SUFFIX,
          Excerpt.of(oneOfThem));
    }
    left = files.iterator();
  }

  /** Lists the files. */
  static RowSource open(Path root, FolderFormat format) throws IOException {
    if (Files.notExists(root)) {
      throw new NoSuchFileException(
          root.toString(), null, "no such folder (looked in " + root.toAbsolutePath() + ")");
    }
    if (!Files.isDirectory(root)) {
      throw new DatasetException(
          root, "is a file, expected a folder with one folder a label", null);
    }
    return new FolderRows(root, format);
  }

  private List<String> labels() throws IOException {
    List<String> found = new ArrayList<>();
    for (String name : names(root)) {
      Path entry = root.resolve(name);
      if (isFolder(entry)) {
        found.add(name);
      } else if (Files.isDirectory(entry)) {
        passOver(name); // a link, which may point anywhere
      }
    }
    for (String label : format.labels()) {
      if (!found.contains(label)) {
        throw new DatasetException(
            root,
            "no folder %s, there are %s"
                .formatted(
                    Excerpt.quoted(label), found.isEmpty() ? "none" : Excerpt.quotedList(found)),
            null);
      }
    }
    if (found.isEmpty()) {
      throw new DatasetException(
          root, "has no folders, expected one per label with text files (.txt) in it", null);
    }
    return format.labels().isEmpty() ? found : format.labels();
  }

  private void addFiles(String label) throws IOException {
    Path folder = root.resolve(label);
    int before = files.size();
    for (String name : names(folder)) {
      Path entry = folder.resolve(name);
      if (isFolder(entry)) {
        throw new DatasetException(
            folder,
            "holds a folder %s, expected text files only; give the folder whose folders are the labels"
                .formatted(Excerpt.quoted(name)),
            null);
      }
      if (name.toLowerCase(Locale.ROOT).endsWith(SUFFIX)
          && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
        files.add(new LabelledFile(label, label + "/" + name, entry));
      } else {
        passOver(label + "/" + name);
      }
    }
    if (files.size() == before) {
      throw new DatasetException(
          folder,
          "has no text files (.txt); name the folders to read by FolderFormat.labels(...)",
          null);
    }
    if (label.isBlank()) {
      throw new DatasetException(folder, "its name is blank, expected a label", null);
    }
  }

  private void passOver(String name) {
    oneOfThem = others++ == 0 ? name : oneOfThem;
  }

  private static boolean isFolder(Path entry) {
    return Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
  }

  /** The names in a folder, except those that begin with a dot, sorted by character code. */
  private List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    long most = format.options().limits().memoryBytes() / PATH_BYTES;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (!name.startsWith(".")) {
          names.add(name);
        }
        if (names.size() + files.size() > most) {
          throw new DatasetException(
              folder,
              "more than %s files, which the memory allowed cannot hold; give Java more by -Xmx"
                  .formatted(most),
              null);
        }
      }
    }
    Collections.sort(names);
    return names;
  }

  @Override
  public @Nullable Example next() throws IOException {
    if (!left.hasNext()) {
      return null;
    }
    LabelledFile file = left.next();
    Target label = new Target.SingleLabel(file.label());
    RowColumns columns =
        fileColumn == ColumnNames.NONE ? RowColumns.NONE : new RowColumns(fileColumn, file.name());
    return new Example(text(file.path()), null, label, columns);
  }

  private String text(Path path) throws IOException {
    DataFile file = new DataFile(path, format.options(), true);
    int most = format.options().limits().rowCharacters();
    StringBuilder text = new StringBuilder();
    char[] buffer = new char[1 << 13];
    try (Reader reader = file.open()) {
      for (int got = reader.read(buffer); got >= 0; got = reader.read(buffer)) {
        text.append(buffer, 0, got);
        if (text.length() > most) {
          throw new DatasetException(
              path,
              "more than %s characters; raise DataLimits.rowCharacters(...) by FolderFormat.limits(...)"
                  .formatted(most),
              null);
        }
      }
      return text.toString();
    } catch (IOException e) {
      throw file.explain(e);
    }
  }

  @Override
  public void close() {
    // no file is open between two rows
  }
}
