package dev.afina.internal.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrainingIdentityTest {
  private static TrainingIdentity.Builder withSeed(int seed) {
    return new TrainingIdentity.Builder().add("seed", seed);
  }

  @Test
  void differences_nameWhatIsOtherwise() {
    assertThat(withSeed(1).build().differences(withSeed(1).build(), true)).isEmpty();
    assertThat(withSeed(1).build().differences(withSeed(2).add("a", "b").build(), true))
        .isEqualTo("a is not told there and b here, seed is 1 there and 2 here");
  }

  @Test
  void positiveLabel_isADifference_onlyIfItIsTold() {
    String label = TrainingIdentity.POSITIVE_LABEL;
    TrainingIdentity joy = withSeed(1).add(label, "joy").build();
    TrainingIdentity anger = withSeed(1).add(label, "anger").build();
    assertThat(withSeed(1).build().differences(joy, true))
        .as("a checkpoint that does not tell")
        .isEmpty();
    assertThat(joy.differences(anger, true))
        .isEqualTo("positive label is joy there and anger here");
  }

  @Test
  void drawingOfDropout_isADifference_onlyIfItIsTold_andSomethingWasDropped() {
    String drawing = TrainingIdentity.DROPOUT_DRAWING;
    TrainingIdentity old = withSeed(1).build();
    TrainingIdentity byText = withSeed(1).add(drawing, "by text").build();
    TrainingIdentity inARow = withSeed(1).add(drawing, "in a row").build();
    assertThat(old.differences(byText, true)).as("a checkpoint that does not tell").isEmpty();
    assertThat(byText.differences(inARow, false)).isEmpty();
    assertThat(byText.differences(byText, true)).isEmpty();
    assertThat(byText.differences(inARow, true))
        .isEqualTo("drawing of dropout is by text there and in a row here");
  }
}
