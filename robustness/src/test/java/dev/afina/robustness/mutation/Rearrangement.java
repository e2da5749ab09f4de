package dev.afina.robustness.mutation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A change of what stands at a path of a folder, as kills, copies and people leave it: nothing, an
 * empty file, a half one, another one's content, a folder, a link into nowhere or to itself.
 */
record Rearrangement(String path, Entry entry, String description) {
  static Rearrangement of(Map<String, Entry> files, RandomGenerator random) {
    List<String> paths = new ArrayList<>(files.keySet());
    paths.sort(null);
    String path = paths.get(random.nextInt(paths.size()));
    String name = path.substring(path.lastIndexOf('/') + 1);
    Entry before = files.getOrDefault(path, new Entry.Nothing());
    return switch (random.nextInt(8)) {
      case 0, 1 -> new Rearrangement(path, new Entry.Nothing(), path + " is missing");
      case 2 -> new Rearrangement(path, new Entry.Content(new byte[0]), path + " is empty");
      case 3 -> new Rearrangement(path, new Entry.Folder(), path + " is a folder");
      case 4 -> new Rearrangement(path, new Entry.Link("nowhere"), path + " links into nowhere");
      case 5 -> new Rearrangement(path, new Entry.Link(name), path + " links to itself");
      case 6 -> {
        String other = paths.get(random.nextInt(paths.size()));
        yield new Rearrangement(
            path,
            files.getOrDefault(other, new Entry.Nothing()),
            path + " is what " + other + " is");
      }
      default -> {
        if (!(before instanceof Entry.Content content) || content.bytes().length == 0) {
          yield new Rearrangement(path, new Entry.Nothing(), path + " is missing");
        }
        int length = random.nextInt(content.bytes().length);
        yield new Rearrangement(
            path,
            new Entry.Content(Arrays.copyOf(content.bytes(), length)),
            "%s is cut short to %d bytes".formatted(path, length));
      }
    };
  }
}
