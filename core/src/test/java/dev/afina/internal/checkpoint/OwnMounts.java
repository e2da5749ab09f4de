package dev.afina.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A JVM in a mount namespace of its own, so that nothing of what is mounted stays. */
final class OwnMounts {
  private OwnMounts() {}

  /**
   * Runs a program; skips the test where the system does not let this user mount.
   *
   * @param folder the shell's {@code $1}, and the program's argument
   * @param mount shell commands
   * @param program its main class
   * @return what it printed; its exit code was 0
   */
  static String run(Path folder, String mount, Class<?> program) throws Exception {
    assumeTrue(
        start(folder, "mount -t tmpfs tmpfs \"$1\"").waitFor() == 0,
        "this user may not mount, not even in a namespace of its own");
    Process process =
        start(
            folder,
            mount + " && exec \"$JAVA\" -Xmx64m -cp \"$CP\" '" + program.getName() + "' \"$1\"");
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  private static Process start(Path folder, String script) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("unshare", "-rm", "sh", "-c", script, "sh", folder.toString())
            .redirectErrorStream(true);
    builder.environment().put("JAVA", Path.of(System.getProperty("java.home"), "bin/java") + "");
    builder
        .environment()
        .put(
            "CP",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    try {
      return builder.start();
    } catch (IOException e) {
      assumeTrue(false, "there is no unshare");
      throw e;
    }
  }
}
