package dev.afina.training;

import dev.afina.internal.engine.TorchRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** In which order an epoch visits the examples. */
public enum BatchOrder {
  /** That of torch's {@code randperm} for seed + epoch, as in the Hugging Face Trainer. */
  RANDOM {
    @Override
    int[] of(int[] lengths, int batch, int seed) {
      return TorchRandom.permutation(lengths.length, seed);
    }
  },

  /** As the data have them. */
  SEQUENTIAL {
    @Override
    int[] of(int[] lengths, int batch, int seed) {
      return IntStream.range(0, lengths.length).toArray();
    }
  },

  /**
   * Examples of about equal length come together, as with transformers' {@code group_by_length}: of
   * the random order up to 50 batches at a time are sorted by length, the longest first, and the
   * longest of all comes first. Texts are never padded here, so it saves less than in Python.
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
   * The numbers of all examples in the order in which to visit them.
   *
   * @param lengths by example
   * @param batch examples an update
   */
  abstract int[] of(int[] lengths, int batch, int seed);
}
