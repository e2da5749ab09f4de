package dev.afina.tokenization;

import org.jspecify.annotations.Nullable;

/** Values of a file inside an error message: never longer than a reader wants to see. */
final class Quoted {

  private static final int LONGEST = 120;

  private Quoted() {}

  /** The value as it stands, its middle left out when it is long. */
  static String of(@Nullable Object value) {
    String text = String.valueOf(value).replace('\n', ' ').replace('\r', ' ');
    if (text.length() <= LONGEST) {
      return text;
    }
    int half = LONGEST / 2;
    return text.substring(0, half)
        + " … ("
        + text.length()
        + " chars) … "
        + text.substring(text.length() - half);
  }
}
