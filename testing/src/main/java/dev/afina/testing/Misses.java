package dev.afina.testing;

import dev.afina.internal.files.Excerpt;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects unexpected predictions, to report all of them in one message. */
final class Misses {
  /** The most lines in a message. */
  private static final int SHOWN = 30;

  private final List<String> lines = new ArrayList<>();

  void add(String text, String what) {
    lines.add("  \"" + Excerpt.of(text) + "\": " + what);
  }

  /** Fails when there are any. */
  void failIfAny(String what, int all) {
    failIfFewerThan(1, what, all);
  }

  /**
   * Fails when too many of the texts are among these.
   *
   * @param share of all texts that must not, in [0, 1]
   * @param what happened to the texts listed, for example "get another label"
   */
  void failIfFewerThan(double share, String what, int all) {
    int good = all - lines.size();
    if (lines.isEmpty() || good >= share * all - 1e-9) {
      return;
    }
    StringBuilder message = new StringBuilder();
    message.append(lines.size()).append(" of ").append(all).append(" texts ").append(what);
    if (share < 1) {
      message.append(String.format(Locale.ROOT, ", expected at most %.1f %%", 100 * (1 - share)));
    }
    message
        .append(":\n")
        .append(String.join("\n", lines.subList(0, Math.min(SHOWN, lines.size()))));
    if (lines.size() > SHOWN) {
      message.append("\n  … and ").append(lines.size() - SHOWN).append(" more");
    }
    throw new AssertionError(message.toString());
  }

  static double requireShare(double share) {
    if (!(share >= 0 && share <= 1)) { // also refuses NaN
      throw new IllegalArgumentException("share: " + share + ", expected 0 to 1");
    }
    return share;
  }

  static List<String> requireTexts(List<String> texts) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("texts: expected 1 or more, got none");
    }
    return texts;
  }
}
