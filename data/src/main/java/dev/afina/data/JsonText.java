package dev.afina.data;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes JSON on a single line. */
final class JsonText {
  private JsonText() {}

  /** Appends a column value. */
  static void appendValue(StringBuilder out, @Nullable Object value) {
    if (value instanceof List<?> list) {
      out.append('[');
      for (int i = 0; i < list.size(); i++) {
        out.append(i == 0 ? "" : ",");
        appendValue(out, list.get(i));
      }
      out.append(']');
    } else if (value instanceof String text) {
      append(out, text);
    } else {
      out.append(value); // a number, true, false or null
    }
  }

  /** Appends a quoted string; characters beyond ASCII are not escaped. */
  static void append(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** The object or array that comes next. */
  static String copy(JsonReader json) throws IOException {
    StringBuilder out = new StringBuilder();
    int depth = 0;
    do {
      JsonToken kind = json.peek();
      char last = out.length() == 0 ? '[' : out.charAt(out.length() - 1);
      boolean closes = kind == JsonToken.END_ARRAY || kind == JsonToken.END_OBJECT;
      if (!closes && last != '[' && last != '{' && last != ':') {
        out.append(',');
      }
      switch (kind) {
        case BEGIN_ARRAY -> json.beginArray();
        case BEGIN_OBJECT -> json.beginObject();
        case END_ARRAY -> json.endArray();
        case END_OBJECT -> json.endObject();
        case NAME -> append(out, json.nextName());
        case STRING -> append(out, json.nextString());
        case NUMBER -> out.append(json.nextString());
        case BOOLEAN -> out.append(json.nextBoolean());
        default -> {
          json.nextNull();
          out.append("null");
        }
      }
      switch (kind) {
        case BEGIN_ARRAY -> out.append('[');
        case BEGIN_OBJECT -> out.append('{');
        case END_ARRAY -> out.append(']');
        case END_OBJECT -> out.append('}');
        case NAME -> out.append(':');
        default -> {}
      }
      depth += kind == JsonToken.BEGIN_ARRAY || kind == JsonToken.BEGIN_OBJECT ? 1 : 0;
      depth -= closes ? 1 : 0;
    } while (depth > 0);
    return out.toString();
  }
}
