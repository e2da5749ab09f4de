package dev.afina.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The pages in the order of the navigation. What lies in docs and is not named here is a page, too:
 * it comes last.
 *
 * @param sections with a heading each
 */
record Contents(List<Section> sections) {
  /** A heading and its pages. */
  record Section(String title, List<Entry> entries) {}

  /**
   * A page.
   *
   * @param source the file, relative to the repository: {@code docs/training.md}
   * @param title as the navigation has it
   */
  record Entry(String source, String title) {
    /** The file of the page, relative to the site: {@code training.html}, {@code es/….html}. */
    String page() {
      String name = source.startsWith("docs/") ? source.substring("docs/".length()) : source;
      String stem = name.substring(0, name.length() - ".md".length());
      return stem.equals("README") ? "index.html" : stem + ".html";
    }
  }

  private static final List<Section> ORDER =
      List.of(
          new Section(
              "Afina",
              List.of(
                  new Entry("README.md", "First steps"),
                  new Entry("docs/from-transformers.md", "Coming from transformers"),
                  new Entry("docs/notebooks.md", "The notebooks"))),
          new Section(
              "Guides",
              List.of(
                  new Entry("docs/data.md", "Data"),
                  new Entry("docs/training.md", "Training"),
                  new Entry("docs/evaluation.md", "Evaluation"),
                  new Entry("docs/decisions.md", "Decisions"),
                  new Entry("docs/serving.md", "In an application"),
                  new Entry("docs/spring-boot.md", "Spring Boot"),
                  new Entry("docs/spark.md", "On Apache Spark"),
                  new Entry("docs/testing.md", "Tests"),
                  new Entry("docs/hub.md", "Models and the Hub"),
                  new Entry("docs/deployment.md", "Where it runs"),
                  new Entry("docs/troubleshooting.md", "Troubleshooting"))),
          new Section(
              "En español",
              List.of(
                  new Entry("docs/es/from-transformers.md", "Viniendo de transformers"),
                  new Entry("docs/es/notebooks.md", "Los cuadernos"))),
          new Section(
              "Behind it",
              List.of(
                  new Entry("docs/trust.md", "What you can rely on"),
                  new Entry("docs/parity.md", "Parity"),
                  new Entry("docs/performance.md", "Performance"),
                  new Entry("docs/where-the-time-goes.md", "Where the time goes"),
                  new Entry("ARCHITECTURE.md", "Architecture"),
                  new Entry("CONTRIBUTING.md", "Contributing"),
                  new Entry("CHANGELOG.md", "Changelog"))));

  /** Those that are there. */
  static Contents of(Path repository) throws IOException {
    List<Section> sections = new ArrayList<>();
    List<String> named = new ArrayList<>();
    for (Section section : ORDER) {
      List<Entry> there =
          section.entries().stream()
              .filter(entry -> Files.exists(repository.resolve(entry.source())))
              .toList();
      there.forEach(entry -> named.add(entry.source()));
      if (!there.isEmpty()) {
        sections.add(new Section(section.title(), there));
      }
    }
    List<Entry> others = new ArrayList<>();
    try (Stream<Path> files = Files.walk(repository.resolve("docs"))) {
      files
          .map(file -> repository.relativize(file).toString().replace('\\', '/'))
          .filter(source -> source.endsWith(".md") && !named.contains(source))
          .sorted()
          .forEach(source -> others.add(new Entry(source, source.substring("docs/".length()))));
    }
    if (!others.isEmpty()) {
      sections.add(new Section("More", others));
    }
    return new Contents(sections);
  }

  List<Entry> entries() {
    return sections.stream().flatMap(section -> section.entries().stream()).toList();
  }
}
