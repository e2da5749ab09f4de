package dev.afina.card;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brings generated sections into the text of a card. Each stands between two comments; one that a
 * person changed or removed stays as they left it, and all else in the card is theirs.
 */
final class CardBody {
  static final String MARKER = "<!-- afina:";
  private static final Pattern BEGIN = Pattern.compile("<!-- afina:begin ([a-z-]+) -->\\n");

  private CardBody() {}

  /**
   * The text that a card shall have, without the record.
   *
   * @param hashes of the sections that are the generator's, for the next time
   */
  record Merged(String body, Map<String, String> hashes) {}

  static Merged merge(String body, CardRecord record, Map<String, String> generated) {
    Map<String, String> hashes = new TreeMap<>(record.sections());
    Set<String> found = new LinkedHashSet<>();
    Set<String> endless = new HashSet<>(); // begun, and no end follows
    StringBuilder merged = new StringBuilder();
    int copied = 0;
    int next = 0;
    Matcher begin = BEGIN.matcher(body);
    while (begin.find(next)) {
      next = begin.end();
      String name = begin.group(1);
      String ours = generated.get(name);
      if (ours == null || endless.contains(name)) {
        continue;
      }
      Matcher end = end(name).matcher(body);
      if (!end.find(next)) {
        endless.add(name);
        continue;
      }
      String text = body.substring(next, end.start());
      next = end.end();
      if (found.add(name) && CardRecord.hash(text).equals(record.sections().get(name))) {
        merged.append(body, copied, begin.start()).append(marked(name, ours));
        copied = next;
        hashes.put(name, CardRecord.hash(ours));
      }
    }
    merged.append(body, copied, body.length());
    generated.forEach(
        (name, ours) -> {
          if (!found.contains(name) && !record.sections().containsKey(name)) {
            separate(merged);
            merged.append(marked(name, ours));
            hashes.put(name, CardRecord.hash(ours));
          }
        });
    return new Merged(merged.toString(), hashes);
  }

  private static Pattern end(String name) {
    return Pattern.compile("\\n?<!-- afina:end " + name + " -->(?:\\n|\\z)");
  }

  private static String marked(String name, String text) {
    return "%sbegin %s -->\n%s\n%send %s -->\n".formatted(MARKER, name, text, MARKER, name);
  }

  private static void separate(StringBuilder text) {
    while (!text.isEmpty() && text.charAt(text.length() - 1) == '\n') {
      text.setLength(text.length() - 1);
    }
    text.append(text.isEmpty() ? "\n" : "\n\n");
  }
}
