package dev.afina.internal.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "a: b",
        "a #b",
        "- a",
        "'",
        "\"",
        "\\",
        "no",
        "Yes",
        "ON",
        "y",
        "null",
        "~",
        "1",
        "1.5",
        "1e3",
        "0x1F",
        "1_000",
        "12:30",
        "2024-01-31",
        ".inf",
        "a\nb",
        "a\tb",
        "é 😡",
        "[a]",
        "{a}",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a`",
        "a:",
        ":a",
        "?",
        "?a",
        "=",
        "<<",
        "\u0085",
        "\u2028",
        "\uFEFF",
        "\u0007",
        "\u007F\u0080",
        "\u202Eabc",
        "\uFFFE\uFFFF",
        "\uD800",
        "\uDB40\uDC41",
        "key",
        "NaN",
        "a/b-c.d",
        "trailing "
      })
  void text_comesBack_asValueAndKey(String text) {
    for (Object value : Arrays.asList(text, List.of(text), Map.of(text, text))) {
      Map<String, ?> read = new CardYaml(YamlText.entry("x", value), "").metadata();
      assertThat(read.get("x")).isEqualTo(value);
    }
  }

  @Test
  void words_thatOlderYamlTakesForSomethingElse_areQuoted() {
    assertThat(YamlText.entry("language", List.of("no", "en", "2024-01-31", "1_0", "12:30")))
        .isEqualTo("language:\n- \"no\"\n- en\n- \"2024-01-31\"\n- \"1_0\"\n- \"12:30\"\n");
  }

  @Test
  void numbers_haveNoExponent() {
    assertThat(YamlText.entry("a", 1e-5)).isEqualTo("a: 0.000010\n");
    assertThat(YamlText.entry("a", 1e10)).isEqualTo("a: 10000000000.0\n");
    assertThat(YamlText.entry("a", Arrays.asList(1, true, null, Double.NaN)))
        .isEqualTo("a:\n- 1\n- true\n- null\n- .nan\n");
  }

  @Test
  void whatNobodySees_isEscaped() {
    assertThat(YamlText.entry("a", "\u202Eb\u007F\uDB40\uDC41\uD800"))
        .isEqualTo("a: \"\\u202eb\\u007f\\U000e0041\\ud800\"\n");
  }

  @Test
  void nested_isIndented() {
    Object value = List.of(Map.of("a", List.of(List.of(1, 2), Map.of("b", List.of()))));
    String text = YamlText.entry("x", value);
    assertThat(text).isEqualTo("x:\n- a:\n  -\n    - 1\n    - 2\n  - b: []\n");
    assertThat(new CardYaml(text, "").metadata().get("x")).isEqualTo(value);
  }
}
