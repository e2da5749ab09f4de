package dev.afina.internal.files;

/** Sanitizes messages that quote a server or a file: one line of bounded length. */
public final class MessageText {
  /** The most characters of a message. */
  private static final int LONGEST = 1_000;

  /** A message begins with the file and ends with advice, so the middle is cut. */
  private static final int END = 300;

  private MessageText() {}

  /**
   * The message on one line of at most 1,000 characters. Line breaks, control and format characters
   * (such as those that reverse the writing direction) and unpaired surrogates become {@code ?}.
   */
  public static String of(String text) {
    String cut = cut(text);
    StringBuilder line = new StringBuilder(cut.length());
    cut.codePoints().map(c -> isStrange(c) ? '?' : c).forEach(line::appendCodePoint);
    return line.toString();
  }

  private static String cut(String text) {
    return text.length() <= LONGEST
        ? text
        : text.substring(0, LONGEST - END - 1) + "…" + text.substring(text.length() - END);
  }

  private static boolean isStrange(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
