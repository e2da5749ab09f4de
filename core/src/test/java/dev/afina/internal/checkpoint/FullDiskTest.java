package dev.afina.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Saves to small, full and read-only disks: what the message says, and what is there afterwards.
 */
class FullDiskTest {
  @TempDir Path disk;

  @Test
  void folderOnAFullDisk() throws Exception {
    String output = OwnMounts.run(disk, "mount -t tmpfs -o size=2m tmpfs \"$1\"", BesideSave.class);

    Path model = disk.resolve("model");
    assertThat(output)
        .startsWith(
            model
                + ": cannot be written (No space left on device); what was there is unchanged;"
                + " the disk of "
                + model
                + " has ")
        .endsWith(
            " bytes free: make room for all of it beside what is there (bytes, files, quota, ulimit -f), or choose another path\nsaved again\n");
  }

  @Test
  void volumeThatIsFull() throws Exception {
    String output = OwnMounts.run(disk, "mount -t tmpfs -o size=2m tmpfs \"$1\"", VolumeSave.class);

    assertThat(output)
        .startsWith(
            disk
                + ": cannot be written (No space left on device); what was there is unchanged;"
                + " the disk of "
                + disk
                + " has ")
        .endsWith("\nsaved again\n");
  }

  @Test
  void volumeThatIsReadOnly() throws Exception {
    String output =
        OwnMounts.run(
            disk,
            "mount -t tmpfs tmpfs \"$1\" && echo '{\"model_type\":\"bert\"}' > \"$1/config.json\""
                + " && mount -o remount,ro \"$1\"",
            ReadOnlySave.class);

    String refused =
        "cannot be written (Read-only file system); %s; "
            + disk
            + " is mounted read-only: choose another path\n";
    assertThat(output)
        .isEqualTo(
            disk
                + ": "
                + refused.formatted("what was there is unchanged")
                + disk
                + ": "
                + refused.formatted("what was there is unchanged")
                + disk.resolve("a/b")
                + ": "
                + refused.formatted("nothing was saved"));
  }

  /** Runs in the namespace. */
  static final class BesideSave {
    private BesideSave() {}

    public static void main(String[] arguments) throws IOException {
      FullDiskTest.save(Path.of(arguments[0], "model"), Path.of(arguments[0]));
    }
  }

  /** Runs in the namespace. */
  static final class VolumeSave {
    private VolumeSave() {}

    public static void main(String[] arguments) throws IOException {
      FullDiskTest.save(Path.of(arguments[0]), Path.of(arguments[0]));
    }
  }

  /** Runs in the namespace. */
  static final class ReadOnlySave {
    private ReadOnlySave() {}

    public static void main(String[] arguments) {
      Path volume = Path.of(arguments[0]);
      fail(() -> AtomicFolder.prepare(volume));
      fail(() -> AtomicFolder.write(volume, VolumeFolderTest.content("new")));
      fail(() -> AtomicFolder.write(volume.resolve("a/b"), VolumeFolderTest.content("new")));
    }
  }

  private static void save(Path model, Path disk) throws IOException {
    AtomicFolder.write(model, VolumeFolderTest.content("old"));
    var before = WatchedFiles.contents(disk);
    fail(
        () ->
            AtomicFolder.write(
                model,
                folder -> Files.write(folder.resolve("model.safetensors"), new byte[4 << 20])));
    if (!WatchedFiles.contents(disk).equals(before)) {
      throw new IllegalStateException("changed: " + WatchedFiles.contents(disk).keySet());
    }
    AtomicFolder.write(model, VolumeFolderTest.content("new"));
    System.out.println("saved again");
  }

  private interface Save {
    void run() throws IOException;
  }

  private static void fail(Save save) {
    try {
      save.run();
      throw new IllegalStateException("no failure");
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }
}
