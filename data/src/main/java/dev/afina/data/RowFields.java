package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a file that rows are written to, and what a row has in each: the text, the second
 * text, the target, then the others.
 */
final class RowFields {
  private final @Nullable String pair;
  private final TargetWriter targets;
  private final List<String> names = new ArrayList<>();
  private final int firstOther;

  /**
   * Of one file.
   *
   * @param text the column of the text
   * @param pair that of the second text; null for none
   * @param target the columns of the target, and what is written there
   * @param others the names of the other columns
   * @throws IllegalArgumentException if two columns have one name
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
   * What a row has in all columns but the others, in order.
   *
   * @throws IllegalArgumentException if the columns cannot hold what it has
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
