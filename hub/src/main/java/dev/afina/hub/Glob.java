package dev.afina.hub;

import java.util.List;
import java.util.regex.Pattern;

/** Shell patterns like Python's {@code fnmatch}, in which {@code *} matches slashes too. */
final class Glob {
  private Glob() {}

  static boolean matches(List<Pattern> patterns, String path) {
    String slashes = path.replace('\\', '/');
    return patterns.stream().anyMatch(pattern -> pattern.matcher(slashes).matches());
  }

  /** The regular expression of a shell pattern. */
  static Pattern pattern(String glob) {
    String text = glob.replace('\\', '/') + (glob.endsWith("/") ? "*" : "");
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (c == '[' && closing(text, i) > 0) {
        int end = closing(text, i);
        regex.append(set(text.substring(i + 1, end)));
        i = end;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  /**
   * The end of the set that begins at {@code start}; -1 if the bracket is an ordinary character.
   */
  private static int closing(String text, int start) {
    int first = start + 1;
    if (first < text.length() && text.charAt(first) == '!') {
      first++;
    }
    return text.indexOf(']', first + 1); // a bracket in the first place belongs to the set
  }

  private static String set(String content) {
    boolean none = content.startsWith("!");
    StringBuilder set = new StringBuilder(none ? "[^" : "[");
    for (char c : content.substring(none ? 1 : 0).toCharArray()) {
      if (c != '-' && !Character.isLetterOrDigit(c)) {
        set.append('\\');
      }
      set.append(c);
    }
    return set.append(']').toString();
  }
}
