package dev.afina.data;

import java.util.Arrays;

/**
 * {@code numpy.random.RandomState(seed)}, which scikit-learn draws from: the generator MT19937 (M.
 * Matsumoto and T. Nishimura, Mersenne Twister: A 623-Dimensionally Equidistributed Uniform
 * Pseudo-Random Number Generator, 1998) with the seeding of 2002.
 */
final class MersenneTwister implements NumpyRandom {
  private static final long LARGEST_STATE = 0xffff_ffffL;

  private static final int WORDS = 624;
  private static final int MIDDLE = 397;
  private static final int UPPER = 0x80000000;
  private static final int TWIST = 0x9908b0df;

  private final int[] state = new int[WORDS];
  private int used = WORDS;

  /**
   * @param seed an unsigned 32-bit number
   */
  MersenneTwister(int seed) {
    state[0] = seed;
    for (int i = 1; i < WORDS; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  /**
   * Checks a {@code random_state} of scikit-learn.
   *
   * @throws IllegalArgumentException unless it is 0 to 2³² − 1
   */
  static void requireRandomState(long randomState) {
    if (randomState < 0 || randomState > LARGEST_STATE) {
      throw new IllegalArgumentException(
          "randomState "
              + randomState
              + ", expected 0 to "
              + LARGEST_STATE
              + " as in scikit-learn");
    }
  }

  @Override
  public int[] choose(int population, int count) {
    return Arrays.copyOf(permutation(population), count);
  }

  @Override
  public int next() {
    if (used == WORDS) {
      twist();
      used = 0;
    }
    int bits = state[used++];
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return bits ^ (bits >>> 18);
  }

  private void twist() {
    for (int i = 0; i < WORDS; i++) {
      int joined = (state[i] & UPPER) | (state[(i + 1) % WORDS] & ~UPPER);
      state[i] = state[(i + MIDDLE) % WORDS] ^ (joined >>> 1) ^ ((joined & 1) == 0 ? 0 : TWIST);
    }
  }
}
