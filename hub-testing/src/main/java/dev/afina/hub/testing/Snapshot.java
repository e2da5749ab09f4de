package dev.afina.hub.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One commit with all its files. Its id is the one git would compute.
 *
 * @param id the SHA-1 of the commit object
 * @param parent the commit before it; null for the first
 * @param files the files by path, sorted
 * @param message the title, and the description behind an empty line
 * @param time when it was made
 */
record Snapshot(
    String id,
    @Nullable String parent,
    SortedMap<String, StoredFile> files,
    String message,
    Instant time) {

  static Snapshot of(
      @Nullable String parent,
      SortedMap<String, StoredFile> files,
      String message,
      String author,
      Instant now) {
    String who = author + " <" + author + "@localhost> " + now.getEpochSecond() + " +0000";
    String text =
        "tree "
            + tree(files, "")
            + (parent == null ? "" : "\nparent " + parent)
            + "\nauthor "
            + who
            + "\ncommitter "
            + who
            + "\n\n"
            + message
            + "\n";
    String id = Hashes.gitObject("commit", text.getBytes(StandardCharsets.UTF_8));
    return new Snapshot(id, parent, new TreeMap<>(files), message, now);
  }

  String title() {
    return message.lines().findFirst().orElse("");
  }

  /**
   * The name that git gives a folder.
   *
   * @param files all files of the commit
   * @param folder the folder with a slash behind it; empty for the root
   */
  static String tree(SortedMap<String, StoredFile> files, String folder) {
    // Git sorts a folder as if its name ended with a slash.
    SortedMap<String, byte[]> children = new TreeMap<>();
    for (Map.Entry<String, StoredFile> file : files.tailMap(folder).entrySet()) {
      if (!file.getKey().startsWith(folder)) {
        break;
      }
      String rest = file.getKey().substring(folder.length());
      int slash = rest.indexOf('/');
      if (slash < 0) {
        children.put(rest, line("100644 " + rest, file.getValue().blobId()));
      } else {
        String name = rest.substring(0, slash);
        children.computeIfAbsent(
            name + "/", key -> line("40000 " + name, tree(files, folder + key)));
      }
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    children.values().forEach(content::writeBytes);
    return Hashes.gitObject("tree", content.toByteArray());
  }

  private static byte[] line(String modeAndName, String id) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    line.writeBytes((modeAndName + "\0").getBytes(StandardCharsets.UTF_8));
    line.writeBytes(HexFormat.of().parseHex(id));
    return line.toByteArray();
  }
}
