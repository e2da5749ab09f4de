package dev.afina.hub.testing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Finds coarse mistakes in the metadata of a model card. Not a YAML parser: it knows block mappings
 * and lists, quotes and brackets, which is what cards are made of.
 */
final class CardCheck {
  private CardCheck() {}

  static List<String> mistakes(String card) {
    List<String> lines = card.lines().toList();
    List<String> mistakes = new ArrayList<>();
    if (lines.isEmpty() || !lines.get(0).strip().equals("---")) {
      return mistakes; // a card without metadata is legal
    }
    int end = lines.subList(1, lines.size()).indexOf("---");
    if (end < 0) {
      mistakes.add("the metadata is not closed by a line \"---\"");
      return mistakes;
    }
    int block = -1; // the indent of a key whose text is a literal block (| or >)
    for (int i = 1; i <= end; i++) {
      String line = lines.get(i);
      String text = line.strip();
      int indent = line.length() - line.stripLeading().length();
      if (text.isEmpty() || text.startsWith("#") || (block >= 0 && indent > block)) {
        continue;
      }
      block = text.matches(".*:\\s*[|>][+-]?") ? indent : -1;
      if (line.substring(0, indent).contains("\t")) {
        mistakes.add("line " + (i + 1) + ": a tab indents it");
      } else if (!balanced(text)) {
        mistakes.add("line " + (i + 1) + ": a quote or bracket is not closed: " + text);
      } else if (indent == 0
          && !text.startsWith("- ")
          && !text.matches("\"?[\\w .-]+\"?\\s*:(\\s.*)?")) {
        mistakes.add("line " + (i + 1) + ": expected \"key: value\", got: " + text);
      } else if (text.matches("[\\w-]+:\\s+[^\"'\\[{|>&*!#\\s][^\"']*:\\s.*")) {
        mistakes.add("line " + (i + 1) + ": a text with \": \" needs quotes: " + text);
      }
    }
    return mistakes;
  }

  private static boolean balanced(String text) {
    Deque<Character> open = new ArrayDeque<>();
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char before = i == 0 ? ' ' : text.charAt(i - 1);
      if (quote != 0) {
        if (c == '\\' && quote == '"') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if ((c == '"' || c == '\'') && " [{,:(".indexOf(before) >= 0) {
        quote = c;
      } else if ((c == '[' || c == '{') && " [{,:".indexOf(before) >= 0) {
        open.push(c == '[' ? ']' : '}');
      } else if (!open.isEmpty() && c == open.peek()) {
        open.pop();
      }
    }
    return quote == 0 && open.isEmpty();
  }
}
