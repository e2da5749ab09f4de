package dev.afina.internal.model.deberta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.CheckpointException;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DebertaConfigTest {

  private static DebertaConfig with(String key, String json) throws IOException {
    JsonObject config = Golden.json("deberta-v2/model/config.json");
    config.add(key, JsonParser.parseString(json));
    return DebertaConfig.read(new ConfigJson(config, "x"));
  }

  @Test
  void rows_ofAllDistances_areThoseOfTransformers() throws IOException {
    for (Map.Entry<String, JsonElement> golden :
        Golden.json("deberta-v2/rows.json").asMap().entrySet()) {
      String[] numbers = golden.getKey().split(" ", -1); // span, buckets, farthest distance
      Distances distances =
          new Distances(
              Integer.parseInt(numbers[0]),
              Math.max(0, Integer.parseInt(numbers[1])),
              Integer.parseInt(numbers[2]));
      for (int distance = -599; distance < 600; distance++) {
        assertThat(distances.row(distance))
            .as("row of distance %d, %s", distance, golden.getKey())
            .isEqualTo(golden.getValue().getAsJsonArray().get(distance + 599).getAsInt());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"c2p\"; true; false",
        "\"P2C | c2p\"; true; true",
        "[\"p2c\"]; false; true",
        "null; false; false",
        "\"\"; false; false",
      })
  void terms_areAStringOrAList(String json, boolean toPosition, boolean toContent)
      throws IOException {
    DebertaConfig config = with("pos_att_type", json);
    assertThat(config.contentToPosition()).isEqualTo(toPosition);
    assertThat(config.positionToContent()).isEqualTo(toContent);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "pos_att_type ~ \"c2p|p2p\" ~ pos_att_type \"p2p\" is not supported; supported are c2p, p2c",
        "norm_rel_ebd ~ \"batch\" ~ norm_rel_ebd \"batch\" is not supported; supported are layer_norm, none",
        "z_steps ~ 2 ~ z_steps 2 is not supported; supported is 0",
        "pooler_hidden_size ~ 16 ~ pooler_hidden_size 16 is not supported; supported is 32",
        "attention_head_size ~ 16 ~ attention_head_size 16 is not supported; supported is 8",
        "conv_groups ~ 3 ~ conv_groups 3 does not divide the hidden size 32",
        "position_buckets ~ 1 ~ position_buckets 1 does not fit max_relative_positions 64; expected 2 buckets or more, whose half is less than the positions",
        "position_buckets ~ 126 ~ position_buckets 126 does not fit max_relative_positions 64; expected 2 buckets or more, whose half is less than the positions",
      },
      quoteCharacter = '\'')
  void whatIsNotComputed_isRefusedByName(String key, String json, String expected) {
    assertThatThrownBy(() -> with(key, json))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("x: " + expected);
  }
}
