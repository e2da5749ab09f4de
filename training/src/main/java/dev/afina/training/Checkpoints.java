package dev.afina.training;

import java.io.IOException;
import java.util.Optional;

/** Where a training keeps what it needs to go on after it was ended from outside. */
public interface Checkpoints {

  /** Keeps nothing. */
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
   * What to go on from; the task's parameters hold the weights that belong to it. Asked once, at
   * the start.
   */
  Optional<TrainingState> newest() throws IOException;

  /** Keeps a state and the weights that the task has at this moment, as a whole or not at all. */
  void save(TrainingState state) throws IOException;

  /** What went wrong with uploads of states that were kept; see {@link TrainingResult}. */
  default Optional<String> uploadProblem() {
    return Optional.empty();
  }
}
