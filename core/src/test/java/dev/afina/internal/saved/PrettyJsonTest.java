package dev.afina.internal.saved;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PrettyJsonTest {
  @Test
  void halfACharacter_isWrittenAsAnEscape_soThatItIsUtf8() {
    JsonElement json = JsonParser.parseString("{\"a\": \"\\ud800 é🙂\\udc00\"}");
    String text = PrettyJson.of(json);
    assertThat(text).isEqualTo("{\n  \"a\": \"\\ud800 é🙂\\udc00\"\n}\n");
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text)).isTrue();
    assertThat(JsonParser.parseString(text)).isEqualTo(json);
  }
}
