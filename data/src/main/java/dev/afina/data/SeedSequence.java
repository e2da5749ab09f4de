package dev.afina.data;

/**
 * Derives the initial state of a generator from a seed, such that seeds that differ in one bit give
 * unrelated states: {@code numpy.random.SeedSequence}, after M. E. O'Neill, Developing a seed_seq
 * Alternative (pcg-random.org, 2015), with NumPy's constants.
 */
final class SeedSequence {
  private static final int POOL = 4;
  private static final int FIRST_A = 0x43b0d7e5;
  private static final int TIMES_A = 0x931e8875;
  private static final int FIRST_B = 0x8b51f9dd;
  private static final int TIMES_B = 0x58f38ded;
  private static final int MIX_LEFT = 0xca01f9dd;
  private static final int MIX_RIGHT = 0x4973f715;

  private final int[] pool = new int[POOL];
  private int constant = FIRST_A;

  /**
   * @param seed an unsigned 64-bit number, which fits into the pool of four words
   */
  SeedSequence(long seed) {
    pool[0] = hash((int) seed);
    pool[1] = hash((int) (seed >>> Integer.SIZE));
    pool[2] = hash(0);
    pool[3] = hash(0);
    for (int from = 0; from < POOL; from++) {
      for (int to = 0; to < POOL; to++) {
        if (from != to) {
          pool[to] = mix(pool[to], hash(pool[from]));
        }
      }
    }
  }

  /** The first words of the state. */
  long[] state(int words) {
    long[] state = new long[words];
    int factor = FIRST_B;
    for (int i = 0; i < 2 * words; i++) {
      int half = pool[i % POOL] ^ factor;
      factor *= TIMES_B;
      half *= factor;
      half ^= half >>> 16;
      state[i / 2] |= Integer.toUnsignedLong(half) << (Integer.SIZE * (i % 2)); // low half first
    }
    return state;
  }

  private int hash(int value) {
    int hashed = value ^ constant;
    constant *= TIMES_A;
    hashed *= constant;
    return hashed ^ (hashed >>> 16);
  }

  private static int mix(int left, int right) {
    int mixed = MIX_LEFT * left - MIX_RIGHT * right;
    return mixed ^ (mixed >>> 16);
  }
}
