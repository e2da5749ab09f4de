package dev.afina.tokenization;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFileTest {

  /** The tokenizers library reads ids as unsigned integers, for which 5.0 is none. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "5, 5",
    "2147483647, 2147483647",
    "2147483648, -1",
    "99999999999999999999, -1",
    "-1, -1",
    "-0, -1",
    "5.0, -1",
    "5e0, -1",
    "'\"5\"', -1",
    "null, -1",
    "[5], -1",
    "true, -1"
  })
  void id_isAWholeNumberInDigits(String json, int id) {
    assertThat(JsonFile.id(JsonParser.parseString(json))).isEqualTo(id);
  }
}
