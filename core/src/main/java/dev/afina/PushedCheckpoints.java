package dev.afina;

import dev.afina.card.ModelFacts;
import dev.afina.training.Checkpoints;
import dev.afina.training.TrainingState;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints that are also uploaded once they are written. An upload that fails is logged and does
 * not end the training.
 */
final class PushedCheckpoints implements Checkpoints {
  private static final Logger log = LoggerFactory.getLogger(PushedCheckpoints.class);

  private final Checkpoints written;
  private final SavePush push;
  private final ModelFacts facts;
  private final CheckpointFolders.Content.Writer writer;
  private int pushes;
  private int failures;
  private int failedStep;
  private String failure = "";

  /**
   * @param facts for the card
   * @param writer writes the files of the model as it is
   */
  PushedCheckpoints(
      Checkpoints written,
      SavePush push,
      ModelFacts facts,
      CheckpointFolders.Content.Writer writer) {
    this.written = written;
    this.push = push;
    this.facts = facts;
    this.writer = writer;
  }

  @Override
  public Optional<TrainingState> newest() throws IOException {
    return written.newest();
  }

  @Override
  public void save(TrainingState state) throws IOException {
    written.save(state);
    int step = state.position().step();
    pushes++;
    try {
      push.push(step, facts, writer);
    } catch (IOException | RuntimeException e) { // of the user's listener, too
      failures++;
      failedStep = step;
      failure = reason(e);
      log.warn(
          "the checkpoint of step {} is saved, its upload to {} failed: {}",
          step,
          push.name(),
          failure);
      log.debug("how the upload failed", e);
    }
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  @Override
  public Optional<String> uploadProblem() {
    return failures == 0
        ? Optional.empty()
        : Optional.of(
            "%s of %s uploads to %s failed, that of step %s last: %s"
                .formatted(failures, pushes, push.name(), failedStep, failure));
  }
}
