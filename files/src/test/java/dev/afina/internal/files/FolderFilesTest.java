package dev.afina.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FolderFilesTest {
  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void files() throws IOException {
    folder = Files.createDirectories(temporary.resolve("folder"));
    Files.createDirectories(folder.resolve("deep/er"));
    Files.createDirectories(folder.resolve("deep/.git"));
    Files.writeString(folder.resolve("z"), "z");
    Files.writeString(folder.resolve("deep/er/a"), "a");
    Files.writeString(folder.resolve("deep/.git/config"), "c");
  }

  private static Set<String> names(Path folder) throws IOException {
    return FolderFiles.of(
            folder,
            path -> path.equals("deep/.git"),
            (problem, cause) -> {
              throw cause;
            })
        .keySet();
  }

  @Test
  void names_areOfAllFoldersButThoseLeftOut() throws IOException {
    assertThat(names(folder)).containsExactly("deep/er/a", "z");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // where making a link is a privilege
  void link_isFollowedAtTheTop_andInsideToFilesOnly() throws IOException {
    Path other = Files.createDirectories(temporary.resolve("other"));
    Path file = Files.writeString(other.resolve("f"), "f");
    Files.createSymbolicLink(folder.resolve("toFile"), file);
    Files.createSymbolicLink(folder.resolve("toFolder"), other);
    Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
    Path further = Files.createSymbolicLink(temporary.resolve("further"), link);

    assertThat(names(link)).containsExactly("deep/er/a", "toFile", "z");
    assertThat(names(further)).isEqualTo(names(link));
  }

  @Test
  void noFolder_isRefused() {
    Path none = temporary.resolve("none");
    assertThatThrownBy(() -> names(none))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(none + ": no such folder (looked in " + none.toAbsolutePath() + ")");
    Path file = folder.resolve("z");
    assertThatThrownBy(() -> names(file))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(file + ": is a file, expected a folder");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void unreadableFolder_isTold() throws IOException {
    Path closed = Files.createDirectories(folder.resolve("lost+found"));
    Files.setPosixFilePermissions(closed, Set.of());
    try {
      assumeTrue(!Files.isReadable(closed), "root reads all");
      List<String> problems = new ArrayList<>();
      assertThat(
              FolderFiles.of(folder, path -> false, (problem, cause) -> problems.add(problem))
                  .keySet())
          .contains("deep/er/a", "z");
      assertThat(problems).containsExactly(closed + ": cannot be read (no permission)");
      assertThat(FolderFiles.of(folder, "lost+found"::equals, (problem, cause) -> problems.clear()))
          .hasSize(3);
      assertThat(problems).as("was left out").hasSize(1);
      assertThatThrownBy(() -> names(closed))
          .isInstanceOf(IOException.class)
          .hasMessage(closed + ": cannot be read (no permission); mend its permissions");
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
