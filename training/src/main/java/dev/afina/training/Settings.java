package dev.afina.training;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Values of some options. Immutable. It knows which were set and which are left at their default,
 * so that two can be put together and nothing that was set gets lost.
 *
 * @param options all that there are, in the order to show them
 * @param values those that were set, by name
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

  /** These, but what {@code others} sets is as there. */
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

  /** The options that decide the weights, as text by name. */
  Map<String, String> deciding() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Option<?> option : options) {
      if (option.decides()) {
        texts.put(option.name(), text(option));
      }
    }
    return texts;
  }

  /** All, in their order. */
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
