package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A pattern of paths: {@code *} matches within a folder, {@code **} across folders, and {@code
 * **}{@code /} may match nothing; {@code ?} is one character, {@code [a-c]} and {@code [!a-c]} one
 * of a set. Not a regular expression, because a repository brings both patterns and paths, and
 * could make one search for hours: matching takes at most the product of both lengths.
 */
final class PathGlob {
  /** Paths on the Hub are shorter. */
  private static final int LONGEST = 1_000;

  private enum Kind {
    ONE,
    WITHIN_FOLDER,
    ACROSS_FOLDERS,
    FOLDERS_OR_NOTHING
  }

  /**
   * A part of the pattern.
   *
   * @param character which character matches, of {@link Kind#ONE}
   */
  private record Part(Kind kind, IntPredicate character) {
    Part(Kind kind) {
      this(kind, c -> true);
    }
  }

  private final List<Part> parts = new ArrayList<>();

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException if it is too long
   */
  PathGlob(String glob) {
    if (glob.length() > LONGEST) {
      throw new IllegalArgumentException(
          "the pattern %s is longer than %s characters".formatted(Excerpt.quoted(glob), LONGEST));
    }
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      int end = c == '[' ? glob.indexOf(']', i + 2) : -1;
      if (glob.startsWith("**/", i)) {
        parts.add(new Part(Kind.FOLDERS_OR_NOTHING));
        i += 2;
      } else if (glob.startsWith("**", i)) {
        parts.add(new Part(Kind.ACROSS_FOLDERS));
        i++;
      } else if (c == '*') {
        parts.add(new Part(Kind.WITHIN_FOLDER));
      } else if (c == '?') {
        parts.add(new Part(Kind.ONE, other -> other != '/'));
      } else if (end > 0) {
        parts.add(new Part(Kind.ONE, set(glob.substring(i + 1, end))));
        i = end;
      } else {
        parts.add(new Part(Kind.ONE, other -> other == c));
      }
    }
  }

  /** A dash between two characters is a range; at an end it is literal. */
  private static IntPredicate set(String content) {
    if (content.startsWith("!")) {
      IntPredicate members = set(content.substring(1));
      return c -> c != '/' && !members.test(c);
    }
    IntPredicate members = c -> false;
    for (int i = 0; i < content.length(); i++) {
      boolean range = i + 2 < content.length() && content.charAt(i + 1) == '-';
      char from = content.charAt(i);
      char to = range ? content.charAt(i + 2) : from;
      members = members.or(c -> c >= from && c <= to);
      i += range ? 2 : 0;
    }
    return members;
  }

  boolean matches(String path) {
    // Whether the parts so far match the first so many characters.
    boolean[] reached = new boolean[path.length() + 1];
    reached[0] = true;
    for (Part part : parts) {
      boolean[] next = new boolean[reached.length];
      boolean before = false; // reached at any shorter beginning
      boolean any = false;
      for (int i = 0; i < next.length; i++) {
        char last = i == 0 ? 0 : path.charAt(i - 1);
        next[i] =
            switch (part.kind()) {
              case ONE -> i > 0 && reached[i - 1] && part.character().test(last);
              case WITHIN_FOLDER -> reached[i] || (i > 0 && next[i - 1] && last != '/');
              case ACROSS_FOLDERS -> reached[i] || before;
              case FOLDERS_OR_NOTHING -> reached[i] || (before && last == '/');
            };
        before |= reached[i];
        any |= next[i];
      }
      if (!any) {
        return false;
      }
      reached = next;
    }
    return reached[path.length()];
  }
}
