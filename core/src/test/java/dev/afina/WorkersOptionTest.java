package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A training on as many cores as one says, also more than there are. */
class WorkersOptionTest {

  /** The losses of each step, and the logits of a text after them. */
  private static List<Double> trained(int workers, double dropout) throws IOException {
    List<Double> numbers = new ArrayList<>();
    TrainingListener diary =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            numbers.add(step.loss());
          }
        };
    try (Classifier model =
        ClassifierTest.quick()
            .batchSize(30)
            .maxSteps(12)
            .dropout(dropout)
            .workers(workers)
            .listener(diary)
            .fit(ClassifierTest.rows())) {
      for (float logit : model.predict("what a happy house").logits()) {
        numbers.add((double) logit);
      }
    }
    return numbers;
  }

  @Test
  void anyNumber_learnsTheSame_andTheSameNumberTheSameBits() throws IOException {
    List<Double> one = trained(1, 0);
    assertThat(one).hasSizeGreaterThan(12);
    for (int workers : new int[] {2, 4, 7}) {
      List<Double> some = trained(workers, 0);
      assertThat(some).as("%s workers", workers).hasSameSizeAs(one);
      for (int i = 0; i < one.size(); i++) {
        // Sums in another order, and 12 steps of AdamW on them.
        assertThat(some.get(i))
            .as("%s workers, %s", workers, i)
            .isCloseTo(one.get(i), within(2e-5));
      }
    }
    assertThat(trained(4, 0.1)).isEqualTo(trained(4, 0.1)).isNotEqualTo(trained(2, 0.1));
  }

  @Test
  void noNumberOfWorkers_isRefused() {
    assertThatThrownBy(() -> ClassifierTest.quick().workers(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("workers: expected 1 to 1024, got 0");
  }
}
