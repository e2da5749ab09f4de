package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Links between the files of the documentation find their file and their heading, and classes that
 * the pages for contributors name are in the code.
 */
class DocsLinksTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\n]*`");

  @Test
  void everyLink_leadsSomewhere() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).forEach(files::add);
    }
    List<String> broken = new ArrayList<>();
    int count = 0;
    for (Path file : files) {
      Matcher links = LINK.matcher(CODE.matcher(Files.readString(file)).replaceAll("x"));
      while (links.find()) {
        if (!links.group(1).contains(":")) {
          count++;
          if (!leads(file, links.group(1))) {
            broken.add(ROOT.relativize(file) + ": " + links.group(1));
          }
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(count).isGreaterThan(20);
  }

  @Test
  void classesOfTheArchitecture_exist() throws IOException {
    Set<String> types = types();
    for (String page : List.of("ARCHITECTURE.md", "CONTRIBUTING.md")) {
      Set<String> named = named(page, "[A-Z][a-z]\\w*");
      assertThat(named).as(page).hasSizeGreaterThan(5).isSubsetOf(types);
    }
    Set<String> tests = named("docs/trust.md", "[A-Z]\\w*Test");
    assertThat(tests).as("tests that show a promise").hasSizeGreaterThan(50).isSubsetOf(types);
  }

  /** Types that stand in a page as code, with or without a member. */
  private static Set<String> named(String page, String type) throws IOException {
    Set<String> named = new TreeSet<>();
    Pattern.compile("`(" + type + ")([.(][^`\n]*)?`")
        .matcher(Files.readString(ROOT.resolve(page)).replaceAll("(?s)```.*?```", ""))
        .results()
        .forEach(found -> named.add(found.group(1)));
    return named;
  }

  private static Set<String> types() throws IOException {
    Set<String> types = new HashSet<>();
    Pattern declaration = Pattern.compile("\\b(?:class|record|interface|enum) ([A-Z]\\w*)");
    for (Path sources : sources()) {
      try (Stream<Path> files = Files.walk(sources)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          declaration
              .matcher(Files.readString(file))
              .results()
              .forEach(found -> types.add(found.group(1)));
        }
      }
    }
    return types;
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return modules.map(module -> module.resolve("src")).filter(Files::isDirectory).toList();
    }
  }

  private static boolean leads(Path from, String link) throws IOException {
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    Path target = path.isEmpty() ? from : from.resolveSibling(path).normalize();
    if (!Files.exists(target)) {
      return false;
    }
    String anchor = hash < 0 ? "" : link.substring(hash + 1);
    return anchor.isEmpty()
        || Files.readAllLines(target).stream()
            .filter(line -> line.startsWith("#"))
            .anyMatch(line -> anchorOf(line).equals(anchor));
  }

  /** As GitHub makes it of a heading. */
  private static String anchorOf(String heading) {
    return heading
        .replaceFirst("^#+ +", "")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }
}
