package dev.afina.hub.testing;

import java.util.regex.Pattern;

/** Shell patterns as Python's fnmatch reads them: {@code *} also crosses {@code /}. */
final class Globs {
  private Globs() {}

  static boolean matches(String pattern, String text) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      int end = c == '[' ? pattern.indexOf(']', i + 2) : -1;
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (end > 0) {
        String set = pattern.substring(i + 1, end).replace("\\", "\\\\").replace("[", "\\[");
        regex.append('[').append(set.startsWith("!") ? "^" + set.substring(1) : set).append(']');
        i = end;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches();
  }

  /** A pattern without a slash is about the last part of the path, as git reads it. */
  static boolean matchesPath(String pattern, String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (pattern.endsWith("/")) { // a folder
      return ("/" + path).contains("/" + pattern);
    }
    String anchored = pattern.startsWith("/") ? pattern.substring(1) : pattern;
    return matches(anchored, path) || (pattern.indexOf('/') < 0 && matches(pattern, name));
  }
}
