package dev.afina.hub;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Paths as Python's client reads them from environment variables: a leading {@code ~} is the home
 * folder, and variables in them are replaced.
 *
 * @param variables environment variables
 * @param windows whether the rules are those of Windows
 */
record EnvironmentPaths(Map<String, String> variables, boolean windows) {
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{([^}]*)\\})");
  private static final Pattern ON_WINDOWS = Pattern.compile(VARIABLE.pattern() + "|%([^%]+)%");

  /** What Java has in place of the home folder of a user whom the system does not know. */
  private static final String NO_HOME = "?";

  private static final String WAY_OUT = "set HF_HOME to a folder for what comes from the Hub";

  EnvironmentPaths {
    if (windows) { // where %UserProfile% is USERPROFILE
      Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      anyCase.putAll(variables);
      variables = anyCase;
    }
  }

  /** By the rules of this system. */
  static EnvironmentPaths here(Map<String, String> variables) {
    return new EnvironmentPaths(variables, System.getProperty("os.name", "").startsWith("Windows"));
  }

  /** The value of a variable; an empty one counts as unset. */
  Optional<String> variable(String name) {
    return variable(variables, name);
  }

  static Optional<String> variable(Map<String, String> variables, String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
  }

  /**
   * Replaces a leading {@code ~} and then variables, in Python's order; an unknown variable stays
   * as it is.
   *
   * @throws IllegalArgumentException if that is a folder whose name this JVM cannot write, or a
   *     home folder that this user does not have
   */
  Path expand(String path) {
    boolean isInHome =
        path.equals("~") || path.startsWith("~/") || (windows && path.startsWith("~\\"));
    String absolute = isInHome ? home(path) + path.substring(1) : path;
    String expanded =
        (windows ? ON_WINDOWS : VARIABLE)
            .matcher(absolute)
            .replaceAll(
                match ->
                    Matcher.quoteReplacement(variables.getOrDefault(name(match), match.group())));
    try {
      return Path.of(expanded);
    } catch (InvalidPathException e) { // /home/josé where the locale has no é
      throw new IllegalArgumentException(
          "the Hub's folder "
              + expanded.replaceAll("\\p{Cntrl}", "?")
              + " has a name that cannot be written in "
              + System.getProperty("sun.jnu.encoding")
              + "; set LC_ALL to a locale of UTF-8, or "
              + WAY_OUT,
          e);
    }
  }

  private static String name(MatchResult match) {
    for (int group = 1; group < match.groupCount(); group++) {
      if (match.group(group) != null) {
        return match.group(group);
      }
    }
    return match.group(match.groupCount());
  }

  private String home(String path) {
    Optional<String> named = windows ? windowsHome() : variable("HOME");
    String home = named.orElseGet(() -> System.getProperty("user.home"));
    if (home.equals(NO_HOME)) {
      throw new IllegalArgumentException(
          "the Hub's folder " + path + ": this user has no home folder; " + WAY_OUT);
    }
    return home;
  }

  /** HOME means nothing there, although Git and others set it. */
  private Optional<String> windowsHome() {
    return variable("USERPROFILE")
        .or(() -> variable("HOMEPATH").map(folder -> variable("HOMEDRIVE").orElse("") + folder));
  }
}
