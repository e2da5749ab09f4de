package dev.afina.internal.saved;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.CheckpointException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What config.json says of labels, where its members disagree. */
class ConfigLabelsTest {

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|Labels[LABEL_0, LABEL_1]",
        "{\"id2label\": null, \"num_labels\": null}|Labels[LABEL_0, LABEL_1]",
        "{\"num_labels\": 3}|Labels[LABEL_0, LABEL_1, LABEL_2]",
        "{\"num_labels\": 2, \"id2label\": {\"1\": \"b\", \"0\": \"a\"}}|Labels[a, b]",
        // What older versions wrote, and no version reads.
        "{\"_num_labels\": 5, \"id2label\": {\"0\": \"a\", \"1\": \"b\"}}|Labels[a, b]",
        // As transformers: what a number is called is id2label's to say.
        "{\"id2label\": {\"0\": \"a\", \"1\": \"b\"}, \"label2id\": {\"a\": 1, \"b\": 0}}|Labels[a,"
            + " b]",
        "{\"id2label\": {\"0\": \"a\", \"1\": \"b\"}, \"label2id\": {\"LABEL_0\": 0}}|Labels[a, b]",
        "{\"id2label\": {\"0\": \"a\", \"1\": \"b\"}, \"label2id\": [1]}|Labels[a, b]",
        // Keys are numbers as Python reads them.
        "{\"id2label\": {\" 1\": \"b\", \"+0\": \"a\", \"02\": \"c\"}}|Labels[a, b, c]",
      })
  void labels_areThoseOfTransformers(String config, String labels) throws CheckpointException {
    assertThat(ConfigLabels.of(json(config), "x")).hasToString(labels);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"num_labels\": 4, \"id2label\": {\"0\": \"a\", \"1\": \"b\"}}|num_labels 4 and id2label,"
            + " which names 2, contradict each other; correct the one that is wrong",
        "{\"num_labels\": \"3\"}|num_labels: expected a whole number from 1 to 1000000000, got"
            + " \"3\"",
        "{\"num_labels\": 3.0}|num_labels: expected a whole number from 1 to 1000000000, got 3.0",
        "{\"num_labels\": true}|num_labels: expected a whole number from 1 to 1000000000, got true",
        "{\"num_labels\": 0}|num_labels: expected a whole number from 1 to 1000000000, got 0",
        "{\"id2label\": {\"0\": \"a\", \"2\": \"b\"}}|id2label has 2 entries but no name for \"1\";"
            + " expected one for each number from 0 to 1",
        "{\"id2label\": {\"1\": \"a\", \"2\": \"b\"}}|id2label has 2 entries but no name for \"0\";"
            + " expected one for each number from 0 to 1",
        "{\"id2label\": {\"0\": \"a\", \"1\": null}}|id2label has 2 entries but no name for \"1\";"
            + " expected one for each number from 0 to 1",
        "{\"id2label\": {\"0\": \"a\", \"1\": \"b\", \"01\": \"c\"}}|id2label has two names for 1; remove the one that is wrong",
        "{\"id2label\": {\"0\": \"a\", \"b\": \"1\"}}|id2label: expected a number for each name, got \"b\"",
        "{\"id2label\": [\"a\", \"b\"]}|id2label: expected an object of names by number, got"
            + " [\"a\",\"b\"]",
      })
  void contradiction_isRefusedByName(String config, String problem) {
    assertThatThrownBy(() -> ConfigLabels.of(json(config), "x"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("x: " + problem);
  }

  @Test
  void longValues_areCut() {
    String long20k = "\"" + "y".repeat(20_000) + "\"";
    assertThatThrownBy(() -> ConfigLabels.of(json("{\"id2label\": [" + long20k + "]}"), "x"))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    assertThatThrownBy(
            () -> ConfigLabels.problemType(json("{\"problem_type\": " + long20k + "}"), "x"))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }
}
