package dev.afina.report;

import dev.afina.internal.files.VisibleText;
import java.util.List;

/**
 * Markup that grows. Whatever is not markup of our own goes through {@link #escaped} or {@link
 * #visible}, so a text of the data is never read as markup.
 */
final class Html {
  /** A label or another name. */
  static final int LONGEST_NAME = 100;

  private final StringBuilder out = new StringBuilder();

  /** Markup as it is. */
  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  /** A text of our own: numbers, headings. */
  Html text(String text) {
    out.append(escaped(text));
    return this;
  }

  /** An element around a text of our own. */
  Html element(String tag, String text) {
    return raw("<" + tag + ">").text(text).raw("</" + tag.split(" ", 2)[0] + ">");
  }

  /** An element around a name that a user or a file gave. */
  Html name(String tag, String name) {
    return raw("<" + tag + ">").raw(name(name)).raw("</" + tag.split(" ", 2)[0] + ">");
  }

  /** A row of numbers after a name. */
  Html row(String name, List<String> cells) {
    raw("<tr>").name("th scope=\"row\"", name);
    cells.forEach(cell -> element("td", cell));
    return raw("</tr>\n");
  }

  /** A table's head; the first column is that of names. */
  Html head(String... columns) {
    raw("<thead><tr>");
    for (String column : columns) {
      element("th scope=\"col\"", column);
    }
    return raw("</tr></thead>\n");
  }

  /** A name that a user or a file gave, which cannot change what is around it. */
  static String name(String name) {
    return "<bdi>" + visible(name, LONGEST_NAME) + "</bdi>";
  }

  /** A text of the data, every character of it visible. */
  static String visible(String text, int most) {
    return escaped(VisibleText.line(text, most));
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
