package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The messages that docs/troubleshooting.md explains are those that the library has. */
class TroubleshootingTest {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** Java and SLF4J say these. */
  private static final List<String> OF_OTHERS = List.of("WARNING: ", "SLF4J: ");

  @Test
  void everyMessage_isInTheSource() throws IOException {
    String literals = literals();
    List<String> missing = new ArrayList<>();
    int count = 0;
    for (String line : Files.readAllLines(Path.of("..", "docs", "troubleshooting.md"))) {
      if (!line.startsWith("| `")) {
        continue;
      }
      Matcher messages = CODE.matcher(line.substring(0, line.indexOf(" | ")));
      while (messages.find()) {
        String message = messages.group(1);
        if (OF_OTHERS.stream().noneMatch(message::startsWith)) {
          count++;
          for (String piece : message.split("…", -1)) {
            if (!literals.contains(piece.strip())) {
              missing.add(piece);
            }
          }
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(count).isGreaterThan(20);
  }

  /** All sources, with literals that are joined by + as one, and placeholders as gaps. */
  private static String literals() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      for (Path module : modules.toList()) {
        Path sources = module.resolve("src").resolve("main").resolve("java");
        if (Files.isDirectory(sources) && !module.endsWith("examples")) {
          try (Stream<Path> files = Files.walk(sources)) {
            files
                .filter(file -> file.toString().endsWith(".java"))
                .forEach(file -> all.append(read(file)));
          }
        }
      }
    }
    return all.toString().replaceAll("\"\\s*\\+\\s*\"", "").replace("\\\"", "\"");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
