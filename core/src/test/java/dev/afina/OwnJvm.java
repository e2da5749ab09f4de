package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of a test in a JVM of its own, which has loaded and tested nothing yet. */
final class OwnJvm {
  private static final int PATIENCE_SECONDS = 120;

  private OwnJvm() {}

  /**
   * Waits for its end.
   *
   * @param temp for its output
   * @param program has a main method
   * @param arguments options of the JVM, which begin with "-", then the program's
   * @return everything that it printed
   */
  static String run(Path temp, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    List<String> options = List.of(arguments).stream().filter(a -> a.startsWith("-")).toList();
    List<String> others = List.of(arguments).stream().filter(a -> !a.startsWith("-")).toList();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dai.djl.pytorch.num_threads=2");
    for (String name : List.of("file", "stdout", "stderr", "sun.stdout", "sun.stderr")) {
      command.add("-D" + name + ".encoding=UTF-8");
    }
    command.addAll(options);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(program.getName());
    command.addAll(others);
    Path output = temp.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    int unused = process.destroyForcibly().waitFor(); // else its output stays open on Windows
    String said = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(ended).as("ended: " + said).isTrue();
    return said;
  }
}
