package dev.afina.internal.yaml;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes maps, lists and scalars as YAML that every parser reads the same way.
 *
 * <p>A library's writer follows one version of YAML, but a card is read with two: what is plain
 * text in YAML 1.2 (the Hub), such as {@code no}, {@code 1_0} or {@code 2024-01-31}, is a boolean,
 * a number or a date in YAML 1.1 (Python). So all text is quoted unless it is certainly plain
 * words.
 */
public final class YamlText {
  private static final Gson QUOTED =
      new GsonBuilder().disableHtmlEscaping().serializeSpecialFloatingPointValues().create();

  /**
   * With possessive quantifiers, because Java's matcher would otherwise need stack for every word.
   */
  private static final Pattern WORDS =
      Pattern.compile("[A-Za-z][A-Za-z0-9_]*(?:[ ./+-]+[A-Za-z0-9_]+)*+");

  /** Words with a special meaning in YAML 1.1 or 1.2. */
  private static final Pattern NO_WORD =
      Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null|nan|inf");

  private YamlText() {}

  /** A key and its value; every line ends in a line break. */
  public static String entry(String key, @Nullable Object value) {
    StringBuilder text = new StringBuilder();
    entry(text, "", key, value);
    return text.toString();
  }

  private static void entry(
      StringBuilder text, String indent, @Nullable Object key, @Nullable Object value) {
    text.append(indent).append(scalar(key)).append(':');
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      text.append('\n');
      map(text, indent + "  ", map);
    } else if (value instanceof List<?> list && !list.isEmpty()) {
      text.append('\n');
      list(text, indent, list);
    } else {
      text.append(' ').append(scalar(value)).append('\n');
    }
  }

  private static void map(StringBuilder text, String indent, Map<?, ?> map) {
    map.forEach((key, value) -> entry(text, indent, key, value));
  }

  private static void list(StringBuilder text, String indent, List<?> list) {
    for (Object element : list) {
      if (element instanceof Map<?, ?> map && !map.isEmpty()) {
        StringBuilder entries = new StringBuilder();
        map(entries, indent + "  ", map);
        // The first entry begins on the line of the dash.
        text.append(indent).append("- ").append(entries.substring(indent.length() + 2));
      } else if (element instanceof List<?> inner && !inner.isEmpty()) {
        text.append(indent).append("-\n");
        list(text, indent + "  ", inner);
      } else {
        text.append(indent).append("- ").append(scalar(element)).append('\n');
      }
    }
  }

  private static String scalar(@Nullable Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof List) {
      return "[]";
    }
    if (value instanceof Map) {
      return "{}";
    }
    if (value instanceof Double number && (number.isNaN() || number.isInfinite())) {
      return number.isNaN() ? ".nan" : number > 0 ? ".inf" : "-.inf";
    }
    if (value instanceof Double number) {
      return number(number);
    }
    if (value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    String text = value.toString();
    return WORDS.matcher(text).matches() && !NO_WORD.matcher(text).matches()
        ? text
        : printable(QUOTED.toJson(text)); // JSON's strings are YAML's
  }

  /**
   * Escapes characters that YAML forbids but JSON does not escape, and invisible ones, such as
   * those that reverse the writing direction.
   */
  private static String printable(String quoted) {
    StringBuilder text = new StringBuilder();
    quoted
        .codePoints()
        .forEach(
            c -> {
              switch (Character.getType(c)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED ->
                    text.append(String.format(Locale.ROOT, c <= 0xFFFF ? "\\u%04x" : "\\U%08x", c));
                default -> text.appendCodePoint(c);
              }
            });
    return text.toString();
  }

  /** Avoids the exponent of Java's 1.0E-5, which is text in YAML 1.1. */
  private static String number(double value) {
    String plain = new BigDecimal(Double.toString(value)).toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }
}
