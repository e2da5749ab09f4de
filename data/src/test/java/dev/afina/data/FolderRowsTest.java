package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder a label and a file a row, as aclImdb has them. */
class FolderRowsTest {
  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @BeforeEach
  void aclImdb() throws IOException {
    file("train/pos/9_7.txt", "Good.\n");
    file("train/pos/10_9.txt", "Great, caf\u00e9");
    file("train/neg/0_1.txt", "");
    file("train/unsup/0_0.txt", "Who knows");
    file("train/urls_pos.txt", "http://x");
    file("train/.cache/x.txt", "hidden");
  }

  @Test
  void rows_areInOrderOfFoldersAndFiles() throws Exception {
    assertThat(Dataset.folders(folder.resolve("train")))
        .containsExactly(
            Example.of("", "neg"),
            Example.of("Great, caf\u00e9", "pos"),
            Example.of("Good.\n", "pos"),
            Example.of("Who knows", "unsup"));
    FolderFormat chosen = FolderFormat.standard().labels("pos", "neg").keepFile("file");
    Dataset rows = Dataset.folders(folder.resolve("train"), chosen);
    assertThat(rows.stream().map(row -> row.text("file")))
        .containsExactly("pos/10_9.txt", "pos/9_7.txt", "neg/0_1.txt");
    try (Stream<Example> stream = Dataset.streamFolders(folder.resolve("train"), chosen)) {
      assertThat(Dataset.of(stream)).isEqualTo(rows);
    }
  }

  @Test
  void otherThings_arePassedOver() throws Exception {
    file("train/neg/labeledBow.feat", "1:2");
    Path secret = file("secret.txt", "not yours");
    Files.createSymbolicLink(folder.resolve("train/neg/link.txt"), secret);
    Files.createSymbolicLink(folder.resolve("train/linked"), folder.resolve("train/pos"));

    assertThat(Dataset.folders(folder.resolve("train"))).hasSize(4);
    assertThat(Dataset.folders(folder.resolve("train")).classCounts()).doesNotContainKey("linked");
  }

  @Test
  void texts_mayBeginLikeOtherFiles() throws Exception {
    Path posts = folder.resolve("posts");
    file("posts/pages/0.txt", "<!DOCTYPE html>\n<html>");
    file("posts/words/0.txt", "SQLite throws \"database is locked\"");

    assertThat(Dataset.folders(posts))
        .containsExactly(
            Example.of("<!DOCTYPE html>\n<html>", "pages"),
            Example.of("SQLite throws \"database is locked\"", "words"));
  }

  @Test
  void foldersThatAreNoLabels_areRefused() throws Exception {
    assertBad(
        folder,
        FolderFormat.standard(),
        folder.resolve("train")
            + ": holds a folder \"neg\", expected text files only; give the folder whose folders are the labels");
    Path train = folder.resolve("train");
    assertBad(
        train,
        FolderFormat.standard().labels("neg", "po"),
        train + ": no folder \"po\", there are \"neg\", \"pos\", \"unsup\"");
    Path empty = Files.createDirectory(train.resolve("empty"));
    assertBad(
        train,
        FolderFormat.standard(),
        empty + ": has no text files (.txt); name the folders to read by FolderFormat.labels(...)");
    assertBad(
        empty,
        FolderFormat.standard(),
        empty + ": has no folders, expected one per label with text files (.txt) in it");
    Path urls = train.resolve("urls_pos.txt");
    assertBad(
        urls,
        FolderFormat.standard(),
        urls + ": is a file, expected a folder with one folder a label");
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Dataset.folders(folder.resolve("tran")))
        .withMessageContaining("no such folder (looked in ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FolderFormat.standard().labels("a", "b", "a"))
        .withMessage("labels: a folder is given twice in [a, b, a]");
  }

  @Test
  void files_areTextsWithinTheLimits() throws Exception {
    Path train = folder.resolve("train");
    Path latin =
        Files.write(
            train.resolve("pos/a.txt"), "x\ncaf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertBad(
        train,
        FolderFormat.standard(),
        latin
            + ":2: not valid UTF-8; name the encoding, such as charset(\"windows-1252\"), or save the file as UTF-8 (in Excel: \"CSV UTF-8\")");
    assertThat(
            Dataset.folders(train, FolderFormat.standard().labels("pos").charset("ISO-8859-1"))
                .get(2))
        .isEqualTo(Example.of("x\ncaf\u00e9", "pos"));
    Files.delete(latin);
    FolderFormat small = FolderFormat.standard().limits(DataLimits.standard().rowCharacters(5));
    assertBad(
        train,
        small,
        train.resolve("pos/10_9.txt")
            + ": more than 5 characters; raise DataLimits.rowCharacters(...) by FolderFormat.limits(...)");
    assertBad(
        train,
        FolderFormat.standard().limits(DataLimits.standard().memoryBytes(512)),
        train
            + ": more than 2 files, which the memory allowed cannot hold; give Java more by -Xmx");
  }

  private static void assertBad(Path folder, FolderFormat format, String message) {
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.folders(folder, format))
        .withMessage(message);
  }
}
