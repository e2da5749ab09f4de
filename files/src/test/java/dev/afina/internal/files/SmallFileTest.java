package dev.afina.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SmallFileTest {
  private static final SmallFile THREE_BYTES =
      new SmallFile(3, "a list", FileNotFoundException::new);

  @TempDir private Path folder;

  @Test
  void limit_isTheLargestThatIsRead() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "äb");

    assertThat(THREE_BYTES.bytes(file)).hasSize(3);
    assertThat(THREE_BYTES.string(file)).isEqualTo("äb");

    Files.writeString(file, "äbc");
    assertThatThrownBy(() -> THREE_BYTES.string(file))
        .isExactlyInstanceOf(FileNotFoundException.class)
        .hasMessage(file + ": more than 3 bytes, expected a list");
    assertThatThrownBy(() -> THREE_BYTES.bytes(new ByteArrayInputStream(new byte[4]), "jar!/a"))
        .hasMessage("jar!/a: more than 3 bytes, expected a list");
  }

  @Test
  void otherThings_areRefused() throws IOException {
    Path latin = Files.write(folder.resolve("l"), "ä".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> THREE_BYTES.string(latin))
        .hasMessage(latin + ": not UTF-8, expected a list; delete it or mend it")
        .hasCauseInstanceOf(CharacterCodingException.class);
    assertThatThrownBy(() -> THREE_BYTES.bytes(folder))
        .hasMessage(folder + ": not a plain file, expected a list");
    assertThatThrownBy(() -> SmallFile.text(3).bytes(folder.resolve("none")))
        .isExactlyInstanceOf(NoSuchFileException.class)
        .hasMessage(folder.resolve("none").toString());
  }

  @Test
  @Timeout(10)
  void pipe_isNotWaitedFor() throws Exception {
    Path pipe = folder.resolve("pipe");
    assumeTrue(!System.getProperty("os.name").startsWith("Windows"), "Windows has no mkfifo");
    Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assertThat(mkfifo.waitFor(5, TimeUnit.SECONDS)).isTrue();

    assertThatThrownBy(() -> THREE_BYTES.bytes(pipe))
        .hasMessage(pipe + ": not a plain file, expected a list");
  }
}
