package dev.afina.internal.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * One tensor to be written: its type, its shape and its elements.
 *
 * <p>The bytes are not copied: a whole model may be handed over without a second copy of it. They
 * must not change before they are written.
 *
 * @param dtype element type
 * @param shape dimensions, outermost first; empty for a scalar
 * @param bytes the elements, row-major and little-endian; heap or direct; reading moves no position
 *     of the buffer given, and writing through this record is not possible
 */
public record TensorData(DType dtype, List<Long> shape, ByteBuffer bytes) {
  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException when the remaining bytes are not what dtype and shape need
   */
  public TensorData {
    shape = List.copyOf(shape);
    bytes = bytes.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long expected = TensorInfo.byteCount(dtype, shape);
    if (bytes.remaining() != expected) {
      throw new IllegalArgumentException(
          bytes.remaining()
              + " bytes given, but shape "
              + shape
              + " of "
              + dtype
              + " needs "
              + expected);
    }
  }

  /**
   * Returns a float32 tensor.
   *
   * @param elements the elements, row-major and little-endian, from position to limit
   * @param shape dimensions, outermost first; none for a scalar
   * @return the tensor
   * @throws IllegalArgumentException when the remaining bytes are not four times the product of the
   *     dimensions
   */
  public static TensorData floats(ByteBuffer elements, long... shape) {
    return new TensorData(DType.F32, Arrays.stream(shape).boxed().toList(), elements);
  }

  /**
   * Returns the elements.
   *
   * @return a read-only little-endian view with its own position
   */
  @Override
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }
}
