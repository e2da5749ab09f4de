package dev.afina.data;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values that a row may have in a column: a String, a Long, a finite Double, a Boolean, an
 * unmodifiable List of these, or null.
 */
final class ColumnValue {
  /** Integers that certainly fit a Long. */
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");

  private static final Pattern DIGITS = Pattern.compile("-?[0-9]+");

  private ColumnValue() {}

  /**
   * Converts a caller's value.
   *
   * @throws IllegalArgumentException if it is of another type, or a number that is not finite
   */
  static @Nullable Object given(String column, @Nullable Object value) {
    if (value instanceof Collection<?> items) {
      List<@Nullable Object> list = new ArrayList<>(items.size());
      items.forEach(item -> list.add(single(column, item)));
      return Collections.unmodifiableList(list);
    }
    return single(column, value);
  }

  private static @Nullable Object single(String column, @Nullable Object value) {
    if (value == null
        || value instanceof String
        || value instanceof Boolean
        || value instanceof Long) {
      return value;
    }
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      if (!Double.isFinite(number)) {
        throw new IllegalArgumentException(
            "column %s: %s, expected a finite number, or null where there is none"
                .formatted(Excerpt.quoted(column), value));
      }
      return number;
    }
    throw new IllegalArgumentException(
        "column %s: of type %s, expected text, a number, true or false, a list of such, or null"
            .formatted(Excerpt.quoted(column), value.getClass().getSimpleName()));
  }

  /**
   * Converts a cell of a text format. A number becomes a Long or Double, or stays a string if it
   * fits neither; an object, or a list of objects, becomes its JSON.
   */
  static @Nullable Object of(@Nullable Cell cell) {
    if (cell instanceof Cell.Text text) {
      return text.text();
    } else if (cell instanceof Cell.Numeral number) {
      return number(number.text());
    } else if (cell instanceof Cell.Bool truth) {
      return truth.value();
    } else if (cell instanceof Cell.Array several) {
      return several.cells().stream().anyMatch(ColumnValue::isNested)
          ? json(several)
          : list(several);
    } else if (cell instanceof Cell.Other other) {
      return other.json();
    }
    return null;
  }

  private static Object number(String text) {
    if (INTEGER.matcher(text).matches()) {
      return Long.valueOf(text);
    }
    if (DIGITS.matcher(text).matches()) {
      try {
        return Long.valueOf(text);
      } catch (NumberFormatException e) {
        return text;
      }
    }
    OptionalDouble number = Numerals.finite(text);
    return number.isPresent() ? (Object) number.getAsDouble() : text;
  }

  private static boolean isNested(@Nullable Cell item) {
    return item instanceof Cell.Array || item instanceof Cell.Other;
  }

  private static List<@Nullable Object> list(Cell.Array several) {
    List<@Nullable Object> list = new ArrayList<>(several.cells().size());
    several.cells().forEach(item -> list.add(of(item)));
    return Collections.unmodifiableList(list);
  }

  private static String json(@Nullable Cell cell) {
    StringBuilder json = new StringBuilder();
    if (cell instanceof Cell.Array several) {
      json.append('[');
      for (int i = 0; i < several.cells().size(); i++) {
        json.append(i == 0 ? "" : ",").append(json(several.cells().get(i)));
      }
      json.append(']');
    } else if (cell instanceof Cell.Text text) {
      JsonText.append(json, text.text());
    } else if (cell instanceof Cell.Other other) {
      json.append(other.json());
    } else {
      json.append(Cell.described(cell));
    }
    return json.toString();
  }

  /**
   * Converts a value of a Parquet file: NaN becomes null, an infinite number and a decimal number,
   * which a Double may not hold exactly, a string.
   */
  static @Nullable Object ofParquet(@Nullable Object value) {
    if (value instanceof List<?> items) {
      List<@Nullable Object> list = new ArrayList<>(items.size());
      items.forEach(item -> list.add(ofParquet(item)));
      return Collections.unmodifiableList(list);
    }
    if (value instanceof Double number && !Double.isFinite(number)) {
      return Double.isNaN(number) ? null : number.toString();
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value;
  }

  /** Whether the value is missing: null or a blank string. */
  static boolean isMissing(@Nullable Object value) {
    return value == null || (value instanceof String text && text.isBlank());
  }

  /** The value as a string: numbers in decimal digits, lists as JSON, "" for null. */
  static String text(@Nullable Object value) {
    if (value instanceof List<?>) {
      StringBuilder json = new StringBuilder();
      JsonText.appendValue(json, value);
      return json.toString();
    }
    return value == null ? "" : value.toString();
  }

  /** The value as a number; empty if it is not one. */
  static OptionalDouble number(@Nullable Object value) {
    if (value instanceof Number number) {
      return OptionalDouble.of(number.doubleValue());
    }
    return value instanceof String text ? Numerals.finite(text) : OptionalDouble.empty();
  }

  /** The value as a boolean, which may be written as 1 or 0; null if it is not one. */
  static @Nullable Boolean truth(@Nullable Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    OptionalDouble number = number(value);
    if (number.isPresent()) {
      return number.getAsDouble() == 1 ? Boolean.TRUE : number.getAsDouble() == 0 ? false : null;
    }
    String text = value instanceof String string ? string.strip() : "";
    return text.equalsIgnoreCase("true")
        ? Boolean.TRUE
        : text.equalsIgnoreCase("false") ? Boolean.FALSE : null;
  }

  /** The value as a list, which may be written as a JSON array; null if it is not one. */
  @SuppressWarnings("unchecked") // the list of a column contains column values
  static @Nullable List<@Nullable Object> list(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return (List<@Nullable Object>) list;
    }
    if (!(value instanceof String text) || !text.strip().startsWith("[")) {
      return null;
    }
    try (JsonReader json = JsonRow.strict(new StringReader(text))) {
      Object list = of(JsonRow.value(json, true));
      boolean whole = list instanceof List && json.peek() == JsonToken.END_DOCUMENT;
      return whole ? list(list) : null;
    } catch (IOException e) { // not JSON
      return null;
    }
  }
}
