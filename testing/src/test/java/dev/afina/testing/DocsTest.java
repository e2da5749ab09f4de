package dev.afina.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs every Java example of docs/testing.md. */
class DocsTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @TestFactory
  List<DynamicTest> everyExample_compilesAndRuns() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(Files.readString(Path.of("..", "docs", "testing.md")));
    while (blocks.find()) {
      String code = blocks.group(1);
      String name = "Example" + (tests.size() + 1);
      tests.add(DynamicTest.dynamicTest(name, () -> run(name, code)));
    }
    assertThat(tests).hasSize(3);
    return tests;
  }

  private void run(String name, String code) throws Exception {
    Path source = folder.resolve(name + ".java");
    Files.writeString(
        source,
        """
        import dev.afina.*;
        import dev.afina.data.*;
        import dev.afina.metrics.*;
        import dev.afina.testing.*;
        import java.nio.file.Path;
        import java.util.List;

        public class %s implements java.util.concurrent.Callable<Object> {
          @Override
          public Object call() throws Exception {
            %s
            return null;
          }
        }
        """
            .formatted(name, code));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", classPath, "-d", folder.toString(), source.toString());
    assertThat(compiled).as("compiles: %s", code).isZero();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      Class<?> example = loader.loadClass(name);
      ((java.util.concurrent.Callable<?>) example.getConstructor().newInstance()).call();
    }
  }
}
