package dev.afina.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What the {@link Trainer} fits: parameters, examples by number, and the loss of some of them. Used
 * by one thread but for its {@link Shard}s.
 */
public interface TrainingTask {

  /** What training changes. The same arrays at each call; they stay the property of the task. */
  List<Parameter> parameters();

  /** The number of training examples, at least 1. */
  int size();

  /** How long each example is, in whatever unit; what {@link BatchOrder#BY_LENGTH} goes by. */
  default int[] lengths() {
    return new int[size()];
  }

  /** How many of the examples were cut to be used, and by how much. */
  default Truncation truncation() {
    return Truncation.none(size());
  }

  /**
   * What the sum of these examples' losses is divided by for their mean: their number, or the sum
   * of their weights.
   */
  default double weight(int[] examples) {
    return examples.length;
  }

  /**
   * Told before each update.
   *
   * @param number updates done so far
   */
  default void updateBegins(int number) {}

  /**
   * The losses of some examples, in shards of about equal work that may be computed at the same
   * time. Each has gradients of its own for what it asks of {@link ShardParameters#array}.
   *
   * @param examples numbers in [0, {@link #size()}), at least one
   * @param most shards wanted at most, 1 or more
   * @return 1 to {@code most} shards, each example in one of them
   */
  List<Shard> divide(int[] examples, int most);

  /** Some examples of a batch. */
  @FunctionalInterface
  interface Shard {
    /**
     * The <em>sum</em> of the examples' losses: the Trainer divides by the {@link #weight} of the
     * whole update, which is what makes accumulation and shards exact.
     *
     * <p>Called once, by a thread of {@link dev.afina.internal.engine.Workers}, at the same time as
     * the other shards of its batch.
     *
     * @param parameters to compute with
     * @param scope owner of everything computed; closed by the Trainer after the backward pass
     * @return a scalar that belongs to {@code scope}
     */
    NDArray loss(ShardParameters parameters, NDManager scope);
  }

  /**
   * The metrics of the validation data with the parameters as they are now, in the order to show
   * them; empty where there is no validation data.
   *
   * @param stop to be asked between batches
   * @throws IOException from {@code stop}, or where the data are divided among processes
   */
  Map<String, Double> evaluate(StopCheck stop) throws IOException;

  /**
   * Brings what the parameters stand for up to date, where they are copies; called before anything
   * is evaluated or saved, and at the end.
   */
  default void synchronize() {}

  /** The state of the random numbers that the losses depend on, for a checkpoint. */
  default List<Long> randomState() {
    return List.of();
  }

  /** Goes on from what {@link #randomState()} gave. */
  default void restoreRandomState(List<Long> state) {}
}
