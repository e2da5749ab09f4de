package dev.afina;

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
  private static final Pattern SECTION =
      Pattern.compile(
          "<!-- afina:begin ([a-z-]+) -->\\n([\\s\\S]*?)\\n?<!-- afina:end \\1 -->(?:\\n|\\z)");

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
    StringBuilder merged = new StringBuilder();
    Matcher section = SECTION.matcher(body);
    while (section.find()) {
      String name = section.group(1);
      String replacement = section.group();
      String ours = generated.get(name);
      if (found.add(name)
          && ours != null
          && CardRecord.hash(section.group(2)).equals(record.sections().get(name))) {
        replacement = marked(name, ours);
        hashes.put(name, CardRecord.hash(ours));
      }
      section.appendReplacement(merged, Matcher.quoteReplacement(replacement));
    }
    section.appendTail(merged);
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
