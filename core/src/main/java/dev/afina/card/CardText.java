package dev.afina.card;

import dev.afina.internal.files.VisibleText;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names that a file or a user gave, such as labels, as text in a card: the Hub's renderer shows
 * them as they are, in one line, and takes nothing in them for markup.
 *
 * <p>A backslash keeps Markdown from reading a character. Formulas, mentions, emoji and links are
 * found afterwards, in the finished page; an element around the character keeps it apart there.
 */
final class CardText {
  private static final int MOST_CHARACTERS = 200;

  /** Formulas begin with $$ or \( on the Hub, and with $ elsewhere. */
  private static final Pattern FOUND_LATER = Pattern.compile("[$@\\\\]|:(?=\\S)|(?<=(?i:www))\\.");

  private static final Pattern MARKDOWN = Pattern.compile("[`*_\\[\\]|#~!^]");

  private CardText() {}

  /** The text of a name; at most 200 of its characters. */
  static String of(String name) {
    String line = VisibleText.line(name, MOST_CHARACTERS);
    StringBuilder escaped = new StringBuilder();
    Matcher later = FOUND_LATER.matcher(line);
    int from = 0;
    while (later.find()) {
      escaped.append(markdown(line.substring(from, later.start())));
      escaped.append("<span>&#").append((int) later.group().charAt(0)).append(";</span>");
      from = later.end();
    }
    return escaped.append(markdown(line.substring(from))).toString();
  }

  private static String markdown(String text) {
    return MARKDOWN.matcher(text.replace("&", "&amp;").replace("<", "&lt;")).replaceAll("\\\\$0");
  }

  /** The name of a metric as a heading: {@code macro_f1} is Macro F1. */
  static String title(String key) {
    String words = key.replace('_', ' ').replace("f1", "F1").replace("roc auc", "ROC AUC");
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }
}
