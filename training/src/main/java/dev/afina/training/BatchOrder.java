package dev.afina.training;

import dev.afina.internal.engine.TorchRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The order in which an epoch visits the examples. */
public enum BatchOrder {
  /** Random: that of torch's {@code randperm} for seed + epoch, as in the Hugging Face Trainer. */
  RANDOM {
    @Override
    int[] of(int[] lengths, int batch, int seed) {
      return TorchRandom.permutation(lengths.length, seed);
    }
  },

  /** The order of the data. */
  SEQUENTIAL {
    @Override
    int[] of(int[] lengths, int batch, int seed) {
      return IntStream.range(0, lengths.length).toArray();
    }
  },

  /**
   * Examples of similar length together, like transformers' {@code group_by_length}: groups of up
   * to 50 batches of the random order are sorted by length, longest first, and the longest example
   * of all is moved to the front. Afina never pads texts, so it saves less time than in Python.
   */
  BY_LENGTH {
    @Override
    int[] of(int[] lengths, int batch, int seed) {
      int[] random = TorchRandom.permutation(lengths.length, seed);
      int batches = Math.max(1, Math.min(lengths.length / batch / 4, MOST_BATCHES));
      int group = (int) Math.min((long) batches * batch, lengths.length);
      int[] order = new int[lengths.length];
      int longest = 0;
      for (int from = 0; from < order.length; from += group) {
        int to = Math.min(order.length, from + group);
        int[] sorted =
            Arrays.stream(random, from, to)
                .boxed()
                .sorted(Comparator.comparingInt((Integer i) -> lengths[i]).reversed()) // stable
                .mapToInt(i -> i)
                .toArray();
        System.arraycopy(sorted, 0, order, from, sorted.length);
        if (lengths[order[from]] > lengths[order[longest]]) {
          longest = from;
        }
      }
      int first = order[0];
      order[0] = order[longest];
      order[longest] = first;
      return order;
    }
  };

  private static final int MOST_BATCHES = 50;

  /**
   * The indexes of all examples in the order in which to visit them.
   *
   * @param lengths the length of each example
   * @param batch the number of examples per update
   */
  abstract int[] of(int[] lengths, int batch, int seed);
}
