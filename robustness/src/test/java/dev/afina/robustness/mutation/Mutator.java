package dev.afina.robustness.mutation;

import java.util.random.RandomGenerator;

/** Changes files of one kind, mostly so that the first check of a reader does not notice. */
interface Mutator {
  /**
   * Changes a file.
   *
   * @param file its bytes, which stay as they are
   * @param random decides everything
   */
  Edit mutate(byte[] file, RandomGenerator random);
}
