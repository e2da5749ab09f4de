package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A guide in Spanish has the rows, the code and the headings of the English one, in its order. */
class SpanishGuidesTest {
  private static final Path ENGLISH = Path.of("..", "docs");
  private static final Path SPANISH = ENGLISH.resolve("es");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @TestFactory
  List<DynamicTest> eachGuide_namesTheSame() throws IOException {
    List<Path> guides;
    try (Stream<Path> files = Files.list(SPANISH)) {
      guides = files.sorted().toList();
    }
    assertThat(guides).isNotEmpty();
    return guides.stream()
        .map(
            guide ->
                DynamicTest.dynamicTest(
                    guide.getFileName().toString(),
                    () ->
                        assertThat(skeleton(guide))
                            .as("%s, which follows %s", guide, ENGLISH.resolve(guide.getFileName()))
                            .isEqualTo(skeleton(ENGLISH.resolve(guide.getFileName())))))
        .toList();
  }

  /** What both languages write alike: levels of headings, and the code of each row of a table. */
  private static List<String> skeleton(Path guide) throws IOException {
    List<String> lines = new ArrayList<>();
    boolean within = false; // a block of code
    for (String line : Files.readAllLines(guide)) {
      if (line.startsWith("```")) {
        within = !within;
        lines.add(line);
      } else if (!within && line.startsWith("#")) { // comments in code may be translated
        lines.add(line.substring(0, line.indexOf(' ')));
      } else if (!within && line.startsWith("| ")) {
        List<String> code = new ArrayList<>();
        Matcher matcher = CODE.matcher(line);
        while (matcher.find()) {
          code.add(matcher.group(1));
        }
        lines.add("| " + code);
      }
    }
    return lines;
  }
}
