package dev.afina.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountedFolderTest {
  @TempDir Path work;

  @Test
  void aMark_isSeenWhereItWasPut_andGoneAfterwards() throws IOException {
    Path folder = work.resolve("not/yet/there");
    try (MountedFolder.Mark mark = MountedFolder.Mark.put(folder, "mark")) {
      assertThat(mark).isNotNull();
      assertThat(MountedFolder.hasMark(folder, "mark", Duration.ZERO)).isTrue();
      assertThat(MountedFolder.hasMark(work, "mark", Duration.ofMillis(150))).isFalse();
    }
    assertThat(MountedFolder.hasMark(folder, "mark", Duration.ZERO)).isFalse();
    Path file = Files.writeString(work.resolve("file"), "");
    assertThatThrownBy(() -> MountedFolder.Mark.put(file, "mark"))
        .isInstanceOf(FileSystemException.class);
  }

  @Test
  void aPath_isAbsolute() {
    assertThat(MountedFolder.of("outputFolder", "models"))
        .isEqualTo(Path.of("models").toAbsolutePath());
    assertThat(MountedFolder.of("outputFolder", work.toUri().toString())).isEqualTo(work);
  }
}
