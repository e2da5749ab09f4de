package dev.afina.internal.checkpoint;

import java.util.List;

/**
 * What a checkpoint says about one tensor before any of its elements is read.
 *
 * @param name its key in the checkpoint
 * @param dtype its element type as stored
 * @param shape its dimensions, outermost first; empty for a scalar
 */
public record TensorInfo(String name, DType dtype, List<Long> shape) {
  /**
   * Checks the dimensions.
   *
   * @throws IllegalArgumentException when a dimension is negative, or the elements need more than
   *     2^63 - 1 bytes
   */
  public TensorInfo {
    shape = List.copyOf(shape);
    byteCount(dtype, shape);
  }

  /**
   * Returns the dimensions as an array.
   *
   * @return a new array, outermost dimension first
   */
  public long[] dimensions() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * Returns the number of elements.
   *
   * @return the product of the dimensions, 1 for a scalar
   */
  public long elements() {
    return byteCount() / dtype.bytes();
  }

  /**
   * Returns the size of the elements as they are stored.
   *
   * @return bytes
   */
  public long byteCount() {
    return byteCount(dtype, shape);
  }

  static long byteCount(DType dtype, List<Long> shape) {
    long bytes = dtype.bytes();
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException("shape " + shape + " has a negative dimension");
      }
      try {
        bytes = Math.multiplyExact(bytes, dimension);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "shape " + shape + " of " + dtype + " is more bytes than 2^63 - 1", e);
      }
    }
    return bytes;
  }
}
