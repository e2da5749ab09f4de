package dev.afina.data;

import java.util.Arrays;

/**
 * Random permutations identical to NumPy's, so that a seed selects the same rows here and in
 * Python. Python's data libraries use two generators of NumPy, each with its own way from random
 * bits to a permutation.
 *
 * <p>Not thread safe: each draw changes the state.
 */
interface NumpyRandom {

  /** The next 32 random bits. */
  int next();

  /**
   * A random sample without replacement from 0 to {@code population - 1}, in random order.
   *
   * @param count 1 to {@code population}
   */
  int[] choose(int population, int count);

  /** Shuffles the values: Fisher-Yates from the last element down. */
  default void shuffle(int[] values) {
    for (int last = values.length - 1; last > 0; last--) {
      int mask = -1 >>> Integer.numberOfLeadingZeros(last);
      int drawn = next() & mask;
      while (drawn > last) { // so that each place is as likely
        drawn = next() & mask;
      }
      swap(values, last, drawn);
    }
  }

  /** The numbers 0 to {@code count - 1} in random order. */
  default int[] permutation(int count) {
    int[] values = new int[count];
    Arrays.setAll(values, i -> i);
    shuffle(values);
    return values;
  }

  /** Swaps two values. */
  static void swap(int[] values, int one, int other) {
    int value = values[one];
    values[one] = values[other];
    values[other] = value;
  }
}
