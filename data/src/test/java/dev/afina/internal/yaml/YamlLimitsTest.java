package dev.afina.internal.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** YAML that ends other readers: each is refused in one line, before anything is made of it. */
class YamlLimitsTest {

  static Stream<Arguments> hostile() {
    return Stream.of(
        Arguments.of("a: &a\n  b: *a\n", "the alias *a stands inside its own value (line 2)"),
        Arguments.of("a: &a [x, *a]\n", "the alias *a stands inside its own value (line 1)"),
        // The name stood for something else before: what counts is the value that it is in.
        Arguments.of("a: &a 1\nb: &a\n  c: *a\n", "stands inside its own value (line 3)"),
        Arguments.of("a: *b\n", "the alias *b stands for nothing (line 1)"),
        Arguments.of("a: " + "[".repeat(20_000), "nested more than 100 levels deep (line 1)"),
        Arguments.of(nested(2_400), "nested more than 100 levels deep (line 101)"),
        Arguments.of("a: " + "{b: ".repeat(3_000), "nested more than 100 levels deep"),
        Arguments.of("- ".repeat(500) + "x", "nested more than 100 levels deep"),
        Arguments.of("? ".repeat(500) + "x", "nested more than 100 levels deep"),
        Arguments.of(deepAliases(), "nested more than 100 levels deep"),
        Arguments.of(bomb(9, 9, "lol"), "its aliases stand for more than 9000000 characters"),
        Arguments.of(bomb(2, 40, "lol ".repeat(2000)), "its aliases stand for more than"),
        Arguments.of(
            "a: !!python/object:os.system x\n", "python/object:os.system is not supported"),
        Arguments.of("a: !!binary aGVsbG8=\n", "2002:binary is not supported (line 1)"),
        Arguments.of("a: !!set {x, y}\n", "2002:set is not supported"),
        Arguments.of("a: !mine x\n", "the tag !mine is not supported"),
        Arguments.of("? [a, b]\n: c\n", "a key is a list or a mapping (line 1)"),
        Arguments.of("a: &k [1]\nb:\n  *k : c\n", "a key is a list or a mapping (line 3)"),
        Arguments.of("a: " + "9".repeat(500_000), "a number has 500000 digits (line 1)"),
        Arguments.of("a: !!int \"" + "9".repeat(500_000) + "\"", "a number has 500000 digits"),
        Arguments.of("a: " + "x ".repeat(1_600_000), "its metadata has 3200003 characters"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void hostile_isRefusedInOneLine(String yaml, String problem) {
    assertThatThrownBy(() -> new CardYaml(yaml, "").metadata())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("its metadata ")
        .hasMessageContaining(problem)
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1).hasSizeLessThan(300));
  }

  private static String nested(int levels) {
    return IntStream.range(0, levels)
        .mapToObj(i -> " ".repeat(i) + "a:\n")
        .collect(Collectors.joining());
  }

  /** Ten levels in the text, a thousand when written out. */
  private static String deepAliases() {
    StringBuilder text = new StringBuilder("a0: &a0 x\n");
    for (int i = 1; i <= 100; i++) {
      text.append("a%d: &a%d %s*a%d%s%n".formatted(i, i, "[".repeat(9), i - 1, "]".repeat(9)));
    }
    return text.toString();
  }

  /** Each level stands {@code width} times for the one before it. */
  private static String bomb(int levels, int width, String scalar) {
    StringBuilder text = new StringBuilder("a0: &a0 \"" + scalar + "\"\n");
    for (int i = 1; i <= levels; i++) {
      text.append("a" + i + ": &a" + i + " [")
          .append(String.join(", ", java.util.Collections.nCopies(width, "*a" + (i - 1))))
          .append("]\n");
    }
    return text.toString();
  }

  /** Half a million of two characters need 300 MB; a few kilobytes of heap stand for them. */
  @Test
  void moreValuesThanTheHeapHolds_areRefused() {
    LoadSettings settings = LoadSettings.builder().build();
    String yaml = "a: [x, y]\nb: {c: d}\n"; // three keys, three values, three collections
    YamlLimits.check(yaml, settings, 9);
    assertThatThrownBy(() -> YamlLimits.check(yaml, settings, 8))
        .hasMessage(
            "its metadata is refused: it has more than 8 values, which the heap cannot hold; shorten it, or give Java more by -Xmx (line 2)");
  }

  @Test
  void duplicateKeys_areNoYaml_andLongOnesAreCut() {
    assertThatThrownBy(() -> new CardYaml("a: 1\na: 2\n", "").metadata())
        .hasMessageContaining("its metadata is not YAML: ")
        .hasMessageContaining("duplicate key a");
    String key = "k".repeat(500);
    assertThatThrownBy(() -> new CardYaml(key + ": 1\n" + key + ": 2\n", "").metadata())
        .hasMessageContaining("duplicate key")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
  }

  @Test
  void keysThatReadTheSame_wouldLoseAValue() {
    assertThatThrownBy(() -> new CardYaml("1: a\n\"1\": b\n", "").metadata())
        .hasMessage("its metadata has two keys that read \"1\"");
  }

  /** PyYAML writes an alias wherever a list occurs twice, so real cards have many. */
  @Test
  void ordinaryAliasesAndDepth_areRead() {
    String many =
        "a: &id001 [x, y]\nb:\n"
            + IntStream.range(0, 500)
                .mapToObj(i -> "  k" + i + ": *id001\n")
                .collect(Collectors.joining());
    assertThat(CardYaml.map(new CardYaml(many, "").metadata().get("b")))
        .hasSize(500)
        .containsEntry("k499", List.of("x", "y"));
    assertThat(new CardYaml(nested(99), "").metadata()).containsKey("a");
    assertThat(new CardYaml("a: !!str 12\nb: ! 12\n", "").metadata())
        .isEqualTo(Map.of("a", "12", "b", "12"));
  }

  @Test
  void longTexts_needNoStack() {
    String words = "a b ".repeat(200_000).strip();
    assertThat(new CardYaml(YamlText.entry("x", words), "").metadata().get("x")).isEqualTo(words);
  }
}
