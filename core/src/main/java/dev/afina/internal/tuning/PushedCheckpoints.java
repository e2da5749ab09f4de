package dev.afina.internal.tuning;

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
public final class PushedCheckpoints implements Checkpoints {
  private static final Logger log = LoggerFactory.getLogger(PushedCheckpoints.class);

  private final Checkpoints written;
  private final String name;
  private final Upload upload;
  private int pushes;
  private int failures;
  private int failedStep;
  private String failure = "";

  /** Uploads the model as it is after an update. */
  public interface Upload {
    void run(int step) throws IOException;
  }

  /**
   * @param name of the repository
   */
  public PushedCheckpoints(Checkpoints written, String name, Upload upload) {
    this.written = written;
    this.name = name;
    this.upload = upload;
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
      upload.run(step);
    } catch (IOException | RuntimeException e) { // of the user's listener, too
      failures++;
      failedStep = step;
      failure = reason(e);
      log.warn(
          "the checkpoint of step {} is saved, its upload to {} failed: {}", step, name, failure);
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
                .formatted(failures, pushes, name, failedStep, failure));
  }
}
