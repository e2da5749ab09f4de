package dev.afina.tokenization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which models get the types of a pair: those whose files say so, and else as transformers 5.18.0
 * has it for files of its own, and 4.57 for older ones. interop/verify tokenizer_folders compares
 * random files.
 */
class TokenTypesTest {

  private static final String CONFIG = "tokenizer_config.json";
  private static final String TYPED =
      "\"model_input_names\": [\"input_ids\", \"token_type_ids\", \"attention_mask\"]";
  private static final String UNTYPED =
      "\"model_input_names\": [\"input_ids\", \"attention_mask\"]";
  private static final String BY_5 = "\"backend\": \"tokenizers\"";

  /**
   * The settings, the type of the second text, and whether what is saved has to name the inputs.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALBERT|''|1|true",
        "ALBERT|'\"tokenizer_class\": \"AlbertTokenizer\"'|1|true",
        "ALBERT|'\"tokenizer_class\": \"AlbertTokenizer\", BY_5'|0|false",
        "ALBERT|'BY_5, TYPED'|1|true",
        "ALBERT|'BY_5, UNTYPED'|0|true",
        "ALBERT|UNTYPED|0|true",
        "ALBERT|'\"model_input_names\": []'|0|true",
        "ALBERT|'\"tokenizer_class\": \"PreTrainedTokenizerFast\"'|1|true",
        "ALBERT|'\"tokenizer_class\": \"TokenizersBackend\", BY_5'|0|false",
        "ELECTRA|''|1|false",
        "ELECTRA|BY_5|1|false",
        "ELECTRA|UNTYPED|0|true",
        "ELECTRA|'\"tokenizer_class\": \"ElectraTokenizerFast\", BY_5'|1|false",
        "ELECTRA|'\"tokenizer_class\": \"DistilBertTokenizer\"'|0|false",
        "ELECTRA|'\"tokenizer_class\": \"DistilBertTokenizerFast\", BY_5'|0|false",
        "ELECTRA|'\"tokenizer_class\": \"PreTrainedTokenizerFast\"'|1|false",
        "ELECTRA|'\"tokenizer_class\": \"TokenizersBackend\", BY_5'|0|true",
        "DEBERTA|BY_5|0|false",
        "DEBERTA_V2|BY_5|1|false",
        "XLM_ROBERTA|''|0|false",
        "MPNET|BY_5|0|false",
      })
  void typeOfTheSecondText_isWhatTheFilesSay(
      Family family, String settings, int type, boolean names) throws IOException {
    assertSavedAsOpened(family, family.tokenizerJson(), settings, type, names);
  }

  /** It is saved with the generic class, which gave types in version 4. */
  @Test
  void templateThatTheClassWouldNotBuild_isSavedWithItsTypes() throws IOException {
    JsonObject json = Family.MPNET.tokenizerJson();
    JsonObject template = json.getAsJsonObject("post_processor");
    template.addProperty("type", "BertProcessing"); // with types
    template.remove("trim_offsets");
    template.remove("add_prefix_space");
    assertSavedAsOpened(Family.MPNET, json, "", 0, true);
    assertSavedAsOpened(Family.MPNET, json, "BY_5", 0, false);
    assertSavedAsOpened(Family.MPNET, json, "TYPED", 1, true);
  }

  private static void assertSavedAsOpened(
      Family family, JsonObject json, String settings, int type, boolean names) throws IOException {
    Map<String, byte[]> files = family.settings();
    files.put("tokenizer.json", json.toString().getBytes(UTF_8));
    files.put(CONFIG, config(settings));
    Map<String, byte[]> saved = new HashMap<>();
    saved.put("config.json", files.get("config.json"));
    try (Tokenizer tokenizer = load(files)) {
      assertTypes(tokenizer, type);
      tokenizer.files().forEach((name, text) -> saved.put(name, text.getBytes(UTF_8)));
    }
    JsonElement told =
        JsonParser.parseString(new String(saved.get(CONFIG), UTF_8))
            .getAsJsonObject()
            .get("model_input_names");
    assertThat(told != null).isEqualTo(names);
    if (told != null) {
      assertThat(told.toString().contains("token_type_ids")).isEqualTo(type == 1);
    }
    try (Tokenizer again = load(saved)) {
      assertTypes(again, type);
    }
  }

  /** Then the library gives the second text type 1. */
  @Test
  void withoutSpecialTokens_theFilesCountAsWell() throws IOException {
    for (String settings : new String[] {"BY_5, TYPED", "BY_5"}) {
      Map<String, byte[]> files = Family.ALBERT.settings();
      JsonObject json = Family.ALBERT.tokenizerJson();
      json.add("post_processor", null);
      files.put("tokenizer.json", json.toString().getBytes(UTF_8));
      files.put(CONFIG, config(settings));
      try (Tokenizer tokenizer = load(files)) {
        assertTypes(tokenizer, settings.contains("TYPED") ? 1 : 0);
        // AlbertTokenizer would add its special tokens.
        assertThat(tokenizer.files().get(CONFIG)).contains("\"PreTrainedTokenizerFast\"");
      }
    }
  }

  @Test
  void inputNames_thatAreNoList_areRefused() throws IOException {
    for (String value : new String[] {"null", "\"token_type_ids\"", "{}", "[1]"}) {
      Map<String, byte[]> files = Family.ELECTRA.published();
      files.put(CONFIG, config("\"model_input_names\": " + value));
      assertThatIOException()
          .isThrownBy(() -> load(files))
          .withMessageContaining("tokenizer_config.json: model_input_names ")
          .withMessageEndingWith(", expected a list of strings");
    }
  }

  /** In the text of a pair, in windows, in head and tail, and in a padded batch. */
  private static void assertTypes(Tokenizer tokenizer, int type) {
    Encoding pair = tokenizer.encode("the a", "of the", 64);
    int of = -1;
    for (int i = 0; i < pair.size(); i++) {
      of = pair.sequence(i) == 1 ? pair.typeId(i) : of;
    }
    assertThat(of).isEqualTo(type);
    assertThat(tokenizer.encode("the a", 64).typeIds()).containsOnly(0);
    String many = "the a of ".repeat(40);
    if (type == 0) {
      assertThat(pair.typeIds()).containsOnly(0);
      assertThat(tokenizer.encode("the", many, 32).typeIds()).containsOnly(0);
      for (Encoding window : tokenizer.encodeWindows("the", many, 32, 4, 9).windows()) {
        assertThat(window.typeIds()).containsOnly(0);
      }
      assertThat(tokenizer.encodeHeadAndTail("the", many, 32, 8).typeIds()).containsOnly(0);
    } else {
      assertThat(tokenizer.encodeHeadAndTail("the", many, 32, 8).typeIds()).contains(1);
      assertThat(tokenizer.encodeWindows("the", many, 32, 4, 9).windows().get(1).typeIds())
          .contains(1);
    }
  }

  private static byte[] config(String settings) {
    String text =
        settings.replace("UNTYPED", UNTYPED).replace("TYPED", TYPED).replace("BY_5", BY_5);
    return ("{" + text + "}").getBytes(UTF_8);
  }

  private static Tokenizer load(Map<String, byte[]> files) throws IOException {
    return Tokenizer.load(name -> Optional.ofNullable(files.get(name)));
  }
}
