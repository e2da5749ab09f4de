package dev.afina.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Looks for the header among the rows, where it stands when files were joined: a label of it. */
final class JoinedFiles {
  /** The byte order mark, with which the second file began. */
  private static final String MARK = "\ufeff";

  private final List<String> header;
  private long rows;
  private long first;

  /** Of one file. */
  JoinedFiles(List<String> header) {
    this.header = header;
  }

  /** Looks at a record, which begins on this line. */
  void record(List<String> fields, long line) {
    if (isHeader(fields) && rows++ == 0) {
      first = line;
    }
  }

  private boolean isHeader(List<String> fields) {
    String name = fields.get(0);
    boolean begins = name.startsWith(header.get(0)) || name.startsWith(MARK);
    return begins
        && fields.size() == header.size()
        && name.substring(name.startsWith(MARK) ? MARK.length() : 0).equals(header.get(0))
        && fields.subList(1, fields.size()).equals(header.subList(1, header.size()));
  }

  /** What is to be said of the file; empty if nothing. */
  Optional<String> warning(Path file) {
    return rows == 0
        ? Optional.empty()
        : Optional.of(
            "%s:%s: the header stands here once more, as where files were joined; %s read as data: take %s out"
                .formatted(
                    file,
                    first,
                    rows == 1 ? "it is" : rows + " such rows are",
                    rows == 1 ? "it" : "them"));
  }
}
