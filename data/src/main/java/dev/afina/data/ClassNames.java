package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns the numbers of named classes into their names, as the features of a data set have them:
 * counted from 0, whatever numbers the rows have.
 *
 * <p>An integer is a number even where names are integers too: the class 0 may be called "1".
 */
record ClassNames(Labels labels) {
  /** With pandas' ".0" behind it where it made a column of integers one of fractions. */
  private static final Pattern INTEGER = Pattern.compile("(-?[0-9]{1,9})(?:\\.0)?");

  /** What Python's datasets stores where the class is not known. */
  private static final int UNKNOWN = -1;

  /**
   * What a row teaches, with names; null where the class is not known.
   *
   * @param row counted from 0, for the message
   * @throws DatasetException for a number out of range and for a name that is none of the classes
   */
  @Nullable Target target(Target given, long row, Path file) throws DatasetException {
    if (given instanceof Target.One one) {
      String name = name(one.label(), row, file);
      return name == null ? null : new Target.One(name);
    }
    if (given instanceof Target.Several several) {
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
      return new Target.Several(List.copyOf(named));
    }
    return given;
  }

  /**
   * The name that a label of a file means; null where the class is not known.
   *
   * @param row of the label, counted from 0, for the message
   * @throws DatasetException for a number out of range and for a name that is none of the classes
   */
  private @Nullable String name(String label, long row, Path file) throws DatasetException {
    Matcher integer = INTEGER.matcher(label);
    if (!integer.matches()) {
      if (labels.names().contains(label)) {
        return label;
      }
    } else {
      int number = Integer.parseInt(integer.group(1));
      if (number == UNKNOWN) {
        return null;
      }
      if (number >= 0 && number < labels.size()) {
        return labels.name(number);
      }
    }
    throw new DatasetException(
        file,
        "row %s (counted from 0): label %s is neither one of the classes [%s] nor a number 0 to %s"
            .formatted(row, Excerpt.quoted(label), Excerpt.list(labels.names()), labels.size() - 1),
        null);
  }
}
