package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the poms say of each other, and of what is there. */
class BomTest {
  private static final Set<String> UNPUBLISHED =
      Set.of("bom", "robustness", "site", "examples", "benchmarks");

  private final String parent = read("../pom.xml");
  private final String bom = read("../bom/pom.xml");

  @Test
  void modules_areAllThere() {
    Set<String> modules = new TreeSet<>(all("<module>(.*?)</module>", parent));
    assertThat(modules).hasSizeGreaterThan(10).containsAll(UNPUBLISHED);
    modules.removeAll(UNPUBLISHED);

    Set<String> managed = new TreeSet<>(all("<artifactId>afina-(.*?)</artifactId>", bom));
    managed.remove("bom");

    assertThat(managed).isEqualTo(modules);
  }

  @Test
  void versions_areThoseOfTheBuild() {
    for (String property : List.of("djl.version", "pytorch.version")) {
      String version = "<" + property + ">(.*?)</" + property + ">";
      assertThat(all(version, bom)).as(property).hasSize(1).isEqualTo(all(version, parent));
    }
    // The first is the project's own, which a release changes in all poms.
    String own = "<artifactId>afina-(?:parent|bom)</artifactId>\\s*<version>(.*?)</version>";
    assertThat(all(own, bom).get(0)).isEqualTo(all(own, parent).get(0));
  }

  /** The runner passes over a name that no test has, as long as it finds another one. */
  @Test
  void testsThatAnExecutionNames_areThere() throws IOException {
    List<String> named = new ArrayList<>();
    for (String module : all("<module>([^<]*)</module>", parent)) {
      Set<String> there = sources(Path.of("..", module, "src", "test", "java"));
      String pom = read("../" + module + "/pom.xml");
      for (String tests : all("<(?:test|[a-z]+\\.tests)>([^<$]*)</", pom)) {
        assertThat(there).as(module + "/pom.xml").contains(tests.split(",", -1));
        named.addAll(List.of(tests.split(",", -1)));
      }
    }
    assertThat(named).contains("PackedLinearTest", "ModelParityTest", "ModelCardTest");
  }

  private static Set<String> sources(Path folder) throws IOException {
    Set<String> names = new TreeSet<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        files.forEach(file -> names.add(file.getFileName().toString().replace(".java", "")));
      }
    }
    return names;
  }

  private static List<String> all(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new AssertionError("run this in the module's folder", e);
    }
  }
}
