package dev.afina.robustness;

import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;
import dev.afina.Lora;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Trains with checkpoints, going on where an earlier run was killed, and saves. It says {@code
 * loaded} when PyTorch is there, and begins when a line comes. Unless that is {@code finish}, it
 * stays before the last update, to be killed.
 */
final class ResumeProgram {
  /** 24 rows by 3 are 8 updates an epoch. */
  static final int STEPS = 440;

  /** So many updates lie between two checkpoints. */
  static final int STEPS_OF_A_CHECKPOINT = 5;

  private final Path base;
  private final boolean lora;

  private ResumeProgram(Path base, boolean lora) {
    this.base = base;
    this.lora = lora;
  }

  /**
   * Runs in a JVM of its own: checkpoint, folder for training checkpoints, folder to save to, and
   * {@code lora} to train low-rank updates.
   */
  public static void main(String[] arguments) throws Exception {
    ResumeProgram program = new ResumeProgram(Path.of(arguments[0]), arguments.length > 3);
    program.builder().maxSteps(1).fit(rows()).close();
    System.out.println("loaded");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String order = in.readLine();
    if (order == null) {
      return;
    }
    program.train(
        Path.of(arguments[1]),
        Path.of(arguments[2]),
        order.equals("finish") ? TrainingListener.NONE : new StayBeforeTheEnd(in));
    System.out.println("done");
  }

  private record StayBeforeTheEnd(BufferedReader in) implements TrainingListener {
    @Override
    public void stepped(Step step) {
      if (step.step() == STEPS - 1) {
        try {
          throw new IllegalStateException("a line in place of the kill: " + in.readLine());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void train(Path checkpoints, Path output, TrainingListener listener) throws IOException {
    try (Classifier classifier =
        builder()
            .epochs(STEPS / 8.0)
            .validation(rows())
            .options(
                TrainingOptions.standard()
                    .evaluation(e -> e.keepBest("loss").everySteps(STEPS_OF_A_CHECKPOINT))
                    .saving(s -> s.everySteps(STEPS_OF_A_CHECKPOINT).limit(2)))
            .checkpoints(checkpoints)
            .resume()
            .listener(listener)
            .fit(rows())) {
      classifier.save(output);
    }
  }

  private ClassifierBuilder builder() {
    ClassifierBuilder builder = Classifier.builder();
    if (lora) {
      builder.lora(Lora.rank(4).dropout(0.1));
    }
    return builder.checkpoint(base).dropout(0.1).learningRate(1e-3).batchSize(3);
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
