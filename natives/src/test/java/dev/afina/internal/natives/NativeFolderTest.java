package dev.afina.internal.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NativeFolderTest {
  private static final Map<String, String> IN_JAR =
      Map.of("libone.so", "the first library", "libtwo.so.1", "the second");

  @TempDir Path temp;
  private Path base;
  private List<NativeFile> files;

  @BeforeEach
  void jar() throws IOException {
    base = temp.resolve("native");
    System.setProperty("afina.nativeFolder", base.toString());
    Path jar = temp.resolve("libraries.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> file : IN_JAR.entrySet()) {
        zip.putNextEntry(new ZipEntry("deep/" + file.getKey()));
        zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    files =
        Stream.of("libone.so", "libtwo.so.1")
            .map(name -> new NativeFile(name, inJar(jar, name)))
            .toList();
  }

  @AfterEach
  void forget() {
    System.clearProperty("afina.nativeFolder");
  }

  private static URL inJar(Path jar, String name) {
    try {
      return URI.create("jar:" + jar.toUri() + "!/deep/" + name).toURL();
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private Path prepare() throws IOException {
    return NativeFolder.prepare(NativeFolder.base(), "some-1.0", files);
  }

  private void assertAsInTheJar(Path folder) throws IOException {
    try (Stream<Path> present = Files.list(folder)) {
      assertThat(present.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("libone.so", "libtwo.so.1");
    }
    for (Map.Entry<String, String> file : IN_JAR.entrySet()) {
      assertThat(folder.resolve(file.getKey())).isRegularFile().hasContent(file.getValue());
      assertThat(Files.isSymbolicLink(folder.resolve(file.getKey()))).isFalse();
    }
    try (Stream<Path> left = Files.list(base)) {
      assertThat(left.filter(path -> !path.toString().endsWith(".seal")))
          .as("nothing else is left")
          .containsExactlyInAnyOrder(folder, base.resolve("lock"));
    }
  }

  @Test
  void prepare_copiesOnceAndFindsItAgain() throws IOException {
    Path folder = prepare();
    assertAsInTheJar(folder);
    FileTime longAgo = FileTime.from(Instant.EPOCH);
    Files.setLastModifiedTime(folder.resolve("libone.so"), longAgo);
    assertThat(prepare()).isEqualTo(folder);
    assertThat(Files.getLastModifiedTime(folder.resolve("libone.so"))).isEqualTo(longAgo);
  }

  @Test
  void prepare_neverGivesAPlantedFile() throws IOException {
    Path folder = prepare();
    Files.writeString(folder.resolve("libgomp.so.1"), "planted");
    assertAsInTheJar(prepare());
  }

  @Test
  void prepare_findsAChangeThatKeepsSizeAndTime() throws IOException {
    Path folder = prepare();
    Path file = folder.resolve("libone.so");
    FileTime before = Files.getLastModifiedTime(file);
    Files.writeString(file, "the f1rst library");
    Files.setLastModifiedTime(file, before);
    assertAsInTheJar(prepare());
  }

  @Test
  void seal_holdsUntilAFileIsTouched() throws IOException {
    assumeThat(FolderTrust.canBeChecked()).isTrue();
    Path folder = prepare();
    List<String> names = List.of("libone.so", "libtwo.so.1");
    assertThat(Seal.of(folder, names).holds()).isTrue();
    Path file = folder.resolve("libone.so");
    FileTime before = Files.getLastModifiedTime(file);
    Files.writeString(file, "the f1rst library");
    Files.setLastModifiedTime(file, before);
    assertThat(Seal.of(folder, names).holds()).isFalse();
    prepare();
    assertThat(Seal.of(folder, names).holds()).isTrue();
    Path note = base.resolve(folder.getFileName() + ".seal");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(note)))
        .as("others may run with it")
        .isEqualTo("rw-r--r--");
    Files.setPosixFilePermissions(note, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(Seal.of(folder, names).holds()).as("others could have written it").isFalse();
  }

  @Test
  void prepare_replacesWhatIsCutMissingOrAFolder() throws IOException {
    Files.writeString(prepare().resolve("libone.so"), "the first");
    assertAsInTheJar(prepare());
    Files.delete(prepare().resolve("libtwo.so.1"));
    assertAsInTheJar(prepare());
    Path file = prepare().resolve("libtwo.so.1");
    Files.delete(file);
    Files.createDirectory(file);
    assertAsInTheJar(prepare());
  }

  @Test
  void prepare_replacesLinksAndWhatOthersMayWrite() throws IOException {
    assumeThat(FolderTrust.canBeChecked()).isTrue();
    Path file = prepare().resolve("libone.so");
    Path elsewhere = Files.move(file, temp.resolve("same content"));
    Files.createSymbolicLink(file, elsewhere);
    assertAsInTheJar(prepare());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertAsInTheJar(prepare());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r--r--");
    Path folder = prepare();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertAsInTheJar(prepare());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void prepare_otherContentOfTheSameVersion_liesBeside() throws IOException {
    Path both = prepare();
    Path one = NativeFolder.prepare(base, "some-1.0", files.subList(0, 1));
    assertThat(one).isNotEqualTo(both);
    assertThat(both).isDirectory();
  }

  @Test
  void prepare_atTheSameTime_givesTheSame() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Path>> prepared =
          threads.invokeAll(Collections.nCopies(8, (Callable<Path>) this::prepare));
      for (Future<Path> folder : prepared) {
        assertAsInTheJar(folder.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void prepare_removesWhatAKilledStartLeft() throws IOException {
    Path abandoned = Files.createDirectories(base.resolve("tmp-1"));
    Files.writeString(abandoned.resolve("libone.so"), "half");
    Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Path running = Files.createDirectories(base.resolve("tmp-2"));
    prepare();
    assertThat(abandoned).doesNotExist();
    assertThat(running).exists();
  }

  @Test
  void base_thatCannotBeMade_saysTheWayOut() throws IOException {
    Files.writeString(base, "a file");
    assertThatIOException()
        .isThrownBy(NativeFolder::base)
        .withMessageStartingWith("the folder for native libraries " + base + " cannot be made")
        .withMessageEndingWith(
            "name a folder of your own with -Dafina.nativeFolder=FOLDER or AFINA_NATIVE_FOLDER");
  }

  @Test
  void base_whereOthersMayWrite_isRefused() throws IOException {
    assumeThat(FolderTrust.canBeChecked()).isTrue();
    Files.createDirectory(base);
    Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatIOException()
        .isThrownBy(NativeFolder::base)
        .withMessage(
            "native libraries are not loaded from "
                + base
                + ", where another user could plant code: others may write there (rwxrwxrwx;"
                + " chmod go-w helps); or name a folder of your own with"
                + " -Dafina.nativeFolder=FOLDER or AFINA_NATIVE_FOLDER");
  }

  @Test
  void base_belowAFolderThatOthersMayWrite_isRefusedUnlessItIsSticky() throws IOException {
    assumeThat(FolderTrust.canBeChecked()).isTrue();
    Path open = Files.createDirectory(temp.resolve("open"));
    System.setProperty("afina.nativeFolder", open.resolve("mine").toString());
    Files.setAttribute(open, "unix:mode", 0777);
    assertThatIOException()
        .isThrownBy(NativeFolder::base)
        .withMessageContaining(": " + open + ": others may write there (rwxrwxrwx");
    Files.setAttribute(open, "unix:mode", 01777);
    assertThat(NativeFolder.base()).isEqualTo(open.resolve("mine"));
  }

  @Test
  void base_thatIsALink_isRefused() throws IOException {
    assumeThat(FolderTrust.canBeChecked()).isTrue();
    Files.createSymbolicLink(base, Files.createDirectory(temp.resolve("target")));
    assertThatIOException()
        .isThrownBy(NativeFolder::base)
        .withMessageContaining("could plant code: it is a link");
  }

  @Test
  void base_ofAnotherUser_isRefused() throws IOException {
    assumeThat(FolderTrust.canBeChecked()).isTrue();
    Files.createDirectory(base);
    assumeThat(Files.getAttribute(base, "unix:uid")).as("only root may give it away").isEqualTo(0);
    Files.setAttribute(base, "unix:uid", 12345);
    assertThatIOException()
        .isThrownBy(NativeFolder::base)
        .withMessageContaining("it belongs to 12345, neither you nor root");
  }

  @Test
  void locate_byPropertyThenByDjlsThenInTheHome() throws IOException {
    assertThat(CacheFolder.locate()).isEqualTo(base);
    System.clearProperty("afina.nativeFolder");
    System.setProperty("DJL_CACHE_DIR", temp.toString());
    try {
      assertThat(CacheFolder.locate()).isEqualTo(temp.resolve("afina"));
    } finally {
      System.clearProperty("DJL_CACHE_DIR");
    }
    String home = System.getProperty("user.home");
    String user = System.getProperty("user.name");
    try {
      System.setProperty("user.home", temp.toString());
      assertThat(CacheFolder.locate()).isEqualTo(temp.resolve(".cache/afina/native"));
      System.setProperty("user.home", temp.resolve("nowhere").toString());
      assertThat(CacheFolder.locate().getFileName().toString())
          .isEqualTo("afina-" + System.getProperty("user.name"));
      System.setProperty("user.name", "?"); // what Java says of a number without a name
      assertThat(CacheFolder.locate().getFileName().toString()).matches("afina-\\d+");
      System.setProperty("user.name", user);
      // As /home/josé where LC_ALL is C: no file name of this JVM can hold it.
      System.setProperty("user.home", "/home/jos\0");
      assertThat(CacheFolder.locate().getFileName().toString())
          .isEqualTo("afina-" + System.getProperty("user.name"));
    } finally {
      System.setProperty("user.home", home);
      System.setProperty("user.name", user);
    }
  }

  @Test
  void locate_ofANameThatNoFileCanHave_saysTheWayOut() {
    System.setProperty("afina.nativeFolder", "/opt/jos\0");
    assertThatIOException()
        .isThrownBy(CacheFolder::locate)
        .withMessageStartingWith("the folder for native libraries /opt/jos\0 has a name that")
        .withMessageContaining("; set LC_ALL to a locale of UTF-8, or name a folder of your own");
  }

  /** Runs in a JVM of its own. */
  public static final class Program {
    private Program() {}

    /** Tells the folder, or why there is none. */
    public static void main(String[] args) {
      try {
        System.out.println("base: " + NativeFolder.base());
      } catch (IOException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }

  /** A container whose file system is read-only, where the folder was made with its image. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void base_whereNothingCanBeWritten_isCheckedAllTheSame() throws Exception {
    Files.createDirectory(base);
    boolean isRoot = Files.getAttribute(base, "unix:uid").equals(0);
    if (isRoot) {
      Files.setAttribute(base, "unix:uid", 12345);
    }
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temp.resolve("nowhere"),
                "-Dafina.nativeFolder=" + base,
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output).contains(isRoot ? "could plant code: it belongs to 12345" : "base: " + base);
  }

  @Test
  void content_outsideAJar_isThatOfTheFile() throws IOException {
    Path file = Files.writeString(temp.resolve("check"), "123456789");
    // The check value of CRC-32 in every catalogue of checksums.
    assertThat(Content.of(file)).isEqualTo(new Content(9, 0xCBF43926L));
    assertThat(Content.of(file.toUri().toURL())).isEqualTo(Content.of(file));
  }
}
