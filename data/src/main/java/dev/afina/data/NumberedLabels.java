package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the class numbers of a data set by class names.
 *
 * <p>Where names are integers themselves, a label may be the number of one class and the name of
 * another. All labels together decide: all are numbers, or all are names already.
 *
 * @param names the class names, in order
 * @param first the number of the first class
 */
record NumberedLabels(Labels names, int first) {

  /** A label and its row. */
  private record Found(int row, String label) {
    String shown() {
      return "row %s (counted from 0): label %s".formatted(row, Excerpt.quoted(label));
    }
  }

  /** What a label means; null if it has no such meaning. */
  @FunctionalInterface
  private interface Reading {
    @Nullable String name(String label);
  }

  /**
   * The rows with class names.
   *
   * @throws IllegalArgumentException if a label is neither a name nor a class number, or it cannot
   *     be told which of the two the labels are
   */
  List<Example> named(List<Example> rows) {
    Found noNumber = firstWithout(rows, this::ofNumber);
    if (names.namesAreWords()) {
      if (noNumber != null) {
        throw neither(noNumber);
      }
      return named(rows, this::ofNumber);
    }
    Found noName = firstWithout(rows, names::nameOf);
    if (noNumber == null && noName == null) {
      requireSame(rows);
    }
    if (noNumber == null) {
      return named(rows, this::ofNumber);
    }
    if (noName == null) {
      return named(rows, names::nameOf);
    }
    throw names.nameOf(noNumber.label()) == null
        ? neither(noNumber)
        : ofNumber(noName.label()) == null ? neither(noName) : both(noNumber, noName);
  }

  /** The name of a class number, or of a label that is no number but a name. */
  private @Nullable String ofNumber(String label) {
    OptionalInt number = Numerals.classNumber(label);
    if (number.isEmpty()) {
      return names.names().contains(label) ? label : null;
    }
    int position = number.getAsInt() - first;
    return position < 0 || position >= names.size() ? null : names.name(position);
  }

  private void requireSame(List<Example> rows) {
    Found unclear =
        firstWithout(
            rows, label -> Objects.equals(ofNumber(label), names.nameOf(label)) ? label : null);
    if (unclear != null) {
      throw new IllegalArgumentException(
          "%s may be the name of a class or the number of class %s: all labels are both, numbers %s to %s and names [%s]; leave withLabelNames out if they are names, else name them by Dataset.map(row -> row.withLabel(...))"
              .formatted(
                  unclear.shown(),
                  Excerpt.quoted(String.valueOf(ofNumber(unclear.label()))),
                  first,
                  last(),
                  Excerpt.list(names.names())));
    }
  }

  private static @Nullable Found firstWithout(List<Example> rows, Reading reading) {
    for (int row = 0; row < rows.size(); row++) {
      for (String label : labels(rows.get(row).target())) {
        if (reading.name(label) == null) {
          return new Found(row, label);
        }
      }
    }
    return null;
  }

  private static List<String> labels(@Nullable Target target) {
    if (target instanceof Target.SingleLabel single) {
      return List.of(single.label());
    }
    return target instanceof Target.MultiLabel several ? several.labels() : List.of();
  }

  private static List<Example> named(List<Example> rows, Reading reading) {
    UnaryOperator<String> name = label -> Objects.requireNonNull(reading.name(label));
    List<Example> named = new ArrayList<>(rows.size());
    for (Example row : rows) {
      Target target = row.target();
      if (target instanceof Target.SingleLabel single) {
        target = new Target.SingleLabel(name.apply(single.label()));
      } else if (target instanceof Target.MultiLabel several) {
        // "1" and "1.0", or a name beside its number, are one label
        target = new Target.MultiLabel(several.labels().stream().map(name).distinct().toList());
      }
      named.add(row.with(target));
    }
    return named;
  }

  private IllegalArgumentException neither(Found found) {
    return new IllegalArgumentException(
        "%s is neither one of [%s] nor a number %s to %s"
            .formatted(found.shown(), Excerpt.list(names.names()), first, last()));
  }

  private IllegalArgumentException both(Found noNumber, Found noName) {
    return new IllegalArgumentException(
        "%s is the name of a class and no number %s to %s, but label %s of row %s is a number and no name, [%s]; give all rows numbers, or all names, by Dataset.map"
            .formatted(
                noNumber.shown(),
                first,
                last(),
                Excerpt.quoted(noName.label()),
                noName.row(),
                Excerpt.list(names.names())));
  }

  private long last() {
    return (long) first + names.size() - 1;
  }
}
