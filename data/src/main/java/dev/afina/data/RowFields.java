package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a file to be written (text, second text, target, then the others) and the values
 * of a row for them.
 */
final class RowFields {
  private final @Nullable String pair;
  private final TargetWriter targets;
  private final List<String> names = new ArrayList<>();
  private final int firstOther;

  /**
   * The columns of one file.
   *
   * @param text the column of the text
   * @param pair the column of the second text; null for none
   * @param target the columns of the target
   * @param targets converts a target to the values of these columns
   * @param others the names of the other columns
   * @throws IllegalArgumentException if two columns have the same name
   */
  RowFields(
      String text,
      @Nullable String pair,
      List<String> target,
      TargetWriter targets,
      List<String> others) {
    this.pair = pair;
    this.targets = targets;
    names.add(text);
    if (pair != null) {
      names.add(pair);
    }
    names.addAll(target);
    firstOther = names.size();
    names.addAll(others);
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException(
            "two columns would be called %s: name those of text and label otherwise by the format, or drop the other by Dataset.map(row -> row.without(%s))"
                .formatted(Excerpt.quoted(name), Excerpt.quoted(name)));
      }
    }
  }

  List<String> names() {
    return names;
  }

  /** The names of the other columns. */
  List<String> others() {
    return names.subList(firstOther, names.size());
  }

  /**
   * The values of a row for text, second text and target, in the order of the columns.
   *
   * @throws IllegalArgumentException if the columns cannot represent the row
   */
  List<@Nullable Object> values(Example row) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(row.text());
    if (pair != null) {
      if (row.pair() == null) {
        throw new IllegalArgumentException("it has no second text, as the format has a pair(...)");
      }
      values.add(row.pair());
    } else if (row.pair() != null) {
      throw new IllegalArgumentException(
          "it has a second text; name its column by pair(...) of the format");
    }
    values.addAll(targets.values(row.target()));
    return values;
  }
}
