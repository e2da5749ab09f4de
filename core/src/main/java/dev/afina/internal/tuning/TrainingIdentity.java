package dev.afina.internal.tuning;

import dev.afina.internal.objective.Targets;
import dev.afina.internal.text.Document;
import dev.afina.tokenization.Encoding;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeSet;

/**
 * Everything that the weights of a training depend on, as text by name: its options and digests of
 * its data. A training can resume only from a checkpoint with the same identity.
 *
 * @param facts the facts by name, in display order
 */
public record TrainingIdentity(Map<String, String> facts) {

  /**
   * How it is decided what dropout drops. It matters only where something was dropped. Checkpoints
   * of earlier versions do not have it.
   */
  public static final String DROPOUT_DRAWING = "drawing of dropout";

  /**
   * The label of the metric that chooses the weights. Checkpoints of earlier versions do not have
   * it.
   */
  public static final String POSITIVE_LABEL = "positive label";

  public TrainingIdentity {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }

  /**
   * Describes the differences from another identity.
   *
   * @param dropped whether dropout has dropped something there
   * @return empty if there are none; otherwise for example {@code seed is 1 there and 2 here}
   */
  String differences(TrainingIdentity here, boolean dropped) {
    StringJoiner all = new StringJoiner(", ");
    TreeSet<String> names = new TreeSet<>(facts.keySet());
    names.addAll(here.facts.keySet());
    if (!dropped || !facts.containsKey(DROPOUT_DRAWING)) {
      names.remove(DROPOUT_DRAWING);
    }
    if (!facts.containsKey(POSITIVE_LABEL)) {
      names.remove(POSITIVE_LABEL);
    }
    for (String name : names) {
      String theirs = facts.getOrDefault(name, "not told");
      String ours = here.facts.getOrDefault(name, "not told");
      if (!theirs.equals(ours)) {
        all.add(name + " is " + theirs + " there and " + ours + " here");
      }
    }
    return all.toString();
  }

  /** The SHA-256 of the tokens and targets of some texts, and their number. */
  public static String digest(List<Document> texts, Targets targets) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (int i = 0; i < texts.size(); i++) {
        List<Encoding> windows = texts.get(i).windows();
        add(sha, windows.size());
        windows.forEach(window -> add(sha, window));
        for (double value : targets.row(i)) {
          add(sha, Double.hashCode(value));
        }
      }
      return texts.size() + " texts of digest " + HexFormat.of().formatHex(sha.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void add(MessageDigest sha, Encoding window) {
    add(sha, window.size());
    for (int t = 0; t < window.size(); t++) {
      add(sha, window.id(t));
      add(sha, window.typeId(t));
    }
  }

  private static void add(MessageDigest sha, int number) {
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      sha.update((byte) (number >>> shift));
    }
  }

  /** Facts in the order in which they are added. */
  public static final class Builder {
    private final Map<String, String> facts = new LinkedHashMap<>();

    public Builder add(String name, Object value) {
      facts.put(name, String.valueOf(value));
      return this;
    }

    public Builder addAll(Map<String, String> others) {
      facts.putAll(others);
      return this;
    }

    public TrainingIdentity build() {
      return new TrainingIdentity(facts);
    }
  }
}
