package dev.afina.hub;

/** Makes one line of bounded length of what a message quotes from a server or a file. */
final class MessageText {
  /** The most characters of a message. */
  private static final int LONGEST = 1_000;

  /** A message ends with the way out, so its end is kept when it is cut. */
  private static final int END = 300;

  private MessageText() {}

  static String of(String text) {
    String line = onOneLine(text);
    if (line.length() <= LONGEST) {
      return line;
    }
    return line.substring(0, LONGEST - END - 1) + "…" + line.substring(line.length() - END);
  }

  /** Quotes at most {@code most} characters. */
  static String quoted(String text, int most) {
    return "\"" + cut(text, most) + "\"";
  }

  /** Keeps at most {@code most} characters. */
  static String cut(String text, int most) {
    return onOneLine(text.length() <= most ? text : text.substring(0, most) + "…");
  }

  /** Line ends, what turns the direction of writing, and halves of characters become "?". */
  private static String onOneLine(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              int type = Character.getType(c);
              boolean strange =
                  Character.isISOControl(c)
                      || type == Character.FORMAT
                      || type == Character.SURROGATE
                      || type == Character.LINE_SEPARATOR
                      || type == Character.PARAGRAPH_SEPARATOR;
              line.appendCodePoint(strange ? '?' : c);
            });
    return line.toString();
  }
}
