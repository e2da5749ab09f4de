package dev.afina.training;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Numbers of a checkpoint in float32, little-endian.
 *
 * @param bytes a view of memory that is the giver's; read it before the training goes on
 */
public record Tensor(List<Long> shape, ByteBuffer bytes) {
  Tensor(long[] shape, ByteBuffer bytes) {
    this(Arrays.stream(shape).boxed().toList(), bytes);
  }
}
