package dev.afina.robustness.mutation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A folder of good files, and what a user does with it. */
interface Target {
  /** Among the names in messages: the path of the folder itself will do. */
  String FOLDER = "<folder>";

  /** Two parts: what is mutated and of what, such as {@code config.json of bert}. */
  String name();

  /** The good files by their paths in the folder, with {@code /}. */
  Map<String, Entry> files();

  /** The files that are mutated, each with how; one that stands twice is drawn twice as often. */
  List<Mutable> mutables();

  /** Whether files are also left out, emptied, or replaced by folders and links. */
  boolean isRearranged();

  /** How many of all mutations are of this target, as a share of the sum of all targets' shares. */
  int share();

  /**
   * Opens the folder and uses it as far as a user would.
   *
   * @param folder the files, perhaps mutated; may be written to
   * @param scratch an empty folder to write into
   * @return all that a user could see of it, as text: equal if nothing changed for the user
   * @throws IOException the refusal of a file, with its message
   * @throws AssertionError when a result cannot be right, whatever the file says
   */
  String use(Path folder, Path scratch) throws IOException;

  /** Names of which a refusal must hold one, so that users know where to look. */
  default List<String> namesInMessages(String path) {
    return List.of(path.substring(path.lastIndexOf('/') + 1));
  }

  /** A file and how it is mutated. */
  record Mutable(String path, Mutator mutator) {}
}
