package dev.afina.examples.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.examples.Run;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HelpTest {

  /** The last step, so that all of them are there, and its lines of Python. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "spanish-reviews | 7. Load it back and classify | (\"¡me encanta el ipad!\")",
        "news | 5. The report on the test news | target_names=classes",
        "tweets | 6. Logits and the mean hidden state | outputs.hidden_states[-1].mean(dim=1).shape",
        "movie-reviews | 5. Monte-Carlo dropout: 5 passes at 256 tokens; under 0.6 the answer is | for _ in range(5)",
        "sentiment-api | Steps, and what each is in the notebook: | Trainer",
      })
  void help_saysWhichStepStandsForWhat(String program, String step, String python) {
    Run run = Run.of(program, "--help");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Steps, and what each is in the notebook:", " 1. ");
    assertThat(run.out()).contains(step, python, "Without --data: ");
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(run.out()).doesNotContain("%%");
  }
}
