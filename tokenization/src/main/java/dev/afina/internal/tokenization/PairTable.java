package dev.afina.internal.tokenization;

import java.util.Arrays;

/** A hash table from pairs of ids to numbers. Not modified once it is filled. */
final class PairTable {

  private static final long FREE = -1;

  private final long[] pairs;
  private final int[] numbers;

  PairTable(int count) {
    pairs = new long[Integer.highestOneBit(Math.max(8, 3 * count))];
    Arrays.fill(pairs, FREE);
    numbers = new int[pairs.length];
  }

  /** Puts a pair, replacing its number if it exists. */
  void put(int first, int second, int number) {
    int place = find(first, second);
    pairs[place] = pair(first, second);
    numbers[place] = number;
  }

  /** The number of a pair; -1 if it has none. */
  int get(int first, int second) {
    int place = find(first, second);
    return pairs[place] == FREE ? -1 : numbers[place];
  }

  private int find(int first, int second) {
    long pair = pair(first, second);
    int place = (int) ((pair * 0x9E3779B97F4A7C15L) >>> Integer.SIZE) & (pairs.length - 1);
    while (pairs[place] != FREE && pairs[place] != pair) {
      place = (place + 1) & (pairs.length - 1);
    }
    return place;
  }

  private static long pair(int first, int second) {
    return (long) first << Integer.SIZE | second;
  }
}
