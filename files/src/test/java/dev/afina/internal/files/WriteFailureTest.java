package dev.afina.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteFailureTest {
  @TempDir Path folder;

  @Test
  void of_fullDisk_namesFolderAndRoom() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full), "only on Linux");
    Path file = Files.writeString(folder.resolve("rows.csv"), "old");

    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    out -> {
                      try (FileOutputStream disk = new FileOutputStream(full.toFile())) {
                        disk.write(1);
                      }
                    }))
        .hasMessageMatching(
            "\\Q"
                + file
                + ": cannot be written (No space left on device); what was there is unchanged; the disk of "
                + folder
                + " has \\E[0-9]+\\Q bytes free: make room for all of it beside what is there (bytes, files, quota, ulimit -f), or choose another path\\E")
        .hasRootCauseMessage("No space left on device");
    assertThat(file).hasContent("old");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void of_permission_namesTheFile() {
    Path target = folder.resolve("a/b");
    assertThat(WriteFailure.of(target, "kept", new AccessDeniedException("/x/.b.lock")))
        .hasMessage(
            target
                + ": cannot be written (no permission for /x/.b.lock); kept; mend the permissions, or choose another path");
  }

  @Test
  void of_interruptsAndOurOwnReasons_stay() {
    IOException interrupt = new InterruptedIOException("stopped");
    IOException ours = new FileAlreadyExistsException("x", null, "a file, expected a folder");
    IOException failure = WriteFailure.of(folder, "kept", new IOException());

    for (IOException cause : new IOException[] {interrupt, ours, failure}) {
      assertThat(WriteFailure.of(folder, "kept", cause)).isSameAs(cause);
    }
    assertThat(failure).hasMessageStartingWith(folder + ": cannot be written (IOException); kept;");
  }
}
