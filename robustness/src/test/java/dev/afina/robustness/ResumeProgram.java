package dev.afina.robustness;

import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;
import dev.afina.Lora;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.training.TrainingOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Trains with checkpoints, going on where an earlier run was killed, and saves. */
final class ResumeProgram {
  /** 24 rows by 3 are 8 updates an epoch. */
  static final int STEPS = 800;

  private ResumeProgram() {}

  /**
   * Runs in a JVM of its own: checkpoint, folder for training checkpoints, folder to save to, and
   * {@code lora} to train low-rank updates.
   */
  public static void main(String[] arguments) throws Exception {
    ClassifierBuilder builder = Classifier.builder();
    if (arguments.length > 3) {
      builder.lora(Lora.rank(4).dropout(0.1));
    }
    try (Classifier classifier =
        builder
            .checkpoint(Path.of(arguments[0]))
            .dropout(0.1)
            .learningRate(1e-3)
            .batchSize(3)
            .epochs(STEPS / 8.0)
            .validation(rows())
            .options(
                TrainingOptions.standard()
                    .evaluation(e -> e.keepBest("loss").everySteps(5))
                    .saving(s -> s.everySteps(5).limit(2)))
            .checkpoints(Path.of(arguments[1]))
            .resume()
            .fit(rows())) {
      classifier.save(Path.of(arguments[2]));
      System.out.println("done");
    }
  }

  private static Dataset rows() {
    List<Example> rows = new ArrayList<>();
    for (String opening : List.of("today", "they say", "well", "again", "look", "so")) {
      rows.add(Example.of(opening + ", I hate the noise", "no"));
      rows.add(Example.of(opening + ", what a happy day", "yes"));
      rows.add(Example.of(opening + ", I miss the old house", "no"));
      rows.add(Example.of("what a day, " + opening, "yes"));
    }
    return Dataset.of(rows);
  }
}
