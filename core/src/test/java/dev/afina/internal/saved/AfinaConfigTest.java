package dev.afina.internal.saved;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.CheckpointException;
import dev.afina.Classifier;
import dev.afina.data.Labels;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AfinaConfigTest {
  private static final Labels LABELS = Labels.of("a", "b");

  @TempDir Path folder;

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  @Test
  void whatIsWritten_isRead_andNothingIsNotWritten() throws IOException {
    assertThat(AfinaConfig.text(LABELS, Map.of())).isEmpty();
    String text =
        AfinaConfig.text(LABELS, Map.of(AfinaConfig.LONG_TEXTS, json("{\"n\": 3}"))).orElseThrow();
    assertThat(json(text))
        .hasToString("{\"format\":1,\"labels\":[\"a\",\"b\"],\"long_texts\":{\"n\":3}}");
    AfinaConfig read = AfinaConfig.parse(json(text), LABELS, "x");
    assertThat(read.section(AfinaConfig.LONG_TEXTS, "n").orElseThrow().count("n")).isEqualTo(3);
    assertThat(read.section(AfinaConfig.DECISIONS)).isEmpty();
    assertThatThrownBy(() -> read.section(AfinaConfig.LONG_TEXTS, "m"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("x: long_texts: \"n\" is not supported; supported are m");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"labels\": [\"a\", \"b\"]}|format is missing; expected a whole number",
        "{\"format\": 2, \"new\": 1}|has format 2, this version of Afina reads 1; update Afina, or delete the file to use the model without what is in it",
        "{\"format\": \"1\"}|format: expected a whole number from 1 to 1000000000, got \"1\"",
        "{\"format\": 1.0}|format: expected a whole number from 1 to 1000000000, got 1.0",
        "{\"format\": 1, \"labels\": [\"a\", \"b\"], \"decision\": {}}|\"decision\" is not supported; supported are format, labels, decisions, long_texts, head",
        "{\"format\": 1, \"labels\": [\"b\", \"a\"]}|is for the labels [b, a], but config.json has [a, b]; the file is of another model: delete it, or save the model again",
        "{\"format\": 1}|is for the labels [], but config.json has [a, b]; the file is of another model: delete it, or save the model again",
        "{\"format\": 1, \"labels\": \"ab\"}|is for the labels [], but config.json has [a, b]; the file is of another model: delete it, or save the model again",
      })
  void whatCannotBe_isRefusedByName(String json, String problem) {
    assertThatThrownBy(() -> AfinaConfig.parse(json(json), LABELS, "x"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("x: " + problem);
  }

  @Test
  void partThatIsNoObject_isRefused() throws IOException {
    AfinaConfig config =
        AfinaConfig.parse(
            json("{\"format\": 1, \"labels\": [\"a\", \"b\"], \"decisions\": 3}"), LABELS, "x");
    assertThatThrownBy(() -> config.section(AfinaConfig.DECISIONS, "temperature"))
        .hasMessage("x: decisions: expected an object, got 3");
  }

  /** Nested or long without end it is stopped by the reader of all JSON files. */
  @Test
  void fileOfAModel_isReadAtItsLoad() throws IOException {
    Path model = folder.resolve("model");
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      classifier.save(model);
    }
    assertThat(model.resolve("afina_config.json")).doesNotExist();
    Path file = model.resolve("afina_config.json");
    Files.writeString(file, "{\"format\": 1, \"labels\": [\"x\"]}");
    assertThatThrownBy(() -> Classifier.load(model))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(model + ": afina_config.json: is for the labels [x], but ");
    Files.writeString(file, "{\"a\":".repeat(100_000));
    assertThatThrownBy(() -> Classifier.load(model))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": not JSON (");
    Files.delete(file);
    Classifier.load(model).close();
  }
}
