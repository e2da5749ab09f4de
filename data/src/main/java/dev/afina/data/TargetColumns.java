package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which columns hold the target of a row, and how to read them.
 *
 * @param <C> how a format names a column
 * @param columns distinct columns; how many depends on the kind
 * @param separator between several labels in one field; null if a field is a single label
 * @param unknownWords words that mean "no label", such as NA
 * @param chosen whether the user has chosen these columns; otherwise they are a default, which any
 *     choice overrides
 */
record TargetColumns<C>(
    Kind kind,
    List<C> columns,
    @Nullable String separator,
    Set<String> unknownWords,
    boolean chosen) {

  /** How columns express a target. */
  enum Kind {
    /** No target: the rows are to be predicted. */
    NONE("unlabelled"),
    /** One column with a label, or with several labels. */
    LABEL("label"),
    /** One column per label, which says whether the label applies. */
    FLAGS("labelColumns"),
    /** One column per number to predict, or one of lists of numbers. */
    VALUES("valueColumns");

    private final String option;

    Kind(String option) {
      this.option = option;
    }

    /** The method of a format that chooses this kind. */
    String option() {
      return option;
    }
  }

  TargetColumns {
    columns = List.copyOf(columns);
    unknownWords = Set.copyOf(unknownWords);
    Set<C> seen = new HashSet<>();
    for (C column : columns) {
      if (!seen.add(column)) {
        throw new IllegalArgumentException(
            "%s: column %s is given twice".formatted(kind.option(), Excerpt.of(column)));
      }
    }
  }

  /** The default of a format: the label in this column. */
  static <C> TargetColumns<C> usually(C label) {
    return new TargetColumns<>(Kind.LABEL, List.of(label), null, Set.of(), false);
  }

  /** The default of a format without column names: no target. */
  static <C> TargetColumns<C> unknown() {
    return new TargetColumns<>(Kind.NONE, List.of(), null, Set.of(), false);
  }

  /** Rows without a target, whatever was chosen before. */
  TargetColumns<C> none() {
    return new TargetColumns<>(Kind.NONE, List.of(), null, Set.of(), true);
  }

  /**
   * Chooses columns.
   *
   * @throws IllegalArgumentException if another kind was chosen before, or a column is given twice
   */
  TargetColumns<C> of(Kind other, List<C> others) {
    TargetColumns<C> next = new TargetColumns<>(other, others, separator, unknownWords, true);
    if (chosen && kind != Kind.NONE && kind != other) {
      throw contradiction(described(), next.described());
    }
    if (separator != null && other != Kind.LABEL) {
      throw contradiction(separated(separator), next.described());
    }
    return next;
  }

  /**
   * Chooses a separator of several labels in the label's field.
   *
   * @throws IllegalArgumentException if there is no such field, or the separator is empty
   */
  TargetColumns<C> separatedBy(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException(
          "labelSeparator(\"\"): expected what stands between two labels, such as \",\"");
    }
    if (chosen && kind != Kind.LABEL) {
      throw contradiction(described(), separated(text));
    }
    return new TargetColumns<>(kind, columns, text, unknownWords, chosen);
  }

  /** Chooses the words that mean "no label". */
  TargetColumns<C> unknown(List<String> words) {
    return new TargetColumns<>(kind, columns, separator, new HashSet<>(words), chosen);
  }

  /** The same columns, named as in another format. */
  <D> TargetColumns<D> map(Function<C, D> name) {
    return new TargetColumns<>(
        kind, columns.stream().map(name).toList(), separator, unknownWords, chosen);
  }

  /**
   * Checks that the choice is complete.
   *
   * @throws IllegalArgumentException if there is a separator, but no column of labels
   */
  void requireWhole() {
    if (separator != null && kind == Kind.NONE) {
      throw new IllegalArgumentException(
          separated(separator) + ": no column is the label; give its position by label(...)");
    }
  }

  private String described() {
    return kind.option() + "(" + Excerpt.list(columns.stream().map(String::valueOf).toList()) + ")";
  }

  private static String separated(String separator) {
    return "labelSeparator(" + Excerpt.quoted(separator) + ")";
  }

  private static IllegalArgumentException contradiction(String one, String other) {
    return new IllegalArgumentException(
        "%s and %s contradict each other: rows have one kind of target; leave one of them out"
            .formatted(one, other));
  }
}
