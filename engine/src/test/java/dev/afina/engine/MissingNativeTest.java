package dev.afina.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that forgot the native library is told so, at every call. */
class MissingNativeTest {
  @TempDir Path cache;

  /** Runs in a JVM of its own. */
  public static final class Application {
    private Application() {}

    /** Tries twice. */
    public static void main(String[] args) {
      for (int i = 0; i < 2; i++) {
        try {
          PyTorch.newManager();
        } catch (IllegalStateException e) {
          System.out.println("message: " + e.getMessage());
        }
      }
    }
  }

  @Test
  void start_withoutNativeLibrary_saysWhatToAdd() throws Exception {
    String separator = System.getProperty("path.separator");
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String without =
        Arrays.stream(classPath.split(Pattern.quote(separator), -1))
            .filter(entry -> !entry.contains("pytorch-native"))
            .collect(Collectors.joining(separator));
    ProcessBuilder java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                without,
                Application.class.getName())
            .redirectErrorStream(true);
    java.environment().put("DJL_CACHE_DIR", cache.toString());
    Process process = java.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(output.lines().filter(line -> line.startsWith("message: ")))
        .as(output)
        .hasSize(2)
        .allMatch(line -> line.contains("add ai.djl.pytorch:pytorch-native-cpu"));
  }
}
