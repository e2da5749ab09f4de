package dev.afina.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What an application is told whose PyTorch does not load, at every call; each in a JVM. */
class PyTorchLoadingTest {
  private static final String SEPARATOR = System.getProperty("path.separator");

  @TempDir Path temp;

  /** Runs in a JVM of its own. */
  public static final class Application {
    private Application() {}

    /** Tries twice. */
    public static void main(String[] args) {
      for (int i = 0; i < 2; i++) {
        try {
          PyTorch.newManager().close();
          System.out.println("message: started");
        } catch (IllegalStateException e) {
          System.out.println("message: " + e.getMessage());
        }
      }
    }
  }

  private static String classPathWithout(String name) {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(classPath.split(Pattern.quote(SEPARATOR), -1))
        .filter(entry -> name.isEmpty() || !entry.contains(name))
        .collect(Collectors.joining(SEPARATOR));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Everything that the application printed. */
  private String run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private String start(String java, String classPath, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of(java));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classPath, Application.class.getName()));
    return run(command);
  }

  private static List<String> messages(String output) {
    List<String> messages =
        output
            .lines()
            .filter(line -> line.startsWith("message: "))
            .map(line -> line.substring("message: ".length()))
            .toList();
    assertThat(messages).as(output).hasSize(2).allMatch(line -> line.length() < 1000);
    return messages;
  }

  @Test
  void withoutNativeLibrary_saysWhatToAdd() throws Exception {
    String output = start(java(), classPathWithout("pytorch-native"));
    assertThat(messages(output))
        .allMatch(
            line ->
                line.startsWith(
                        "PyTorch cannot be loaded: add ai.djl.pytorch:pytorch-native-cpu:2.7.1 with"
                            + " the classifier of this platform, ")
                    && line.contains("pytorch-jni 2.7.1-0.35.1, no pytorch-native; "));
  }

  @Test
  void libraryOfAnotherPlatform_isNamed() throws Exception {
    String output = start(java(), classPathWithout(""), "-Dos.name=SunOS", "-Dos.arch=riscv64");
    assertThat(messages(output))
        .allMatch(
            line ->
                line.contains("classifier of this platform, linux-riscv64; found: api 0.35.1")
                    && line.contains("pytorch-native-cpu 2.7.1 for "));
  }

  @Test
  void mixedVersions_areNamed() throws Exception {
    Path newer = Files.createDirectory(temp.resolve("newer"));
    Files.writeString(newer.resolve("pytorch-engine.properties"), "djl_version=0.36.0\n");
    String output = start(java(), newer + SEPARATOR + classPathWithout(""));
    assertThat(messages(output))
        .allMatch(
            line -> line.contains("needs an api as new; found: api 0.35.1, pytorch-engine 0.36.0"));
  }

  @Test
  void namedFolderWithoutPyTorch_isRefused() throws Exception {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    String output = start(java(), classPathWithout(""), "-DPYTORCH_LIBRARY_PATH=" + empty);
    assertThat(messages(output))
        .containsOnly(
            "PyTorch cannot be loaded: PYTORCH_LIBRARY_PATH=\""
                + empty
                + "\": expected a folder with "
                + System.mapLibraryName("torch")
                + ", there is none; without PYTORCH_LIBRARY_PATH the library of the jars is loaded");
  }

  @Test
  void settingsOfAnotherProgram_areSurvivedOrNamed() throws Exception {
    String output = start(java(), classPathWithout(""), "-Dai.djl.default_engine=OnnxRuntime");
    assertThat(messages(output)).containsOnly("started");
    assertThat(output).contains("DJL has no engine OnnxRuntime, which is to be its default");
    assertThat(messages(start(java(), classPathWithout(""), "-Dai.djl.pytorch.num_threads=0")))
        .allMatch(
            line ->
                line.startsWith("PyTorch cannot be loaded: ")
                    && line.contains("-Dai.djl.pytorch.num_threads"));
  }

  @Test
  void folderThatCannotBeWritten_isNamed() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "in the way");
    Path folder = file.resolve("native");
    String output = start(java(), classPathWithout(""), "-Dafina.nativeFolder=" + folder);
    assertThat(messages(output))
        .allMatch(
            line ->
                line.startsWith(
                        "PyTorch cannot be loaded: the folder for native libraries " + folder)
                    && line.endsWith("with -Dafina.nativeFolder=FOLDER or AFINA_NATIVE_FOLDER"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void tooLittleAddressSpace_isSaid_andTheJvmLives() throws Exception {
    String small = "-Xmx64m -XX:ReservedCodeCacheSize=32m -XX:CompressedClassSpaceSize=32m";
    String output =
        run(
            List.of(
                "sh",
                "-c",
                "ulimit -v 1600000; exec "
                    + String.join(" ", java(), small, "-XX:+UseSerialGC -cp \"$0\"")
                    + " '"
                    + Application.class.getName()
                    + "'",
                classPathWithout("")));
    assertThat(messages(output))
        .allMatch(
            line ->
                line.startsWith("PyTorch cannot be loaded: too little address space for libraries")
                    && line.contains("the limit is 1562 MB (ulimit -v)"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void plantedLibrary_isNotLoaded() throws Exception {
    Path base = temp.resolve("native");
    String folder = "-Dafina.nativeFolder=" + base;
    assertThat(messages(start(java(), classPathWithout(""), folder))).containsOnly("started");
    Path openMp;
    try (Stream<Path> files = Files.walk(base)) {
      openMp =
          files
              .filter(file -> file.getFileName().toString().startsWith("libgomp"))
              .findFirst()
              .orElseThrow();
    }
    byte[] right = Files.readAllBytes(openMp);
    byte[] planted = right.clone();
    planted[planted.length / 2] ^= 1;
    Files.write(openMp, planted);
    String output = start(java(), classPathWithout(""), folder);
    assertThat(messages(output)).containsOnly("started");
    assertThat(output).contains(openMp.getFileName() + " has another content); it is made anew");
    assertThat(openMp).hasBinaryContent(right);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void jna_unpacksNothing() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "in the way");
    String output = start(java(), classPathWithout(""), "-Djna.tmpdir=" + file);
    assertThat(messages(output)).containsOnly("started");
    assertThat(output).doesNotContain("the C library's settings stay", "JNA Warning");
  }

  @Test
  void cuda_isNotLookedFor() throws Exception {
    // DJL looks for CUDA by JNA, and warns four times where its library has no driver.
    String output =
        start(
            java(),
            classPathWithout(""),
            "-Dafina.nativeSettings=false",
            "-Xlog:class+load:stdout");
    assertThat(messages(output)).containsOnly("started");
    assertThat(output)
        .contains("ai.djl.util.cuda.CudaUtils ")
        .doesNotContain("com.sun.jna.Native ");
  }

  @Test
  void nativeAccessDenied_isSaid() throws Exception {
    Optional<String> newer = newerJava();
    Assumptions.assumeTrue(
        newer.isPresent(), "no JDK of 24 or newer here; set JAVA_HOME_25 to run this test");
    String output =
        start(newer.orElseThrow(), classPathWithout(""), "--illegal-native-access=deny");
    assertThat(messages(output))
        .allMatch(
            line ->
                line.contains("IllegalCallerException: Illegal native access")
                    && line.contains("; start Java with --enable-native-access=ALL-UNNAMED"));
    assertThat(output).contains("the C library's settings stay as they are");
    assertThat(
            messages(
                start(
                    newer.orElseThrow(),
                    classPathWithout(""),
                    "--illegal-native-access=deny",
                    "--enable-native-access=ALL-UNNAMED")))
        .containsOnly("started");
  }

  /** This JVM's where it knows the option, else that of JAVA_HOME_25 or of a usual folder. */
  private static Optional<String> newerJava() {
    if (Runtime.version().feature() >= 24) {
      return Optional.of(java());
    }
    String named = System.getenv("JAVA_HOME_25");
    if (named != null) {
      return Optional.of(Path.of(named, "bin", "java").toString());
    }
    Path usual = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(usual)) {
      return Optional.empty();
    }
    try (Stream<Path> found = Files.list(usual)) {
      return found
          .filter(jdk -> jdk.getFileName().toString().contains("25"))
          .map(jdk -> jdk.resolve("bin").resolve("java"))
          .filter(Files::isExecutable)
          .map(Path::toString)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
