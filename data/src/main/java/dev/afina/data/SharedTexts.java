package dev.afina.data;

/** Makes one object of short texts that many rows have, such as the names of categories. */
final class SharedTexts {
  /** Longer ones are texts of their own. */
  private static final int LONGEST = 64;

  private final String[] recent = new String[1 << 12];

  /** An equal text: one that was there before, where that is known. */
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
