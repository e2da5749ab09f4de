package dev.afina.robustness.mutation;

import dev.afina.internal.files.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** A folder that is brought to hold given entries, whatever it held before. */
record Workspace(Path folder) {
  /**
   * Brings the folder to hold these entries and nothing else; what is so already is not written.
   */
  void hold(Map<String, Entry> entries) throws IOException {
    Files.createDirectories(folder);
    Set<Path> wanted = new HashSet<>();
    entries.forEach(
        (name, entry) -> {
          if (!(entry instanceof Entry.Nothing)) {
            for (Path path = folder.resolve(name);
                !path.equals(folder);
                path = Objects.requireNonNull(path.getParent())) {
              wanted.add(path);
            }
          }
        });
    List<Path> present;
    try (Stream<Path> paths = Files.walk(folder)) {
      present = paths.filter(path -> !wanted.contains(path) && !path.equals(folder)).toList();
    }
    for (Path path : present) {
      FileTree.delete(path);
    }
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      put(folder.resolve(entry.getKey()), entry.getValue());
    }
  }

  private static void put(Path path, Entry entry) throws IOException {
    if (entry instanceof Entry.Nothing || holds(path, entry)) {
      return;
    }
    FileTree.delete(path);
    Files.createDirectories(Objects.requireNonNull(path.getParent()));
    if (entry instanceof Entry.Content content) {
      Files.write(path, content.bytes());
    } else if (entry instanceof Entry.Link link) {
      Files.createSymbolicLink(path, Path.of(link.to()));
    } else {
      Files.createDirectory(path);
    }
  }

  private static boolean holds(Path path, Entry entry) throws IOException {
    if (entry instanceof Entry.Content content) {
      return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
          && Files.size(path) == content.bytes().length
          && Arrays.equals(Files.readAllBytes(path), content.bytes());
    }
    if (entry instanceof Entry.Link link) {
      return Files.isSymbolicLink(path) && Files.readSymbolicLink(path).equals(Path.of(link.to()));
    }
    return false;
  }
}
