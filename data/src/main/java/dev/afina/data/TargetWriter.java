package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Converts the target of a row to the values of its columns, the inverse of {@link TargetReader}.
 */
final class TargetWriter {
  private final TargetColumns<?> columns;
  private final List<String> names;
  private final boolean lists;

  /**
   * A converter for one file.
   *
   * @param names the names of the target columns
   * @param lists whether the file format has lists
   */
  TargetWriter(TargetColumns<?> columns, List<String> names, boolean lists) {
    this.columns = columns;
    this.names = names;
    this.lists = lists;
  }

  /**
   * One value per column.
   *
   * @throws IllegalArgumentException if the columns cannot represent this target
   */
  List<@Nullable Object> values(@Nullable Target target) {
    return switch (columns.kind()) {
      case NONE -> {
        if (target != null) {
          throw new IllegalArgumentException(
              "it has " + Excerpt.of(target) + ", but the format is unlabelled()");
        }
        yield List.of();
      }
      case LABEL -> one(columns.separator() == null ? label(target) : separated(target));
      case FLAGS -> flags(target);
      case VALUES -> numbers(target);
    };
  }

  private static List<@Nullable Object> one(@Nullable Object value) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(value);
    return values;
  }

  private @Nullable Object label(@Nullable Target target) {
    if (target instanceof Target.SingleLabel single) {
      requireKnown(single.label());
      return single.label();
    }
    if (target instanceof Target.MultiLabel several && lists) {
      return several.labels();
    }
    if (target != null) {
      throw unfit(
          target,
          target instanceof Target.Values
              ? "valueColumns(...)"
              : "labelSeparator(...) or labelColumns(...)");
    }
    return null;
  }

  private String separated(@Nullable Target target) {
    String separator = String.valueOf(columns.separator());
    if (target == null) {
      return unknown();
    }
    if (!(target instanceof Target.MultiLabel several)) {
      throw unfit(target, "no labelSeparator(...)");
    }
    for (String label : several.labels()) {
      if (label.contains(separator) || !label.equals(label.strip())) {
        throw new IllegalArgumentException(
            "label %s has the separator %s in it, or blanks around"
                .formatted(Excerpt.quoted(label), Excerpt.quoted(separator)));
      }
    }
    String joined = String.join(separator, several.labels());
    requireKnown(joined);
    return joined;
  }

  /** A word for unknown labels, needed if a blank field means "no labels". */
  private String unknown() {
    return columns.unknownWords().stream()
        .filter(word -> !word.isEmpty())
        .sorted()
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "its labels are not known, and a blank field says that it has none; name a word for it by noLabel(...)"));
  }

  private void requireKnown(String label) {
    if (columns.unknownWords().contains(label.strip())) {
      throw new IllegalArgumentException(
          "label %s is a word of noLabel(...)".formatted(Excerpt.quoted(label)));
    }
  }

  private List<@Nullable Object> flags(@Nullable Target target) {
    List<@Nullable Object> flags = new ArrayList<>();
    Set<String> fitting = Set.of();
    if (target instanceof Target.MultiLabel several) {
      fitting = Set.copyOf(several.labels());
      for (String label : several.labels()) {
        if (!names.contains(label)) {
          throw new IllegalArgumentException(
              "label %s has no column, labelColumns(...) are %s"
                  .formatted(Excerpt.quoted(label), Excerpt.quotedList(names)));
        }
      }
    } else if (target != null) {
      throw unfit(
          target, target instanceof Target.SingleLabel ? "label(...)" : "valueColumns(...)");
    }
    for (String name : names) {
      flags.add(target == null ? null : (Object) (fitting.contains(name) ? 1L : 0L));
    }
    return flags;
  }

  private List<@Nullable Object> numbers(@Nullable Target target) {
    if (target != null && !(target instanceof Target.Values)) {
      throw unfit(target, "label(...)");
    }
    List<@Nullable Object> values = new ArrayList<>();
    if (target instanceof Target.Values numbers) {
      if (numbers.values().size() == names.size()) {
        values.addAll(numbers.values());
      } else if (lists && names.size() == 1) {
        values.add(numbers.values());
      } else {
        throw new IllegalArgumentException(
            "it has %s values, valueColumns(...) are %s"
                .formatted(numbers.values().size(), names.size()));
      }
    } else {
      names.forEach(name -> values.add(null));
    }
    return values;
  }

  private static IllegalArgumentException unfit(Target target, String way) {
    return new IllegalArgumentException(
        "it has %s, which these columns cannot hold; give a format with %s"
            .formatted(Excerpt.of(target), way));
  }
}
