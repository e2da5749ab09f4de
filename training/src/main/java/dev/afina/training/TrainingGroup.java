package dev.afina.training;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The processes that train one model together. Each has all examples and computes its share of
 * every batch; the gradients are added up before the optimizer steps, so all have the same weights
 * after every update, and {@code n} ranks with a batch of {@code n · b} do what one machine does
 * with that batch.
 *
 * <p>All ranks call the same methods in the same order. When one leaves, the others hear of it by
 * an {@link IOException}. Used by the one thread that trains.
 */
public interface TrainingGroup {

  /** One process by itself: nothing is exchanged, nothing is copied. */
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

  /** The number of this process, from 0. Rank 0 writes checkpoints and folders. */
  int rank();

  /** How many processes there are, 1 or more. */
  int size();

  /**
   * Replaces each number by the sum of the numbers that all ranks have at its place, added up in
   * the order of the ranks: all get the same bits.
   *
   * @param values of as many numbers at each rank; changed in place from position 0 to their limit
   * @throws IOException when a rank cannot be reached, or does something else; names it
   */
  void sum(List<FloatBuffer> values) throws IOException;

  /**
   * What each rank gave, by rank.
   *
   * @param own at most some megabytes; ranks may give different lengths
   * @throws IOException when a rank cannot be reached, or does something else; names it
   */
  List<byte[]> gather(byte[] own) throws IOException;
}
