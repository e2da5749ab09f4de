package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemTypeTest {
  private static ProblemType of(String... labels) {
    return ProblemType.of(
        Dataset.of(Arrays.stream(labels).map(label -> Example.of("x", label)).toList()));
  }

  @Test
  void labels_areClasses_unlessOneHasAFraction() {
    assertThat(of("joy", "anger")).isEqualTo(ProblemType.SINGLE_LABEL);
    assertThat(of("0", "1", "2")).isEqualTo(ProblemType.SINGLE_LABEL);
    assertThat(of("0.0", "1.0"))
        .as("as pandas writes integers")
        .isEqualTo(ProblemType.SINGLE_LABEL);
    assertThat(of("1", "4.5", "-2e-1")).isEqualTo(ProblemType.REGRESSION);
    assertThat(of("4.5", "none")).isEqualTo(ProblemType.SINGLE_LABEL);
    assertThat(of("4.5", "NaN")).isEqualTo(ProblemType.SINGLE_LABEL);
    for (String word : List.of("1.5d", "2.5f", "0x1.8p1", "1.5D", "٤.٥")) {
      assertThat(of("4.5", word)).as(word).isEqualTo(ProblemType.SINGLE_LABEL);
    }
    assertThat(ProblemType.of(Dataset.of(Example.of("x")))).isEqualTo(ProblemType.SINGLE_LABEL);
  }

  @Test
  void lists_andValues_tellByThemselves() {
    Example list = Example.of("x").withLabels(List.of());
    assertThat(ProblemType.of(Dataset.of(Example.of("y", "a"), list)))
        .isEqualTo(ProblemType.MULTI_LABEL);
    assertThat(ProblemType.of(Dataset.of(Example.of("y"), Example.of("x").withValues(1))))
        .isEqualTo(ProblemType.REGRESSION);
  }

  @Test
  void key_isThatOfConfigJson() {
    assertThat(Arrays.stream(ProblemType.values()).map(ProblemType::key))
        .containsExactly("single_label_classification", "multi_label_classification", "regression");
  }
}
