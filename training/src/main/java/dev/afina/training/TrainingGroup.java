package dev.afina.training;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The processes that train one model together (data parallelism). Each has all examples and
 * computes its share of every batch. The gradients are summed before the optimizer step, so all
 * processes have the same weights after every update, and {@code n} processes with a batch of
 * {@code n · b} compute what one process would compute with that batch.
 *
 * <p>All ranks call the same methods in the same order. If one leaves, the methods throw {@link
 * IOException} on the others. Used by the training thread only.
 */
public interface TrainingGroup {

  /** A single process: nothing is exchanged or copied. */
  TrainingGroup ALONE =
      new TrainingGroup() {
        @Override
        public int rank() {
          return 0;
        }

        @Override
        public int size() {
          return 1;
        }

        @Override
        public void sum(List<FloatBuffer> values) {
          // they are the sums
        }

        @Override
        public List<byte[]> gather(byte[] own) {
          return List.of(own);
        }
      };

  /** The rank of this process, from 0. Rank 0 writes checkpoints and folders. */
  int rank();

  /** The number of processes, 1 or more. */
  int size();

  /**
   * Replaces each number by its sum over all ranks (all-reduce). The sum is computed in the order
   * of the ranks, so the results are bit-identical on all.
   *
   * @param values buffers of the same sizes on each rank; modified in place from index 0 to their
   *     limit
   * @throws IOException if a rank cannot be reached or calls another method; the message names it
   */
  void sum(List<FloatBuffer> values) throws IOException;

  /**
   * Collects one value from each rank (all-gather).
   *
   * @param own the value of this rank, at most a few megabytes; lengths may differ
   * @return the values in the order of the ranks
   * @throws IOException if a rank cannot be reached or calls another method; the message names it
   */
  List<byte[]> gather(byte[] own) throws IOException;
}
