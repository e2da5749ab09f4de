package dev.afina.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.CheckpointException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What transformers 5.18 refuses, or computes nonsense with, is refused by name. */
class ConfigJsonTest {

  private static Architecture with(String family, String key, String json) throws IOException {
    JsonObject config = Golden.json(family + "/model/config.json");
    config.add(key, JsonParser.parseString(json));
    return Architectures.of(new ConfigJson(config, "x"), 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bert|layer_norm_eps|1e999|expected a number over 0 and at most 1, got 1e999",
        "bert|layer_norm_eps|-1e-12|expected a number over 0 and at most 1, got -1e-12",
        "bert|layer_norm_eps|0|expected a number over 0 and at most 1, got 0",
        "bert|layer_norm_eps|2.0|expected a number over 0 and at most 1, got 2.0",
        "bert|layer_norm_eps|\"1e-12\"|expected a number over 0 and at most 1, got \"1e-12\"",
        "bert|layer_norm_eps|null|expected a number over 0 and at most 1, got null",
        "bert|layer_norm_eps|[1e-12]|expected a number over 0 and at most 1, got [1e-12]",
        "bert|layer_norm_eps|true|expected a number over 0 and at most 1, got true",
        "roberta|layer_norm_eps|1e999|expected a number over 0 and at most 1, got 1e999",
        "bert|initializer_range|1e999|expected a number from 0 to 1, got 1e999",
        "distilbert|initializer_range|-0.02|expected a number from 0 to 1, got -0.02",
        "bert|hidden_dropout_prob|1.1|expected a rate in [0, 1], got 1.1",
        "bert|hidden_dropout_prob|-0.1|expected a rate in [0, 1], got -0.1",
        "bert|hidden_dropout_prob|null|expected a rate in [0, 1], got null",
        "bert|attention_probs_dropout_prob|1e999|expected a rate in [0, 1], got 1e999",
        "bert|classifier_dropout|\"0.1\"|expected a rate in [0, 1], got \"0.1\"",
        "distilbert|seq_classif_dropout|2|expected a rate in [0, 1], got 2",
        "bert|hidden_size|\"32\"|expected a whole number from 1 to 1000000000, got \"32\"",
        "bert|hidden_size|32.0|expected a whole number from 1 to 1000000000, got 32.0",
        "bert|hidden_size|3.2e1|expected a whole number from 1 to 1000000000, got 3.2e1",
        "bert|hidden_size|true|expected a whole number from 1 to 1000000000, got true",
        "bert|hidden_size|4294967328|expected a whole number from 1 to 1000000000, got 4294967328",
        "bert|hidden_size|18446744073709551648|expected a whole number from 1 to 1000000000, got 18446744073709551648",
        "bert|num_hidden_layers|0|expected a whole number from 1 to 1000000000, got 0",
        "bert|num_hidden_layers|-2|expected a whole number from 1 to 1000000000, got -2",
        "bert|vocab_size|0|expected a whole number from 1 to 1000000000, got 0",
        "bert|type_vocab_size|0|expected a whole number from 1 to 1000000000, got 0",
        "bert|type_vocab_size|null|expected a whole number from 1 to 1000000000, got null",
        "bert|max_position_embeddings|1e2|expected a whole number from 1 to 1000000000, got 1e2",
        "bert|pad_token_id|300|expected the id of a token, a whole number from 0 to 299, or -1 for none, got 300",
        "bert|pad_token_id|-2|expected the id of a token, a whole number from 0 to 299, or -1 for none, got -2",
        "bert|pad_token_id|0.5|expected the id of a token, a whole number from 0 to 299, or -1 for none, got 0.5",
        "roberta|pad_token_id|null|expected a number, got null; positions count from it",
        "deberta|layer_norm_eps|0|expected a number over 0 and at most 1, got 0",
        "deberta-v2|type_vocab_size|-1|expected a whole number from 0 to 1000000000, got -1",
        "deberta-v2|conv_kernel_size|4|expected 0 or an odd number, got 4",
        "deberta-v2|share_att_key|1|expected true or false, got 1",
        "deberta-v2|position_biased_input|null|expected true or false, got null",
        "deberta-v2|pos_att_type|[\"c2p\", 1]|expected strings, got [\"c2p\",1]",
        "deberta-v2|cls_dropout|2|expected a rate in [0, 1], got 2",
        "bert|hidden_act|null|expected a string, got null",
        "bert|hidden_act|5|expected a string, got 5",
        "bert|model_type|5|expected a string, got 5",
        "electra|embedding_size|0|expected a whole number from 1 to 1000000000, got 0",
        "electra|classifier_dropout|2|expected a rate in [0, 1], got 2",
        "albert|num_hidden_groups|4|expected 1 to num_hidden_layers 3, got 4",
        "albert|inner_group_num|0|expected a whole number from 1 to 1000000000, got 0",
        "albert|classifier_dropout_prob|null|expected a rate in [0, 1], got null",
      })
  void number_outOfItsRange_isRefusedByName(
      String family, String key, String json, String expected) {
    assertThatThrownBy(() -> with(family, key, json))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("x: " + key + ": " + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bert|is_decoder|true|is_decoder true is not supported; supported is false",
        "bert|is_decoder|\"false\"|is_decoder \"false\" is not supported; supported is false",
        "bert|add_cross_attention|true|add_cross_attention true is not supported; supported is false",
        "roberta|is_encoder_decoder|true|is_encoder_decoder true is not supported; supported is false",
        "bert|position_embedding_type|\"relative_key\"|position_embedding_type \"relative_key\" is not supported; supported is \"absolute\"",
        "distilbert|chunk_size_feed_forward|2|chunk_size_feed_forward 2 is not supported; supported is 0",
        "bert|pruned_heads|{\"0\":[1]}|pruned_heads {\"0\":[1]} is not supported; supported is {} or null",
        "bert|quantization_config|{\"load_in_8bit\":true}|quantization_config {\"load_in_8bit\":true} is not supported; supported is null",
        "bert|per_layer_config|{\"0\":{}}|per_layer_config {\"0\":{}} is not supported; supported is null or {}",
        "bert|rope_scaling|{\"type\":\"linear\"}|rope_scaling {\"type\":\"linear\"} is not supported; supported is null",
        "deberta|talking_head|true|talking_head true is not supported; supported is false",
        "deberta|position_buckets|256|position_buckets 256 is not supported; supported is -1 or 0",
        "deberta|share_att_key|true|share_att_key true is not supported; supported is false",
        "deberta|norm_rel_ebd|\"layer_norm\"|norm_rel_ebd \"layer_norm\" is not supported; supported is \"none\"",
        "deberta|conv_kernel_size|3|conv_kernel_size 3 is not supported; supported is 0",
        "mpnet|relative_attention_num_buckets|64|relative_attention_num_buckets 64 is not supported; supported is 32",
        "mpnet|max_position_embeddings|2|max_position_embeddings 2 leaves no position after pad_token_id 1",
        "albert|inner_group_num|334|num_hidden_layers 3 times inner_group_num 334: expected at most 1000 layers",
        "distilbert|num_attention_heads|2|n_heads 4 and num_attention_heads 2 are one option, and contradict each other",
        "distilbert|hidden_size|64|dim 32 and hidden_size 64 are one option, and contradict each other",
        "distilbert|num_hidden_layers|1|n_layers 2 and num_hidden_layers 1 are one option, and contradict each other",
      })
  void option_thatNoArchitectureHas_isRefusedByName(
      String family, String key, String json, String expected) {
    assertThatThrownBy(() -> with(family, key, json))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("x: " + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bert|pad_token_id|null",
        "bert|pad_token_id|-1",
        "roberta|pad_token_id|-1",
        "bert|initializer_range|0.0",
        "modernbert|initializer_range|0.0",
        "bert|hidden_dropout_prob|1.0",
        "bert|per_layer_config|null",
        "distilbert|pad_token_id|null",
        "bert|classifier_dropout|null",
        "bert|hidden_dropout_prob|0",
        "bert|is_decoder|false",
        "bert|position_embedding_type|\"absolute\"",
        "bert|chunk_size_feed_forward|0",
        "bert|pruned_heads|{}",
        "bert|quantization_config|null",
        "bert|auto_map|{\"AutoModel\":\"modeling.Mine\"}",
        "bert|use_cache|false",
        "bert|anything|{}",
        "distilbert|sinusoidal_pos_embds|true",
        "electra|summary_type|\"mean\"",
        "mpnet|pad_token_id|null",
        "distilbert|num_attention_heads|4",
      })
  void valueThatTransformersTakes_andThatChangesNothing_isTaken(
      String family, String key, String json) {
    assertThatCode(() -> with(family, key, json)).doesNotThrowAnyException();
  }

  @Test
  void distilBert_takesTheCommonNames() throws IOException {
    JsonObject config = Golden.json("distilbert/model/config.json");
    int parameters = Architectures.of(new ConfigJson(config, "x"), 3).spec().parameters().size();
    config.add("hidden_size", config.remove("dim"));
    config.add("num_hidden_layers", config.remove("n_layers"));
    config.add("num_attention_heads", config.remove("n_heads"));
    assertThat(Architectures.of(new ConfigJson(config, "x"), 3).spec().parameters())
        .hasSize(parameters);
  }

  @Test
  void longValues_areCut() {
    String long20k = "\"" + "y".repeat(20_000) + "\"";
    for (String key : new String[] {"hidden_act", "model_type", "vocab_size", "is_decoder"}) {
      assertThatThrownBy(() -> with("bert", key, long20k))
          .isInstanceOf(CheckpointException.class)
          .satisfies(e -> assertThat(e.getMessage()).contains(key).hasSizeLessThan(600));
    }
  }
}
