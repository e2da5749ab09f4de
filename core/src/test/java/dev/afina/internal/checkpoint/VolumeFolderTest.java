package dev.afina.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.CheckpointException;
import dev.afina.internal.checkpoint.AtomicFolder.FolderContent;
import dev.afina.internal.checkpoint.SaveClaim.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders that cannot be renamed. */
class VolumeFolderTest {
  private static final String STEP = ".afina.finishing";
  private static final List<String> NEW_FILES =
      List.of("config.json", "model.safetensors", "tokenizer.json");

  @TempDir Path folder;

  @Test
  void write_replacesTheModel_andKeepsOtherFiles() throws IOException {
    old();
    VolumeFolder.write(folder, content("new"));

    assertThat(files())
        .containsExactly(
            Map.entry("README.md", "mine"),
            Map.entry("config.json", config("new")),
            Map.entry("model.safetensors", "new"),
            Map.entry("tokenizer.json", "new"));
  }

  @Test
  void write_thatFails_keepsTheOldModel() throws IOException {
    old();
    Map<String, String> before = files();

    assertThatThrownBy(
            () ->
                VolumeFolder.write(
                    folder,
                    temporary -> {
                      Files.writeString(temporary.resolve("config.json"), "half");
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(files()).isEqualTo(before);
  }

  /** As a file manager leaves one in any folder that it shows. */
  @Test
  @Timeout(60)
  void write_whereAFileOfNoSaveIsInTheWay_saysSo() throws IOException {
    old();
    Map<String, String> before = files();
    Path step = Files.createDirectory(folder.resolve(STEP));
    Files.writeString(step.resolve(".DS_Store"), "somebody's");

    assertThatThrownBy(() -> VolumeFolder.write(folder, content("new")))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            step
                + ": holds files of no save, expected none, so nothing can be saved here; delete that folder");
    assertThat(step.resolve(".DS_Store")).hasContent("somebody's");
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      assertThat(files.config().get("is").getAsString()).isEqualTo("old");
    }
    Files.delete(step.resolve(".DS_Store"));
    Files.delete(step);
    assertThat(files()).isEqualTo(before);
    VolumeFolder.write(folder, content("new"));
    assertThat(files()).containsEntry("model.safetensors", "new");
  }

  /** Every moment at which the moves can be cut short: {@code moved} of the files are in place. */
  @ParameterizedTest
  @CsvSource({"0, true", "0, false", "1, false", "2, false", "3, false"})
  void killedWhileMoving_isFinishedByWhoeverOpensIt(int moved, boolean oldWeights)
      throws IOException {
    old();
    Path step = interrupted(UUID.randomUUID().toString());
    if (!oldWeights) {
      Files.delete(folder.resolve("model.safetensors"));
      Files.delete(folder.resolve("vocab.txt"));
    }
    for (String name :
        List.of("config.json", "tokenizer.json", "model.safetensors").subList(0, moved)) {
      Files.move(step.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      assertThat(files.config().get("is").getAsString()).isEqualTo("new");
      assertThat(files.read("model.safetensors")).hasValue("new".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(files().keySet())
        .containsExactly("README.md", "config.json", "model.safetensors", "tokenizer.json");
  }

  /**
   * What lies in the folder before each single change of a save is what a process leaves that is
   * killed there; other programs find no weights, or one whole model.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void killedBeforeAnyChange_leavesTheOldModelOrTheNew(boolean oldIsSharded) throws IOException {
    Map<String, String> sharded =
        model(
            "sharded",
            "afina_config.json",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json",
            "tokenizer.json");
    Map<String, String> other =
        model("other", "added_tokens.json", "merges.txt", "model.safetensors", "vocab.json");
    Map<String, String> old = new TreeMap<>(oldIsSharded ? sharded : other);
    Map<String, String> changed = new TreeMap<>(oldIsSharded ? other : sharded);
    Path volume = Files.createDirectory(folder.resolve("volume"));
    writeAll(old, volume);
    for (Map<String, String> model : List.of(old, changed)) {
      model.put("README.md", "mine"); // as saves leave it
    }
    Files.writeString(volume.resolve("README.md"), "mine");

    Map<String, Path> moments = new LinkedHashMap<>();
    Path watched =
        WatchedFiles.watch(
            volume,
            change -> {
              Path copy = folder.resolve("killed-" + moments.size());
              moments.put(moments.size() + ", " + change, WatchedFiles.copy(volume, copy));
            });
    Map<String, String> written = new TreeMap<>(changed);
    written.remove("README.md");
    VolumeFolder.write(watched, temporary -> writeAll(written, temporary));
    assertThat(WatchedFiles.contents(volume)).isEqualTo(changed);

    assertThat(moments).hasSizeGreaterThan(20);
    boolean isNew = false;
    for (Map.Entry<String, Path> moment : moments.entrySet()) {
      String when = "killed before change " + moment.getKey();
      Path killed = moment.getValue();
      Map<String, String> others = visible(killed);
      Map<String, String> weights = weights(others);
      if (weights.equals(weights(old)) || weights.equals(weights(changed))) {
        assertThat(others).as(when).isEqualTo(weights.equals(weights(old)) ? old : changed);
      }
      CheckpointFiles.folder(killed).close(); // whoever loads it
      Map<String, String> loaded = visible(killed);
      assertThat(loaded).as(when).isIn(isNew ? List.of(changed) : List.of(old, changed));
      isNew = loaded.equals(changed);
      AtomicFolder.prepare(killed); // as the next save begins
      assertThat(WatchedFiles.contents(killed)).as(when).isEqualTo(loaded);
    }
    assertThat(isNew).isTrue();
  }

  @Test
  void killedAfterTheLastMove_isWhole() throws IOException {
    VolumeFolder.write(folder, content("new"));
    Files.createDirectory(folder.resolve(STEP));

    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      assertThat(files.config().get("is").getAsString()).isEqualTo("new");
    }
    assertThat(folder.resolve(STEP)).doesNotExist();
  }

  /** Names of the user that a list cannot have: the copy is finished all the same. */
  @Test
  void copy_besideFilesOfAnyName_isFinishedAfterAKill() throws IOException {
    Path volume = Files.createDirectory(folder.resolve("volume"));
    Path whole = Files.createDirectory(folder.resolve("whole"));
    content("new").writeTo(whole);
    for (String name : List.of("x", "a:b.txt")) {
      Files.writeString(volume.resolve(name), "mine");
      Files.writeString(whole.resolve(name), "mine");
    }
    Path killed = folder.resolve("killed");
    Path watched =
        WatchedFiles.watch(
            volume,
            change -> {
              if (change.endsWith(STEP + "/.files")) { // all are moved, the list goes
                WatchedFiles.copy(volume, killed);
              }
            });

    VolumeFolder.copy(watched, whole);

    CheckpointFiles.folder(killed).close();
    assertThat(WatchedFiles.contents(killed)).containsAllEntriesOf(WatchedFiles.contents(whole));
  }

  /** Somebody else's disk may have a name of Latin-1 or Shift JIS. */
  @Test
  void mounts_ofAnyEncoding() {
    byte[] table =
        "36 35 98:0 / /mnt/d\u00e9j\u00e0 rw - ext4 /dev/sda rw\n37 35 98:1 / /mnt/my\\040disk rw - ext4 /dev/sdb rw\nshort\n"
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThat(Disk.mounts(table)).contains("/mnt/my disk").hasSize(2);
  }

  @Test
  void saveThatIsStillMoving_isNotRead() throws IOException {
    old();
    try (SaveClaim running = SaveClaim.take(folder, VolumeFolder.PREFIX)) {
      interrupted(running.id());
      assertThatThrownBy(() -> CheckpointFiles.folder(folder))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              folder
                  + ": a save into it has not finished, so it is not read; if none is running any more, open it once where it can be written");
    }
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) { // it has ended
      assertThat(files.config().get("is").getAsString()).isEqualTo("new");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../evil", "/etc/passwd", "a/b", "..", "a\\b", "\u0001x", "C:x"})
  void listOfAForeignHand_cannotLeaveTheFolder(String name) throws IOException {
    Path step = Files.createDirectory(folder.resolve(STEP));
    Files.write(step.resolve(".files"), List.of(UUID.randomUUID().toString(), name));

    assertThatThrownBy(() -> CheckpointFiles.folder(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(step.resolve(".files") + ": not the list of a save's files; delete " + step);
  }

  @Test
  void leftoversInside_areRemovedByTheNextSave() throws IOException {
    old();
    Path left =
        Files.createDirectory(
            SaveClaim.path(folder, VolumeFolder.PREFIX, Kind.TMP, UUID.randomUUID() + ""));
    Files.writeString(left.resolve("model.safetensors"), "half");

    AtomicFolder.write(folder, content("new"));
    assertThat(files().keySet())
        .containsExactly("README.md", "config.json", "model.safetensors", "tokenizer.json");
  }

  @Test
  void volume_thatIsAFileSystemOfItsOwn() throws Exception {
    saved("mount -t tmpfs tmpfs \"$1\" && mkdir \"$1/lost+found\"");
  }

  @Test
  void volume_thatIsAFolderOfTheSameDisk() throws Exception {
    saved("mount --bind \"$1\" \"$1\"");
  }

  /** A folder of a lower layer of an image cannot be renamed either. */
  @Test
  void folderOfAContainersImage() throws Exception {
    String output =
        saved(
            "mount -t tmpfs tmpfs \"$1\" && cd \"$1\" && mkdir lower upper work all lower/model"
                + " && mount -t overlay overlay -o userxattr,lowerdir=lower,upperdir=upper,workdir=work all"
                + " && set -- \"$1/all/model\"");
    assertThat(output).contains("cannot be renamed (").contains("; saving file by file");
  }

  private String saved(String mount) throws Exception {
    String output = OwnMounts.run(folder, mount, VolumeSave.class);
    assertThat(output).endsWith("all saved\n");
    return output;
  }

  /** Runs in the namespace: saves, loads, fails and trains nothing. */
  static final class VolumeSave {
    private VolumeSave() {}

    public static void main(String[] arguments) throws IOException {
      Path volume = Path.of(arguments[0]);
      AtomicFolder.prepare(volume);
      for (String is : List.of("first", "second", "third")) {
        AtomicFolder.write(volume, content(is));
        try (CheckpointFiles files = CheckpointFiles.folder(volume)) {
          String got = files.config().get("is").getAsString();
          if (!got.equals(is)) {
            throw new IllegalStateException("saved " + is + ", got " + got);
          }
        }
      }
      requireNothing(volume, ".");
      requireNothing(
          volume.resolveSibling("."), "." + volume.getFileName()); // others' files may be there
      System.out.println("all saved");
    }

    private static void requireNothing(Path place, String beginning) throws IOException {
      try (Stream<Path> files = Files.list(place)) {
        files
            .filter(file -> file.getFileName().toString().startsWith(beginning))
            .forEach(
                file -> {
                  throw new IllegalStateException("left: " + file);
                });
      }
    }
  }

  static FolderContent content(String is) {
    return temporary -> {
      for (String name : NEW_FILES) {
        Files.writeString(temporary.resolve(name), name.equals("config.json") ? config(is) : is);
      }
    };
  }

  private static String config(String is) {
    return LeftoversTest.config(is);
  }

  private static Map<String, String> model(String is, String... names) {
    Map<String, String> files = new TreeMap<>(Map.of("config.json", config(is)));
    for (String name : names) {
      files.put(name, is + " " + name);
    }
    return files;
  }

  private static void writeAll(Map<String, String> files, Path to) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(to.resolve(file.getKey()), file.getValue());
    }
  }

  /** What programs see that know nothing of saves. */
  private static Map<String, String> visible(Path folder) throws IOException {
    Map<String, String> files = WatchedFiles.contents(folder);
    files.keySet().removeIf(name -> name.startsWith(VolumeFolder.PREFIX));
    return files;
  }

  private static Map<String, String> weights(Map<String, String> files) {
    Map<String, String> weights = new TreeMap<>(files);
    weights.keySet().removeIf(name -> !AtomicFolder.isWeights(name));
    return weights;
  }

  private void old() throws IOException {
    Files.writeString(folder.resolve("config.json"), config("old"));
    Files.writeString(folder.resolve("model.safetensors"), "old");
    Files.writeString(folder.resolve("vocab.txt"), "old");
    Files.writeString(folder.resolve("README.md"), "mine");
  }

  /** A save that has happened and whose files are not moved yet. */
  private Path interrupted(String id) throws IOException {
    Path step = Files.createDirectory(folder.resolve(STEP));
    content("new").writeTo(step);
    List<String> list = new ArrayList<>(List.of(id));
    list.addAll(NEW_FILES);
    Files.write(step.resolve(".files"), list);
    return step;
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        contents.put(
            file.getFileName().toString(), Files.isDirectory(file) ? "" : Files.readString(file));
      }
    }
    return contents;
  }
}
