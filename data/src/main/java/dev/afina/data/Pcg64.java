package dev.afina.data;

import java.util.Arrays;
import java.util.BitSet;

/**
 * {@code numpy.random.default_rng(seed)}, which Python's {@code datasets} draws from: the generator
 * PCG XSL RR 128/64 (M. E. O'Neill, PCG: A Family of Simple Fast Space-Efficient Statistically Good
 * Algorithms for Random Number Generation, 2014).
 */
final class Pcg64 implements NumpyRandom {
  /** The 128-bit multiplier. */
  private static final long TIMES_HIGH = 2549297995355413924L;

  private static final long TIMES_LOW = 4865540595714422341L;

  /**
   * Up to this population NumPy always samples by Floyd's method; beyond it, large samples by
   * shuffling.
   */
  private static final int FEW = 10_000;

  private static final int SHARE_OF_MANY = 50;

  private final long stepHigh;
  private final long stepLow;
  private long high;
  private long low;

  /** The upper half of the last 64 bits, if only the lower half was used. */
  private int spare;

  private boolean hasSpare;

  /**
   * @param seed an unsigned 64-bit number
   */
  Pcg64(long seed) {
    long[] words = new SeedSequence(seed).state(4);
    stepHigh = (words[2] << 1) | (words[3] >>> 63);
    stepLow = (words[3] << 1) | 1;
    step();
    add(words[0], words[1]);
    step();
  }

  @Override
  public int[] choose(int population, int count) {
    if (population > FEW && count > population / SHARE_OF_MANY) {
      int[] values = new int[population];
      Arrays.setAll(values, i -> i);
      shuffle(values, Math.max(population - count, 1));
      return Arrays.copyOfRange(values, population - count, population);
    }
    // R. Floyd's sample (J. Bentley, Programming Pearls, Communications of the ACM 30(9), 1987).
    int[] chosen = new int[count];
    BitSet taken = new BitSet(population);
    for (int last = population - count; last < population; last++) {
      int drawn = upTo(last);
      int value = taken.get(drawn) ? last : drawn;
      taken.set(value);
      chosen[last - (population - count)] = value;
    }
    shuffle(chosen, 1);
    return chosen;
  }

  /**
   * A Fisher-Yates shuffle from the last element down to {@code first}. NumPy draws the indexes for
   * a sample differently than for a full shuffle.
   */
  private void shuffle(int[] values, int first) {
    for (int last = values.length - 1; last >= first; last--) {
      NumpyRandom.swap(values, last, upTo(last));
    }
  }

  /**
   * A uniform number from 0 to {@code max} (D. Lemire, Fast Random Integer Generation in an
   * Interval, 2019); for 0 nothing is drawn.
   */
  private int upTo(int max) {
    if (max == 0) {
      return 0;
    }
    long count = max + 1L;
    long product = Integer.toUnsignedLong(next()) * count;
    if ((product & 0xffffffffL) < count) {
      // The first 2³² mod count lower halves would make some numbers likelier than others.
      long unfair = (0xffffffffL - max) % count;
      while ((product & 0xffffffffL) < unfair) {
        product = Integer.toUnsignedLong(next()) * count;
      }
    }
    return (int) (product >>> Integer.SIZE);
  }

  /** The lower half of 64 bits, then the upper one. */
  @Override
  public int next() {
    if (hasSpare) {
      hasSpare = false;
      return spare;
    }
    step();
    long bits = Long.rotateRight(high ^ low, (int) (high >>> 58));
    spare = (int) (bits >>> Integer.SIZE);
    hasSpare = true;
    return (int) bits;
  }

  /** state · multiplier + step, in 128 bits. */
  private void step() {
    high = productHigh(low, TIMES_LOW) + high * TIMES_LOW + low * TIMES_HIGH;
    low *= TIMES_LOW;
    add(stepHigh, stepLow);
  }

  private void add(long otherHigh, long otherLow) {
    low += otherLow;
    high += otherHigh + (Long.compareUnsigned(low, otherLow) < 0 ? 1 : 0);
  }

  /** The upper 64 bits of the product of two unsigned numbers. */
  private static long productHigh(long a, long b) {
    return Math.multiplyHigh(a, b) + ((a >> 63) & b) + ((b >> 63) & a);
  }
}
