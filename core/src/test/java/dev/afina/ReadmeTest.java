package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.hub.testing.LocalHub;
import dev.afina.hub.testing.LocalRepository;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles and runs every Java example of the README and its guides, where they find what they
 * name: a checkpoint "distilbert-base-uncased" (a tiny one), CSV files in the working folder, a
 * model "acme/tickets" on a local Hub, and the same on the class path.
 */
class ReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  private static final List<String> FILES =
      List.of(
          "README.md",
          "docs/training.md",
          "docs/decisions.md",
          "docs/serving.md",
          "docs/data.md",
          "docs/hub.md");

  @TempDir Path folder;

  @TestFactory
  List<DynamicTest> everyExample_compilesAndRuns() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (String file : FILES) {
      int before = tests.size();
      Matcher blocks = BLOCK.matcher(Files.readString(Path.of("..").resolve(file)));
      while (blocks.find()) {
        String code = blocks.group(1);
        String name = "Example" + (tests.size() + 1);
        tests.add(DynamicTest.dynamicTest(file + ": " + name, () -> run(name, code)));
      }
      assertThat(tests).as("examples of %s", file).hasSizeGreaterThan(before);
    }
    return tests;
  }

  private void run(String name, String code) throws Exception {
    Path work = Files.createDirectory(folder.resolve(name));
    copy(Golden.path("distilbert/base"), work.resolve("distilbert-base-uncased"));
    writeCsv(work.resolve("train.csv"));
    writeCsv(work.resolve("test.csv"));
    Files.writeString(
        work.resolve("comments.csv"), "text,toxic,insult\nYou fool,1,1\nFine,0,0\nBah,1,0\n");
    Files.writeString(work.resolve("held-out.csv"), "text,label\nSo happy,joy\nI hate it,anger\n");
    Files.writeString(work.resolve("pairs.csv"), "a,b,score\nA dog,A cat,3.5\nA dog,A dog,5\n");
    Path source = work.resolve(name + ".java");
    Files.writeString(
        source,
        """
        import dev.afina.*;
        import dev.afina.data.*;
        import dev.afina.explain.*;
        import dev.afina.hub.*;
        import dev.afina.report.*;
        import dev.afina.tokenization.*;
        import dev.afina.training.*;
        import java.nio.file.Path;
        import java.util.*;

        public class %s {
          public static void main(String[] args) throws Exception {
            %s
          }
        }
        """
            .formatted(name, code));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", classPath, "-d", work.toString(), source.toString());
    assertThat(compiled).as("compiles: %s", code).isZero();

    copy(
        Golden.path("bert/model"),
        Files.createDirectory(work.resolve("models")).resolve("tickets"));
    try (LocalHub hub = LocalHub.start()) {
      LocalRepository tickets = hub.model("acme/tickets");
      try (Stream<Path> files = Files.list(Golden.path("bert/model"))) {
        for (Path file : files.toList()) {
          tickets.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
      }
      runProgram(work, name, classPath, hub);
    }
  }

  private static void runProgram(Path work, String name, String classPath, LocalHub hub)
      throws Exception {
    Path log = work.resolve("log.txt");
    ProcessBuilder java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dai.djl.pytorch.num_threads=1",
                "-cp",
                work + System.getProperty("path.separator") + classPath,
                name)
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    java.environment().put("HF_ENDPOINT", hub.endpoint().toString());
    java.environment().put("HF_TOKEN", hub.token());
    java.environment().put("HF_HOME", work.resolve("hf").toString());
    java.environment().remove("HF_HUB_OFFLINE");
    java.environment().remove("HF_HUB_CACHE");
    Process process = java.start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log, StandardCharsets.UTF_8)).isZero();
  }

  private static void writeCsv(Path file) throws IOException {
    StringBuilder csv = new StringBuilder("text,label\n");
    String[] labels = {"anger", "joy", "optimism", "sadness"};
    for (int i = 0; i < 24; i++) {
      csv.append("\"It is ").append(i).append(" o'clock, ").append(labels[i % 4]);
      csv.append("\",").append(labels[i % 4]).append('\n');
    }
    Files.writeString(file, csv);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
