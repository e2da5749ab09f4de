package dev.afina.hub;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** Chooses which files of a repository are wanted. */
@FunctionalInterface
public interface FileChoice {
  /**
   * Chooses.
   *
   * @param paths the files that there are, with {@code /} between folders, sorted
   * @return those of them that are wanted
   */
  Collection<String> choose(List<String> paths);

  /**
   * Chooses by patterns as Python's huggingface_hub does: {@code *} stands for any characters, also
   * {@code /}; {@code ?} for one; {@code [ab]} and {@code [!ab]} for one of a set or none of it.
   * Upper and lower case differ. {@code folder/} means all that is in it.
   *
   * @param allow a file must match one of these; an empty list allows all
   * @param ignore a file must match none of these
   * @return the choice
   */
  static FileChoice matching(List<String> allow, List<String> ignore) {
    List<Pattern> allowed = allow.stream().map(Glob::pattern).toList();
    List<Pattern> ignored = ignore.stream().map(Glob::pattern).toList();
    return paths ->
        paths.stream()
            .filter(path -> allowed.isEmpty() || Glob.matches(allowed, path))
            .filter(path -> !Glob.matches(ignored, path))
            .toList();
  }
}
