package dev.afina.training;

import java.io.IOException;
import java.util.Optional;

/** Stores the state from which an interrupted training can resume. */
public interface Checkpoints {

  /** Stores nothing. */
  Checkpoints NONE =
      new Checkpoints() {
        @Override
        public Optional<TrainingState> newest() {
          return Optional.empty();
        }

        @Override
        public void save(TrainingState state) {}
      };

  /**
   * The state to resume from, if any; the task's parameters already contain the weights that belong
   * to it. Called once, at the start.
   */
  Optional<TrainingState> newest() throws IOException;

  /** Atomically stores a state together with the current weights of the task. */
  void save(TrainingState state) throws IOException;

  /** The failures of uploads, if any; see {@link TrainingResult#uploadProblem()}. */
  default Optional<String> uploadProblem() {
    return Optional.empty();
  }
}
