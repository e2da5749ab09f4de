package dev.afina.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LockFileTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  /** echo -n '{}' | sha256sum. */
  private static final String HASH =
      "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

  private static final ModelReference MODEL = ModelReference.parse("a/b@" + COMMIT);

  @TempDir Path folder;

  @Test
  void write_isReadableText_andReadGivesTheSame() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    Path file = folder.resolve("afina.lock");
    LockFile lock = LockFile.of(MODEL, folder, List.of("config.json"));
    lock.write(file);

    assertThat(file)
        .hasContent(
            """
            {
              "version": 1,
              "repository": "a/b",
              "commit": "%s",
              "files": {
                "config.json": "sha256:%s"
              }
            }
            """
                .formatted(COMMIT, HASH));
    assertThat(LockFile.read(file)).isEqualTo(lock);
    assertThat(lock.model()).isEqualTo(MODEL);
    lock.verify(folder);
  }

  @Test
  void verify_namesFileExpectedAndGot() throws IOException {
    Path config = Files.writeString(folder.resolve("config.json"), "{}");
    LockFile lock = LockFile.of(MODEL, folder, List.of("config.json"));
    Files.writeString(config, "{ }");

    assertThatThrownBy(() -> lock.verify(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(
            config
                + ": SHA-256 expected "
                + HASH
                + " by the lock file, got 257c1be96ae69f4b01c2c69bdb6d78605f59175819fb007d0bf245bf48444c4a; the file was changed: delete it to have it downloaded again, or write a new lock file if the change is wanted");
    Files.delete(config);
    assertThatThrownBy(() -> lock.verify(folder))
        .hasMessage(config + ": missing, but locked with SHA-256 " + HASH);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|not a lock file; expected JSON",
        "[]|not a lock file; expected JSON",
        "nonsense|not a lock file; expected JSON",
        "{\"version\": 2}|version 2, expected 1",
        "{\"version\": 4294967297}|version 4294967297, expected 1",
        "{\"version\": 1.5}|version 1.5, expected 1",
        "{\"version\": \"1\"}|version \"1\", expected 1",
        "{\"version\": 1, \"repository\": \"../b\", \"commit\": \"C\", \"files\": {}}|Hub model \"../b\"",
        "{\"version\": 1, \"repository\": \"a/b\", \"commit\": \"main\", \"files\": {}}|commit \"main\": expected 40",
        "{\"version\": 1, \"repository\": \"a/b\", \"commit\": \"C\", \"files\": {}}|files: expected 1 or more",
        "{\"version\": 1, \"repository\": \"a/b\", \"commit\": \"C\", \"files\": {\"../x\": \"sha256:H\"}}|file \"../x\": it has the part",
        "{\"version\": 1, \"repository\": \"a/b\", \"commit\": \"C\", \"files\": {\"x\": \"sha256:12\"}}|file \"x\": \"12\", expected 64",
      })
  void read_brokenFile_saysWhere(String content, String message) throws IOException {
    Path file = folder.resolve("afina.lock");
    Files.writeString(
        file, content.replace("\"C\"", "\"" + COMMIT + "\"").replace("sha256:H", "sha256:" + HASH));

    assertThatThrownBy(() -> LockFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": " + message);
  }

  @Test
  void read_notUtf8_saysSo() throws IOException {
    Path file = folder.resolve("afina.lock");
    Files.write(file, new byte[] {'{', (byte) 0xff, '}'});

    assertThatThrownBy(() -> LockFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": not UTF-8, expected a short text file; delete it or mend it");
  }

  @Test
  void read_longName_isCut() throws IOException {
    Path file = folder.resolve("afina.lock");
    Files.writeString(
        file,
        "{\"version\": 1, \"repository\": \"a/b\", \"commit\": \""
            + COMMIT
            + "\", \"files\": {\""
            + "x\\n".repeat(20_000)
            + "\": \"sha256:12\"}}");

    assertThatThrownBy(() -> LockFile.read(file))
        .isInstanceOf(IOException.class)
        .satisfies(
            e -> assertThat(e.getMessage()).hasSizeLessThanOrEqualTo(1_000).doesNotContain("\n"))
        .hasMessageEndingWith("it has a control character");
  }

  @Test
  void read_folderOrEndlessFile_saysSo() throws IOException {
    assertThatThrownBy(() -> LockFile.read(folder))
        .hasMessage(folder + ": not a plain file, expected a short text file");
    Path file = folder.resolve("afina.lock");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertThatThrownBy(() -> LockFile.read(file))
        .hasMessage(file + ": more than 16777216 bytes, expected a short text file");
  }

  @Test
  void read_noFile_saysHowToGetOne() {
    assertThatThrownBy(() -> LockFile.read(folder.resolve("none")))
        .isInstanceOf(IOException.class)
        .hasMessage(
            folder.resolve("none")
                + ": no such lock file; write one first, see Classifier.lock or LockFile.write");
  }

  @Test
  void of_branch_isNoCommit() {
    TreeMap<String, String> files = new TreeMap<>();
    files.put("x", HASH);
    assertThatThrownBy(() -> new LockFile("a/b", "main", files))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("commit \"main\": expected 40 hexadecimal digits");
  }
}
