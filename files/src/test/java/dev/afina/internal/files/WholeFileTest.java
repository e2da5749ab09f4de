package dev.afina.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir Path folder;

  private static void write(Path file, String text) throws IOException {
    WholeFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    }
  }

  @Test
  void files_areWrittenAndReplaced() throws Exception {
    Path file = folder.resolve("a.txt");

    write(file, "one");
    assertThat(file).hasContent("one");
    write(file, "two");
    assertThat(file).hasContent("two");
    assertThat(names()).containsExactly("a.txt");
  }

  @Test
  void failures_leaveAllAsItWas() throws Exception {
    Path file = Files.writeString(folder.resolve("a.txt"), "one");

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                WholeFile.write(
                    file,
                    out -> {
                      out.write('x');
                      out.flush();
                      assertThat(file).as("while it is written").hasContent("one");
                      throw new IllegalStateException("half");
                    }));
    assertThat(file).hasContent("one");
    assertThat(names()).containsExactly("a.txt");
  }

  @Test
  void otherThings_areRefused() throws Exception {
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> write(folder, "x"))
        .withMessage(folder + ": is a folder or another thing, expected the name of a file");
    Path lost = folder.resolve("no").resolve("a.txt");
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> write(lost, "x"))
        .withMessage(lost + ": the folder " + lost.getParent() + " does not exist; make it first");
  }

  @Test
  void links_stayLinks() throws Exception {
    Path file = Files.writeString(folder.resolve("a.txt"), "one");
    Path link = Files.createSymbolicLink(folder.resolve("b.txt"), file);

    write(link, "two");

    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("two");
  }
}
