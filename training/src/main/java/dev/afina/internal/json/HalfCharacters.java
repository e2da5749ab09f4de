package dev.afina.internal.json;

/** Halves of characters, which can stand in a string of JSON, but not in UTF-8. */
public final class HalfCharacters {
  private HalfCharacters() {}

  /** The same JSON with halves of characters as escapes. */
  public static String escaped(String json) {
    StringBuilder text = new StringBuilder(json.length());
    json.codePoints()
        .forEach(
            c -> {
              if (Character.getType(c) == Character.SURROGATE) {
                text.append("\\u").append(Integer.toHexString(c));
              } else {
                text.appendCodePoint(c);
              }
            });
    return text.toString();
  }
}
