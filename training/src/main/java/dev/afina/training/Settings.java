package dev.afina.training;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values of some options. Immutable. It records which values were set explicitly, so that two
 * can be combined without losing any.
 *
 * @param options all options, in display order
 * @param values the values that were set, by name
 */
record Settings(List<Option<?>> options, Map<String, Object> values) {
  Settings {
    values = Map.copyOf(values);
  }

  static Settings of(Option<?>... options) {
    return new Settings(List.of(options), Map.of());
  }

  <T> Settings with(Option<T> option, T value) {
    option.check(Objects.requireNonNull(value, option.name()));
    Map<String, Object> changed = new HashMap<>(values);
    changed.put(option.name(), value);
    return new Settings(options, changed);
  }

  <T> Settings without(Option<T> option) {
    Map<String, Object> changed = new HashMap<>(values);
    changed.remove(option.name());
    return new Settings(options, changed);
  }

  /** Combines two: every value that {@code others} sets replaces the one of these. */
  Settings and(Settings others) {
    Map<String, Object> changed = new HashMap<>(values);
    changed.putAll(others.values);
    return new Settings(options, changed);
  }

  <T> @Nullable T value(Option<T> option) {
    Object set = values.get(option.name());
    return set == null ? option.defaultValue() : option.type().cast(set);
  }

  <T> T required(Option<T> option) {
    return Objects.requireNonNull(value(option));
  }

  /** The options that affect the weights, as text by name. */
  Map<String, String> affectingWeights() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Option<?> option : options) {
      if (option.affectsWeights()) {
        texts.put(option.name(), text(option));
      }
    }
    return texts;
  }

  /** All options, in display order. */
  List<OptionValue> all() {
    return options.stream()
        .map(o -> new OptionValue(o.name(), text(o), values.containsKey(o.name())))
        .toList();
  }

  private String text(Option<?> option) {
    return String.valueOf(Objects.requireNonNullElse(value(option), "none"));
  }

  @Override
  public String toString() {
    return options.stream()
        .map(option -> option.name() + "=" + text(option))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
