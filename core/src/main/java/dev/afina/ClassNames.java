package dev.afina;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns the numbers of named classes into their names, as the features of a data set have them.
 *
 * <p>An integer is a number even where names are integers too: the class 0 may be called "1".
 */
record ClassNames(Labels labels) {
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,9}");

  /** What Python's datasets stores where the class is not known. */
  private static final int UNKNOWN = -1;

  /**
   * The rows of a file with names for numbers.
   *
   * @throws DatasetException for a number out of range and for a name that is none of the classes
   */
  List<Example> in(List<Example> rows, Path file) throws DatasetException {
    List<Example> named = new ArrayList<>(rows.size());
    for (Example row : rows) {
      named.add(row.withLabel(name(row.label(), named.size(), file)));
    }
    return named;
  }

  private @Nullable String name(@Nullable String label, int row, Path file)
      throws DatasetException {
    if (label == null) {
      return null;
    }
    if (!INTEGER.matcher(label).matches()) {
      if (labels.names().contains(label)) {
        return label;
      }
    } else {
      int number = Integer.parseInt(label);
      if (number == UNKNOWN) {
        return null;
      }
      if (number >= 0 && number < labels.size()) {
        return labels.name(number);
      }
    }
    throw new DatasetException(
        file,
        "row %d (counted from 0): label \"%s\" is neither one of the classes %s nor a number 0 to %d"
            .formatted(row, label, labels.names(), labels.size() - 1),
        null);
  }
}
