package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which columns say what a row is to teach, and in which way they do.
 *
 * @param <C> how a format names a column
 * @param columns none, one or several, as the kind says; none twice
 * @param separator between labels in one field; null where a field is one label
 * @param unknownWords what stands where a label is not known, such as NA
 * @param chosen whether the user said so; a default gives way to what the user says
 */
record TargetColumns<C>(
    Kind kind,
    List<C> columns,
    @Nullable String separator,
    Set<String> unknownWords,
    boolean chosen) {

  /** What the columns hold. */
  enum Kind {
    /** Rows are to be predicted. */
    NONE("unlabelled"),
    /** One column with a label, or with several. */
    LABEL("label"),
    /** A column for each label, which says whether it fits. */
    FLAGS("labelColumns"),
    /** Numbers to predict. */
    VALUES("valueColumns");

    private final String option;

    Kind(String option) {
      this.option = option;
    }

    /** The method of a format that says it. */
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

  /** The default of a format that knows no names. */
  static <C> TargetColumns<C> unknown() {
    return new TargetColumns<>(Kind.NONE, List.of(), null, Set.of(), false);
  }

  /** Rows without a target, whatever was said before. */
  TargetColumns<C> none() {
    return new TargetColumns<>(Kind.NONE, List.of(), null, Set.of(), true);
  }

  /**
   * Other columns.
   *
   * @throws IllegalArgumentException if another kind was chosen before, or one is given twice
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
   * Several labels in the label's field.
   *
   * @throws IllegalArgumentException if there is no such field, or nothing separates
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

  /** With words that stand where a label is not known. */
  TargetColumns<C> unknown(List<String> words) {
    return new TargetColumns<>(kind, columns, separator, new HashSet<>(words), chosen);
  }

  /** The same columns as another format names them. */
  <D> TargetColumns<D> map(Function<C, D> name) {
    return new TargetColumns<>(
        kind, columns.stream().map(name).toList(), separator, unknownWords, chosen);
  }

  /**
   * Makes sure that what was chosen is whole.
   *
   * @throws IllegalArgumentException if labels are separated in no column
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
