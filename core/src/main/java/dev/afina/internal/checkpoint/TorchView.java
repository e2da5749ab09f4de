package dev.afina.internal.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * How a tensor of PyTorch looks at its storage: element (i, j, …) lies at {@code offset + i ·
 * strides[0] + j · strides[1] + …}. Several tensors may look at one storage, and a transposed one
 * has its strides in another order.
 *
 * @param storage where the numbers lie
 * @param offset of the first element, counted in elements
 * @param shape dimensions, outermost first
 * @param strides how many elements further the next one of each dimension lies
 */
record TorchView(Pickled.Storage storage, long offset, List<Long> shape, List<Long> strides) {
  /** As many as PyTorch has. */
  private static final int MOST_DIMENSIONS = 64;

  TorchView {
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
  }

  /**
   * The tensor's type and shape, when all its elements lie in the storage, and no more of them than
   * there are numbers: a view that shows one number many times could be of any size.
   *
   * @throws IllegalArgumentException with the reason otherwise
   */
  TensorInfo check(String name) {
    if (shape.size() != strides.size() || shape.size() > MOST_DIMENSIONS) {
      throw new IllegalArgumentException(
          "%s dimensions with %s strides, expected as many, and at most %s"
              .formatted(shape.size(), strides.size(), MOST_DIMENSIONS));
    }
    TensorInfo info = new TensorInfo(name, storage.dtype(), shape);
    boolean inside =
        offset >= 0 && offset <= storage.elements() && info.elements() <= storage.elements();
    if (info.elements() > 0) {
      try {
        inside &= Math.addExact(offset, extent()) <= storage.elements();
      } catch (ArithmeticException e) {
        inside = false;
      }
    }
    if (!inside || strides.stream().anyMatch(stride -> stride < 0)) {
      throw new IllegalArgumentException(
          "shape %s with strides %s from element %s on does not fit a storage of %s elements"
              .formatted(shape, strides, offset, storage.elements()));
    }
    return info;
  }

  /** How many elements of the storage lie from the first to the last that the tensor has. */
  long extent() {
    long last = 0;
    for (int i = 0; i < shape.size(); i++) {
      if (shape.get(i) == 0) {
        return 0;
      }
      last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, (long) strides.get(i)));
    }
    return last + 1;
  }

  /** Whether the elements lie one behind the other, the last dimension's side by side. */
  boolean isContiguous() {
    long expected = 1;
    for (int i = shape.size() - 1; i >= 0; i--) {
      if (shape.get(i) == 0) {
        return true;
      }
      if (shape.get(i) != 1 && strides.get(i) != expected) {
        return false;
      }
      expected *= shape.get(i);
    }
    return true;
  }

  /**
   * Puts the elements into their order.
   *
   * @param stored the storage from the first element on
   * @return a new buffer, row-major
   */
  ByteBuffer gather(ByteBuffer stored) {
    int width = storage.dtype().bytes();
    ByteBuffer in = stored.slice().order(ByteOrder.LITTLE_ENDIAN);
    int bytes = Math.toIntExact(TensorInfo.byteCount(storage.dtype(), shape));
    ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int[] index = new int[shape.size()];
    long at = 0;
    while (out.hasRemaining()) {
      copy(in, Math.toIntExact(at * width), width, out);
      // The next place: the last dimension that has one goes on, those behind it begin anew.
      for (int d = shape.size() - 1; d >= 0; d--) {
        at += strides.get(d);
        if (++index[d] < shape.get(d)) {
          break;
        }
        at -= strides.get(d) * shape.get(d);
        index[d] = 0;
      }
    }
    return out.flip();
  }

  private static void copy(ByteBuffer in, int at, int width, ByteBuffer out) {
    switch (width) {
      case Long.BYTES -> out.putLong(in.getLong(at));
      case Integer.BYTES -> out.putInt(in.getInt(at));
      case Short.BYTES -> out.putShort(in.getShort(at));
      default -> out.put(in.get(at));
    }
  }
}
