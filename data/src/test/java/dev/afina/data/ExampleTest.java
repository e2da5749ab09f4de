package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ExampleTest {

  @Test
  void factories_giveWhatTheySay() {
    assertThat(Example.of("a")).isEqualTo(new Example("a", null, null));
    assertThat(Example.of("a", "x")).isEqualTo(new Example("a", null, "x"));
    assertThat(Example.ofPair("a", "b")).isEqualTo(new Example("a", "b", null));
    Example full = Example.ofPair("a", "b", "x");
    assertThat(full).isEqualTo(new Example("a", "b", "x"));
    assertThat(full.text()).isEqualTo("a");
    assertThat(full.pair()).isEqualTo("b");
    assertThat(full.label()).isEqualTo("x");
  }

  @Test
  void equality_isThatOfAllValues() {
    Example full = Example.ofPair("a", "b", "x");

    assertThat(full).hasSameHashCodeAs(Example.ofPair("a", "b", "x"));
    assertThat(full).isNotEqualTo(Example.ofPair("z", "b", "x"));
    assertThat(full).isNotEqualTo(Example.ofPair("a", "z", "x"));
    assertThat(full).isNotEqualTo(Example.ofPair("a", "b", "z"));
    assertThat(full).isNotEqualTo(Example.of("a", "x"));
    assertThat(full).isNotEqualTo(null);
  }

  @Test
  void toString_hasTheValuesThatAreThere() {
    assertThat(Example.of("a b")).hasToString("Example[text=a b]");
    assertThat(Example.ofPair("a", "b", "x")).hasToString("Example[text=a, pair=b, label=x]");
  }

  @Test
  void with_changesOnlyThatPart() {
    Example example = Example.ofPair("a", "b", "x");

    assertThat(example.withText("c")).isEqualTo(Example.ofPair("c", "b", "x"));
    assertThat(example.withLabel("y")).isEqualTo(Example.ofPair("a", "b", "y"));
    assertThat(example.withLabel(null)).isEqualTo(Example.ofPair("a", "b"));
  }

  @Test
  void text_emptyIsLegal() {
    assertThat(Example.of("").text()).isEmpty();
  }

  @Test
  void text_nullIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Example.of(null))
        .withMessage("text is null; an empty text is \"\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Example.ofPair("a", null))
        .withMessage("pair is null; a single text is Example.of(text)");
  }

  @Test
  void label_nullOrBlankIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Example.of("a", null))
        .withMessage("label is null; a text without a label is Example.of(text)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Example.of("a", " "))
        .withMessage("label \" \" is blank; a text without a label is Example.of(text)");
  }
}
