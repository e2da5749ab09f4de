package dev.afina.card;

import dev.afina.internal.yaml.CardYaml;
import dev.afina.internal.yaml.YamlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Brings generated metadata into that of a card: what a person wrote stays to the letter, comments
 * included.
 */
final class CardMetadata {
  /** To which a person's and generated elements are both right. */
  private static final Set<String> LISTS = Set.of("language", "tags", "datasets", "metrics");

  private static final String RESULTS = "model-index";
  private static final Pattern KEY = Pattern.compile("(?m)^(?![\\s#-])");

  private static final Pattern MERGE_KEY = Pattern.compile("(?m)^<<\\s*:");

  private CardMetadata() {}

  /**
   * The metadata that a card shall have.
   *
   * @param yaml that of the card as it is
   * @param hashes of the values that are the generator's, for the next time
   */
  record Merged(String yaml, Map<String, String> hashes) {}

  static Merged merge(CardYaml card, CardRecord record, Map<String, @Nullable Object> generated) {
    Map<String, @Nullable Object> present = card.metadata();
    if (MERGE_KEY.matcher(card.yaml()).find()) { // whose entries have no lines of their own
      throw new IllegalArgumentException(
          "its metadata has the merge key \"<<\"; write out what it stands for");
    }
    Map<String, String> lines = blocks(card.yaml(), present);
    Map<String, String> hashes = new TreeMap<>(record.metadata());
    generated.forEach(
        (key, value) -> {
          if (!present.containsKey(key)) {
            if (!record.metadata().containsKey(key)) { // else a person has removed it
              lines.put(key, YamlText.entry(key, value));
              hashes.put(key, CardRecord.hash(value));
            }
          } else if (record.generated(key, present.get(key))) {
            lines.put(key, comments(lines.get(key)) + YamlText.entry(key, value));
            hashes.put(key, CardRecord.hash(value));
          } else {
            hashes.remove(key); // a person's, or both one's and the other's
            Object both = both(key, present.get(key), value);
            if (!Objects.equals(both, present.get(key))) {
              lines.put(key, comments(lines.get(key)) + YamlText.entry(key, both));
            }
          }
        });
    return new Merged(String.join("", lines.values()), hashes);
  }

  private static @Nullable Object both(
      String key, @Nullable Object present, @Nullable Object ours) {
    if (key.equals(RESULTS)) {
      return results(CardYaml.list(present), CardYaml.list(ours));
    }
    if (!LISTS.contains(key)) {
      return present;
    }
    Set<Object> all = new LinkedHashSet<>(CardYaml.list(present));
    return all.addAll(CardYaml.list(ours)) ? new ArrayList<>(all) : present;
  }

  /** Adds results to a person's; of the same task and data a metric is replaced. */
  private static List<?> results(List<?> present, List<?> ours) {
    if (present.isEmpty()) {
      return ours;
    }
    if (!(present.get(0) instanceof Map)) {
      return present; // not what the Hub reads, but theirs
    }
    Map<String, @Nullable Object> model = CardYaml.map(present.get(0));
    List<Object> all = new ArrayList<>(CardYaml.list(model.get("results")));
    for (Object result : CardYaml.list(CardYaml.map(ours.get(0)).get("results"))) {
      put(all, result, CardMetadata::what, CardMetadata::metrics);
    }
    model.put("results", all);
    List<Object> models = new ArrayList<>(present);
    models.set(0, model);
    return models;
  }

  /** Puts a value in the place of the first with the same identity, else at the end. */
  private static void put(
      List<Object> all,
      Object value,
      Function<Object, Object> identity,
      BinaryOperator<Object> merging) {
    for (int i = 0; i < all.size(); i++) {
      if (identity.apply(all.get(i)).equals(identity.apply(value))) {
        all.set(i, merging.apply(all.get(i), value));
        return;
      }
    }
    all.add(value);
  }

  private static Object metrics(Object present, Object ours) {
    List<Object> all = new ArrayList<>(CardYaml.list(CardYaml.map(present).get("metrics")));
    for (Object metric : CardYaml.list(CardYaml.map(ours).get("metrics"))) {
      put(all, metric, CardMetadata::name, (theirs, our) -> our);
    }
    Map<String, @Nullable Object> both = CardYaml.map(present);
    both.put("metrics", all);
    return both;
  }

  private static String name(Object metric) {
    Map<String, @Nullable Object> entries = CardYaml.map(metric);
    return entries.get("type") + " " + entries.get("name");
  }

  /** The task and the data that a result is of. */
  private static List<@Nullable Object> what(Object result) {
    Map<String, @Nullable Object> entries = CardYaml.map(result);
    Map<String, @Nullable Object> data = CardYaml.map(entries.get("dataset"));
    List<@Nullable Object> what = new ArrayList<>();
    what.add(CardYaml.map(entries.get("task")).get("type"));
    for (String key : List.of("type", "config", "split")) {
      what.add(data.get(key));
    }
    return what;
  }

  /** The lines of each key, comments above it included, in their order. */
  private static Map<String, String> blocks(String yaml, Map<String, @Nullable Object> present) {
    Map<String, String> blocks = new LinkedHashMap<>();
    List<String> keys = new ArrayList<>(present.keySet());
    String rest = yaml.isEmpty() || yaml.endsWith("\n") ? yaml : yaml + "\n";
    List<Integer> starts = new ArrayList<>();
    Matcher start = KEY.matcher(rest);
    while (start.find()) {
      if (start.start() < rest.length()) {
        starts.add(start.start());
      }
    }
    if (starts.size() == keys.size()) {
      int from = 0;
      for (int i = 0; i < keys.size(); i++) {
        int to = i + 1 < starts.size() ? commentsAbove(rest, starts.get(i + 1)) : rest.length();
        blocks.put(keys.get(i), rest.substring(from, to));
        from = to;
      }
      if (blocks.entrySet().stream().allMatch(block -> isOnly(block, present))) {
        return blocks;
      }
    }
    // {a: b} and the like: the values stay, their spelling does not.
    blocks.clear();
    present.forEach((key, value) -> blocks.put(key, YamlText.entry(key, value)));
    return blocks;
  }

  private static boolean isOnly(
      Map.Entry<String, String> block, Map<String, @Nullable Object> present) {
    try {
      Map<String, @Nullable Object> parsed = new CardYaml(block.getValue(), "").metadata();
      return parsed.size() == 1
          && parsed.containsKey(block.getKey())
          && Objects.equals(parsed.get(block.getKey()), present.get(block.getKey()));
    } catch (IllegalArgumentException e) { // an alias of another block, for example
      return false;
    }
  }

  /** Where the comments and blank lines above a key begin. */
  private static int commentsAbove(String yaml, int key) {
    int from = key;
    while (from > 0) {
      int line = yaml.lastIndexOf('\n', from - 2) + 1;
      String text = yaml.substring(line, from);
      if (!text.startsWith("#") && !text.isBlank()) {
        return from;
      }
      from = line;
    }
    return from;
  }

  private static String comments(@Nullable String block) {
    if (block == null) {
      return "";
    }
    Matcher key = KEY.matcher(block);
    return key.find() ? block.substring(0, key.start()) : "";
  }
}
