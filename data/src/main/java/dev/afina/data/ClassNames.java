package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Converts class numbers to class names, as the features of a data set define them: numbers count
 * from 0, whichever of them occur.
 *
 * <p>An integer is always a number, even if names are integers too: class 0 may be called "1". Only
 * files that tell a string from a number may have names that look like numbers: see {@link
 * #numbered}.
 */
record ClassNames(Labels labels) {
  /** What Python's datasets stores if the class is unknown. */
  private static final int UNKNOWN = -1;

  /**
   * The target with class names; null if the class is unknown.
   *
   * @param row the row, counted from 0, for messages
   * @throws DatasetException if a number is out of range or a name is not a class
   */
  @Nullable Target target(Target given, long row, Path file) throws DatasetException {
    if (given instanceof Target.SingleLabel single) {
      String name = name(single.label(), row, file);
      return name == null ? null : new Target.SingleLabel(name);
    }
    if (given instanceof Target.MultiLabel several) {
      Set<String> named = new LinkedHashSet<>(); // "1" and "1.0" are one class
      for (String label : several.labels()) {
        String name = name(label, row, file);
        if (name == null) {
          throw new DatasetException(
              file,
              "row %s (counted from 0): label %s, which means a class that is not known, in a list of labels; drop it, or the row"
                  .formatted(row, Excerpt.quoted(label)),
              null);
        }
        named.add(name);
      }
      return new Target.MultiLabel(List.copyOf(named));
    }
    return given;
  }

  /**
   * The cell of a label in a file that tells strings from numbers. There a string that is a name is
   * the name, as in Python, even if it is also a number: it becomes the number of its class.
   */
  @Nullable Cell numbered(@Nullable Cell cell) {
    if (cell instanceof Cell.Array several) {
      List<@Nullable Cell> cells = new ArrayList<>(several.cells().size());
      several.cells().forEach(item -> cells.add(numbered(item)));
      return new Cell.Array(cells);
    }
    int position = cell instanceof Cell.Text string ? labels.position(string.text()) : -1;
    return position < 0 ? cell : new Cell.Numeral(String.valueOf(position));
  }

  /**
   * The class name of a label; null if the class is unknown.
   *
   * @param row the row, counted from 0, for messages
   * @throws DatasetException if a number is out of range or a name is not a class
   */
  private @Nullable String name(String label, long row, Path file) throws DatasetException {
    OptionalInt number = Numerals.classNumber(label);
    if (number.isEmpty()) {
      if (labels.names().contains(label)) {
        return label;
      }
    } else if (number.getAsInt() == UNKNOWN) {
      return null;
    } else if (number.getAsInt() >= 0 && number.getAsInt() < labels.size()) {
      return labels.name(number.getAsInt());
    }
    throw new DatasetException(
        file,
        "row %s (counted from 0): label %s is neither one of the classes [%s] nor a number 0 to %s"
            .formatted(row, Excerpt.quoted(label), Excerpt.list(labels.names()), labels.size() - 1),
        null);
  }
}
