package dev.afina.training;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A float32 array in a training checkpoint.
 *
 * @param shape the size of each dimension
 * @param bytes the numbers, little-endian; a view of memory owned by the training, to be read
 *     before the training goes on
 */
public record Tensor(List<Long> shape, ByteBuffer bytes) {
  Tensor(long[] shape, ByteBuffer bytes) {
    this(Arrays.stream(shape).boxed().toList(), bytes);
  }
}
