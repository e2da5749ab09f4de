package dev.afina.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Afina does to its process is what docs/trust.md says that it does. */
class HostTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** A name in code, where * and N stand for anything. */
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @TempDir Path folder;

  @Test
  void whatChangesInTheProcess_isDocumented_andElseNothingDoes() throws Exception {
    RandomModel.write(folder, 32, 1);
    List<String> changes = new ArrayList<>();
    try (ChildJvm child =
        ChildJvm.running(HostProgram.class)
            .property("org.slf4j.simpleLogger.defaultLogLevel", "error")
            .arguments(folder.toString())
            .start()) {
      for (Optional<String> line = child.nextLine(LIMIT);
          line.isPresent();
          line = child.nextLine(LIMIT)) {
        changes.add(line.get());
      }
      assertThat(child.awaitExit(LIMIT)).as(child.output()).isZero();
    }
    assertThat(changes).last().isEqualTo("end");
    changes.remove(changes.size() - 1);
    assertThat(changes).contains("thread afina-worker-0", "property afina.loaded.threads");
    List<Pattern> documented = documented();
    changes.removeIf(
        change -> {
          String name = change.split(" ", 2)[1];
          return documented.stream().anyMatch(row -> row.matcher(name).matches());
        });
    assertThat(changes)
        .as("what is in no row of docs/trust.md, What Afina does to its host")
        .isEmpty();
  }

  /** The names in code in the section's table. */
  private static List<Pattern> documented() throws Exception {
    String trust = Files.readString(Path.of("..", "docs", "trust.md"));
    int from = trust.indexOf("## What Afina does to its host");
    String section = trust.substring(from, trust.indexOf("\n## ", from + 1));
    List<Pattern> names = new ArrayList<>();
    Matcher code = CODE.matcher(section);
    while (code.find()) {
      names.add(
          Pattern.compile(
              Pattern.quote(code.group(1))
                  .replace("*", "\\E.*\\Q")
                  .replaceFirst("-N\\\\E$", "-\\\\E\\\\d+")));
    }
    return names;
  }
}
