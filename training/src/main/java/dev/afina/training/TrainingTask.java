package dev.afina.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What the {@link Trainer} trains: parameters, examples with indexes from 0, and the loss of given
 * examples. Used by one thread at a time, except for its {@link Shard}s.
 */
public interface TrainingTask {

  /** The parameters to train. Returns the same arrays on each call; the task owns them. */
  List<Parameter> parameters();

  /** The number of training examples, at least 1. */
  int size();

  /** The length of each example, in any unit, for {@link BatchOrder#BY_LENGTH}. */
  default int[] lengths() {
    return new int[size()];
  }

  /** How many of the examples were cut because they are too long, and by how much. */
  default Truncation truncation() {
    return Truncation.none(size());
  }

  /**
   * The total weight of these examples, by which the sum of their losses is divided: their number,
   * or the sum of their weights.
   */
  default double weight(int[] examples) {
    return examples.length;
  }

  /**
   * Called before each update.
   *
   * @param number the number of updates done so far
   */
  default void updateBegins(int number) {}

  /**
   * Divides some examples into shards of about equal work, whose losses may be computed
   * concurrently. Each shard has its own gradients for the parameters that it gets from {@link
   * ShardParameters#array}.
   *
   * @param examples indexes in [0, {@link #size()}), at least one
   * @param most the maximum number of shards, 1 or more
   * @return 1 to {@code most} shards; each example is in exactly one
   */
  List<Shard> divide(int[] examples, int most);

  /** A part of the examples of a batch. */
  @FunctionalInterface
  interface Shard {
    /**
     * The <em>sum</em> of the examples' losses: the Trainer divides by the {@link #weight} of the
     * whole update, which is what makes accumulation and shards exact.
     *
     * <p>Called once, on a worker thread, concurrently with the other shards of its batch.
     *
     * @param parameters the parameters to compute with
     * @param scope the owner of everything computed; closed by the Trainer after the backward pass
     * @return a scalar that belongs to {@code scope}
     */
    NDArray loss(ShardParameters parameters, NDManager scope);
  }

  /**
   * Evaluates the validation data with the current parameters.
   *
   * @param stop to be called between batches
   * @return the metrics by name, in display order; empty if there is no validation data
   * @throws IOException from {@code stop}, or from communication if the data is divided among
   *     processes
   */
  Map<String, Double> evaluate(StopCheck stop) throws IOException;

  /**
   * Updates the model if the parameters are copies of its weights. Called before each evaluation
   * and save, and at the end.
   */
  default void synchronize() {}

  /** The state of the random number generators that the losses depend on, for a checkpoint. */
  default List<Long> randomState() {
    return List.of();
  }

  /** Restores a state that {@link #randomState()} returned. */
  default void restoreRandomState(List<Long> state) {}
}
