package dev.afina.data;

import java.util.Arrays;

/**
 * Random orders as NumPy draws them, so that a seed means the same rows here and in Python. NumPy
 * has two generators that Python's data libraries use, each with its own way from random bits to an
 * order.
 *
 * <p>Not safe to use from several threads: each draw changes the state.
 */
interface NumpyRandom {

  /** The next 32 random bits. */
  int next();

  /**
   * Some of the numbers 0 to {@code population - 1}, none twice, in random order.
   *
   * @param count 1 to {@code population}
   */
  int[] choose(int population, int count);

  /** Puts the values into random order: Fisher-Yates from the last place down. */
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

  /** Lets two values change places. */
  static void swap(int[] values, int one, int other) {
    int value = values[one];
    values[one] = values[other];
    values[other] = value;
  }
}
