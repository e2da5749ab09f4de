package dev.afina.internal.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {
  @TempDir private Path folder;

  @Test
  void delete_takesAllThatIsInIt() throws IOException {
    Path tree = folder.resolve("tree");
    Files.createDirectories(tree.resolve("a/b"));
    Files.writeString(tree.resolve("a/b/c"), "c");

    FileTree.delete(tree);
    FileTree.delete(tree); // and does not mind that it is gone

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void delete_ofAFile() throws IOException {
    FileTree.delete(Files.writeString(folder.resolve("a"), "a"));

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // where making a link is a privilege
  void delete_followsNoLink() throws IOException {
    Path kept = Files.createDirectories(folder.resolve("kept"));
    Files.writeString(kept.resolve("a"), "a");
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Files.createSymbolicLink(tree.resolve("link"), kept);
    Path link = Files.createSymbolicLink(folder.resolve("another"), kept);

    FileTree.delete(tree);
    FileTree.delete(link);

    assertThat(kept.resolve("a")).hasContent("a");
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(kept));
  }

  @Test
  void bytesAndLastChange_areOfTheWholeTree() throws IOException {
    Files.writeString(folder.resolve("a"), "123");
    Path deep = Files.createDirectories(folder.resolve("d/e"));
    Path file = Files.writeString(deep.resolve("b"), "4567");
    FileTime future = FileTime.fromMillis(4_000_000_000_000L);
    Files.setLastModifiedTime(file, future);

    assertThat(FileTree.bytes(folder)).isEqualTo(7);
    assertThat(FileTree.lastChange(folder)).isEqualTo(future);
    assertThat(FileTree.bytes(folder.resolve("none"))).isZero();
    assertThat(FileTree.lastChange(folder.resolve("none"))).isEqualTo(FileTime.fromMillis(0));
  }
}
