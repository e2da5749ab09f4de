package dev.afina.data;

/** Deduplicates short strings that many rows have, such as names of categories. */
final class SharedTexts {
  /** Longer strings are not shared. */
  private static final int LONGEST = 64;

  private final String[] recent = new String[1 << 12];

  /** An equal string: the one seen before, if it is still known. */
  String shared(String text) {
    if (text.length() > LONGEST) {
      return text;
    }
    int hash = text.hashCode();
    int slot = (hash ^ hash >>> 16) & (recent.length - 1);
    if (!text.equals(recent[slot])) {
      recent[slot] = text;
    }
    return recent[slot];
  }
}
