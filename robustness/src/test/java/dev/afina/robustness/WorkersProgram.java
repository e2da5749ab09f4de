package dev.afina.robustness;

import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.training.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Trains a little, and prints every bit of the losses. */
final class WorkersProgram {
  private static final int STEPS = 12;

  private WorkersProgram() {}

  /** Runs in a JVM of its own: checkpoint, and the number of workers or nothing. */
  public static void main(String[] arguments) throws Exception {
    ClassifierBuilder builder = Classifier.builder();
    if (arguments.length > 1) {
      builder.workers(Integer.parseInt(arguments[1]));
    }
    StringBuilder bits = new StringBuilder();
    TrainingListener diary =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            bits.append(' ').append(Long.toHexString(Double.doubleToLongBits(step.loss())));
            bits.append(' ').append(Long.toHexString(Double.doubleToLongBits(step.gradientNorm())));
          }
        };
    builder
        .checkpoint(Path.of(arguments[0]))
        .dropout(0.1)
        .learningRate(1e-3)
        .batchSize(24)
        .maxSteps(STEPS)
        .listener(diary)
        .fit(rows())
        .close();
    System.out.println("bits" + bits);
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
