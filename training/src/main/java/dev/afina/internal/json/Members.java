package dev.afina.internal.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object, in order. One that is null or not a finite number is left out: JSON
 * has no NaN, Jackson would write it as a string, and Gson refuses it.
 */
public final class Members {
  private final Map<String, Object> members = new LinkedHashMap<>();

  /** Adds one member; of a map, its values are looked at in the same way. */
  public Members with(String name, @Nullable Object value) {
    Object written = written(value);
    if (written != null) {
      members.put(name, written);
    }
    return this;
  }

  /** What was added; unmodifiable. */
  public Map<String, Object> asMap() {
    return Collections.unmodifiableMap(members);
  }

  private static @Nullable Object written(@Nullable Object value) {
    if (value instanceof Double number) {
      return Double.isFinite(number) ? number : null;
    }
    if (value instanceof Map<?, ?> map) {
      Members inner = new Members();
      map.forEach((name, each) -> inner.with(Objects.toString(name), each));
      return inner.asMap();
    }
    return value;
  }
}
