package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import com.google.gson.JsonObject;
import dev.afina.internal.model.GoldenModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of docs/parity.md, which interop/parity.py writes. */
class ParityTableTest {
  private static final String FILE = "afina.parity";

  @TempDir Path folder;

  /** A new family is in both tables, with all figures. */
  @ParameterizedTest
  @ValueSource(strings = {"## float32", "## bfloat16 and 8 bits"})
  void everyFamily_isInTheTable(String heading) throws IOException {
    String page = Files.readString(Path.of("..", "docs", "parity.md"));
    int begin = page.indexOf(heading + "\n");
    assertThat(begin).as(heading).isNotNegative();
    int end = page.indexOf("\n## ", begin);
    List<List<String>> rows =
        page.substring(begin, end < 0 ? page.length() : end)
            .lines()
            .filter(line -> line.startsWith("| "))
            .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::trim).toList())
            .map(cells -> cells.subList(1, cells.size() - 1))
            .toList();
    List<List<String>> families = rows.subList(1, rows.size());
    assertThat(families)
        .as("docs/parity.md; interop/parity.py writes it")
        .extracting(cells -> cells.get(0))
        .containsExactlyElementsOf(GoldenModel.families());
    assertThat(families)
        .allSatisfy(cells -> assertThat(cells).hasSameSizeAs(rows.get(0)).doesNotContain(""));
  }

  /** Measures for interop/parity.py, which says where the figures go. */
  @EnabledIfSystemProperty(named = FILE, matches = ".+")
  @Test
  void figures() throws IOException {
    JsonObject families = new JsonObject();
    for (String family : GoldenModel.families()) {
      families.add(family, ParityFigures.of(family, folder));
    }
    JsonObject json = new JsonObject();
    json.addProperty("libtorch", Engine.getEngine("PyTorch").getVersion());
    json.addProperty("java", System.getProperty("java.version"));
    json.add("families", families);
    Files.writeString(Path.of(System.getProperty(FILE)), json.toString());
  }
}
