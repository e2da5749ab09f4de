package dev.afina.hub;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** Chooses files of a repository to download or upload. */
@FunctionalInterface
public interface FileChoice {
  /**
   * Chooses among the files of a repository.
   *
   * @param paths the paths of all files, with {@code /} between folders, sorted
   * @return the chosen ones
   */
  Collection<String> choose(List<String> paths);

  /**
   * Chooses by patterns like Python's {@code huggingface_hub}: {@code *} matches any characters
   * including {@code /}, {@code ?} one character, {@code [ab]} one of a set, and {@code [!ab]} one
   * that is not in the set. Case matters. {@code folder/} matches everything in the folder.
   *
   * @param allow patterns, one of which a file must match; empty to allow all files
   * @param ignore patterns that a file must not match
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
