package dev.afina.robustness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ChildJvmTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Says what it was given, then repeats each line until one is "exit". */
  public static final class Echo {
    private Echo() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] args) throws IOException {
      System.out.println(
          "given %s %s %s"
              .formatted(args[0], System.getProperty("colour"), System.getenv("SHAPE")));
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.equals("exit")) {
          System.err.println("bye");
          System.exit(7);
        }
        System.out.println("echo " + line);
      }
    }
  }

  private static ChildJvm start() throws IOException {
    return ChildJvm.running(Echo.class)
        .heap("64m")
        .property("colour", "blue")
        .environment("SHAPE", "round")
        .arguments("one")
        .start();
  }

  @Test
  void child_getsWhatItIsGiven_andItsEndIsSeen() throws Exception {
    try (ChildJvm child = start()) {
      assertThat(child.nextLine(LIMIT)).contains("given one blue round");
      child.send("schön");
      assertThat(child.awaitLine(line -> line.startsWith("echo"), LIMIT)).isEqualTo("echo schön");
      child.send("exit");
      assertThat(child.awaitExit(LIMIT)).isEqualTo(7);
      assertThat(child.output()).isEqualTo("given one blue round\necho schön\nbye");
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // which has no signals
  void signals_endTheChild() throws Exception {
    try (ChildJvm terminated = start();
        ChildJvm killed = start()) {
      terminated.awaitLine(line -> line.startsWith("given"), LIMIT);
      terminated.terminate();
      assertThat(terminated.awaitExit(LIMIT)).isEqualTo(128 + 15);
      killed.kill();
      assertThat(killed.awaitExit(LIMIT)).isEqualTo(128 + 9);
    }
  }

  @Test
  void close_leavesNoProcess() throws Exception {
    ChildJvm child = start();
    assertThat(child.isAlive()).isTrue();
    child.close();
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void waitingInVain_showsTheOutput() throws Exception {
    try (ChildJvm child = start()) {
      child.awaitLine(line -> line.startsWith("given"), LIMIT);
      assertThatThrownBy(() -> child.awaitLine("never"::equals, Duration.ofMillis(50)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("has run for PT0.05S without the line")
          .hasMessageEndingWith("given one blue round");
      assertThatThrownBy(() -> child.awaitExit(Duration.ofMillis(50)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("still runs after PT0.05S");
    }
  }
}
