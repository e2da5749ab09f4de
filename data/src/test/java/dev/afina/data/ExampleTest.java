package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExampleTest {

  @Test
  void factories_giveWhatTheySay() {
    assertThat(Example.of("a")).isEqualTo(new Example("a", null, null));
    assertThat(Example.of("a", "x")).isEqualTo(new Example("a", null, new Target.SingleLabel("x")));
    assertThat(Example.ofPair("a", "b")).isEqualTo(new Example("a", "b", null));
    Example full = Example.ofPair("a", "b", "x");
    assertThat(full).isEqualTo(new Example("a", "b", new Target.SingleLabel("x")));
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

  @Test
  void targets_replaceEachOther() {
    Example example = Example.ofPair("a", "b", "x");

    Example labels = example.withLabels(List.of("y", "x"));
    assertThat(labels.labels()).containsExactly("y", "x");
    assertThat(labels.label()).isNull();
    assertThat(labels.values()).isNull();
    Example values = labels.withValues(4.5, -1);
    assertThat(values.values()).containsExactly(4.5, -1.0);
    assertThat(values.labels()).isNull();
    assertThat(values.label()).isNull();
    assertThat(values.withLabel("x")).isEqualTo(example);
    assertThat(values.withLabel(null)).isEqualTo(Example.ofPair("a", "b"));
    assertThat(values.withText("c").values()).containsExactly(4.5, -1.0);
    assertThat(example.labels()).isNull();
    assertThat(example.values()).isNull();
  }

  @Test
  void noneOfTheLabels_isNotUnknown() {
    Example none = Example.of("a").withLabels(List.of());

    assertThat(none.labels()).isEmpty();
    assertThat(none).isNotEqualTo(Example.of("a")).hasToString("Example[text=a, labels=[]]");
    assertThat(Example.of("a").labels()).isNull();
  }

  @Test
  void targets_areValues() {
    Example labels = Example.of("a").withLabels(List.of("x", "y"));
    Example values = Example.of("a").withValues(4.5);

    assertThat(labels)
        .isEqualTo(Example.of("a").withLabels(Arrays.asList("x", "y")))
        .hasSameHashCodeAs(Example.of("a").withLabels(Arrays.asList("x", "y")))
        .isNotEqualTo(Example.of("a").withLabels(List.of("x")))
        .hasToString("Example[text=a, labels=[x, y]]");
    assertThat(values)
        .isEqualTo(Example.of("a").withValues(4.5))
        .hasSameHashCodeAs(Example.of("a").withValues(4.5))
        .isNotEqualTo(Example.of("a").withValues(4.5, 1))
        .isNotEqualTo(Example.of("a", "4.5"))
        .hasToString("Example[text=a, values=[4.5]]");
    assertThat(Example.of("a").withLabels(List.of("x"))).isNotEqualTo(Example.of("a", "x"));
  }

  @Test
  void targets_areCopied() {
    List<String> given = new ArrayList<>(List.of("x"));
    double[] numbers = {1};
    Example labels = Example.of("a").withLabels(given);
    Example values = Example.of("a").withValues(numbers);
    given.add("y");
    numbers[0] = 2;

    assertThat(labels.labels()).containsExactly("x");
    assertThat(values.values()).containsExactly(1.0);
    assertThat(labels.labels()).isUnmodifiable();
    assertThat(values.values()).isUnmodifiable();
  }

  @Test
  void badTargets_areRefused() {
    Example example = Example.of("a");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> example.withLabels(null))
        .withMessage(
            "labels is null; a row that has none of the labels is withLabels(List.of()), one of which that is not known withLabel(null)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> example.withLabels(Arrays.asList("x", null)))
        .withMessage("labels: name 1 is null; give each label a name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> example.withLabels(List.of(" ")))
        .withMessage("labels: name 0 is blank; give each label a name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> example.withLabels(List.of("x", "y", "x")))
        .withMessage("labels: \"x\" is given twice, at 0 and 2; names must differ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> example.withValues())
        .withMessage("values: none given, expected at least one number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> example.withValues(1, Double.NaN))
        .withMessage("values: number 1 is NaN, expected a finite one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> example.withValues(Double.NEGATIVE_INFINITY))
        .withMessage("values: number 0 is -Infinity, expected a finite one");
  }
}
