package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.hub.testing.LocalHub;
import dev.afina.hub.testing.LocalRepository;
import dev.afina.internal.model.Golden;
import java.io.ByteArrayOutputStream;
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
 *
 * <p>They run one after the other in one process, because each start of PyTorch takes seconds. A
 * program with a class of its own is tried by the module examples, where it finds its model.
 */
class ReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern IMPORT = Pattern.compile("(?m)^import [^;]+;\n");

  private static final List<String> FILES =
      List.of(
          "README.md",
          "docs/training.md",
          "docs/evaluation.md",
          "docs/decisions.md",
          "docs/serving.md",
          "docs/data.md",
          "docs/hub.md");

  private static final String DONE = "done: ";

  @TempDir static Path work;

  /** A block of code; what it is called in its file, and the class that is made of it. */
  private record Block(String title, String name, String code) {
    /** Its own imports, the usual ones, and the rest within a method. */
    String source() {
      StringBuilder imports = new StringBuilder();
      Matcher own = IMPORT.matcher(code);
      while (own.find()) {
        imports.append(own.group());
      }
      return """
      %s
      import dev.afina.*;
      import dev.afina.data.*;
      import dev.afina.explain.*;
      import dev.afina.hub.*;
      import dev.afina.hub.testing.*;
      import dev.afina.metrics.*;
      import dev.afina.report.*;
      import dev.afina.tokenization.*;
      import dev.afina.training.*;
      import java.nio.file.Path;
      import java.util.*;

      public class %s {
        public static void run() throws Exception {
          %s
        }
      }
      """
          .formatted(imports, name, IMPORT.matcher(code).replaceAll(""));
    }
  }

  @TestFactory
  List<DynamicTest> everyExample_compilesAndRuns() throws Exception {
    List<Block> blocks = blocks();
    makeFiles();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String problems = compile(blocks, classPath);
    assertThat(problems).isEmpty();
    String log;
    try (LocalHub hub = LocalHub.start()) {
      LocalRepository tickets = hub.model("acme/tickets");
      try (Stream<Path> files = Files.list(Golden.path("bert/model"))) {
        for (Path file : files.toList()) {
          tickets.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
      }
      log = runAll(classPath, hub);
    }
    return blocks.stream()
        .map(
            block ->
                DynamicTest.dynamicTest(
                    block.title(), () -> assertThat(log).contains(DONE + block.name() + "\n")))
        .toList();
  }

  private static List<Block> blocks() throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (String file : FILES) {
      int before = blocks.size();
      Matcher code = BLOCK.matcher(Files.readString(Path.of("..").resolve(file)));
      while (code.find()) {
        if (!code.group(1).contains("public class ")) {
          String title = file + ": example " + (blocks.size() - before + 1);
          blocks.add(new Block(title, "Example" + (blocks.size() + 1), code.group(1)));
        }
      }
      assertThat(blocks).as("examples of %s", file).hasSizeGreaterThan(before);
    }
    return blocks;
  }

  private static void makeFiles() throws IOException {
    copy(Golden.path("distilbert/base"), work.resolve("distilbert-base-uncased"));
    copy(
        Golden.path("bert/model"),
        Files.createDirectory(work.resolve("models")).resolve("tickets"));
    writeCsv(work.resolve("train.csv"));
    writeCsv(work.resolve("test.csv"));
    Files.writeString(
        work.resolve("comments.csv"), "text,toxic,insult\nYou fool,1,1\nFine,0,0\nBah,1,0\n");
    Files.writeString(work.resolve("held-out.csv"), "text,label\nSo happy,joy\nI hate it,anger\n");
    Files.writeString(work.resolve("pairs.csv"), "a,b,score\nA dog,A cat,3.5\nA dog,A dog,5\n");
  }

  /** What the compiler has against them; empty for nothing. */
  private static String compile(List<Block> blocks, String classPath) throws IOException {
    StringBuilder all = new StringBuilder();
    List<String> arguments = new ArrayList<>(List.of("-cp", classPath, "-d", work.toString()));
    for (Block block : blocks) {
      Path source = work.resolve(block.name() + ".java");
      Files.writeString(source, block.source());
      arguments.add(source.toString());
      all.append(
          """
              try {
                %1$s.run();
                System.out.println("%2$s%1$s");
              } catch (Throwable e) {
                System.out.println("%1$s, %3$s, failed");
                e.printStackTrace(System.out);
              }
          """
              .formatted(block.name(), DONE, block.title()));
    }
    Path main = work.resolve("Examples.java");
    Files.writeString(
        main,
        """
        public class Examples {
          public static void main(String[] args) {
        %s
          }
        }
        """
            .formatted(all));
    arguments.add(main.toString());
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, told, told, arguments.toArray(String[]::new));
    return code == 0 ? "" : told.toString(StandardCharsets.UTF_8);
  }

  /** What they print. */
  private static String runAll(String classPath, LocalHub hub) throws Exception {
    Path log = work.resolve("log.txt");
    ProcessBuilder java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dai.djl.pytorch.num_threads=1",
                "-cp",
                work + System.getProperty("path.separator") + classPath,
                "Examples")
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    java.environment().put("HF_ENDPOINT", hub.endpoint().toString());
    java.environment().put("HF_TOKEN", hub.token());
    java.environment().put("HF_HOME", work.resolve("hf").toString());
    java.environment().remove("HF_HUB_OFFLINE");
    java.environment().remove("HF_HUB_CACHE");
    Process process = java.start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
    }
    String told = Files.readString(log, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(told).isZero();
    return told.replace("\r\n", "\n");
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
