package dev.afina.internal.checkpoint;

import dev.afina.CheckpointException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedMap;

/**
 * The tensors of one checkpoint, read one by one when they are asked for.
 *
 * <p>Opening one has checked everything that can be checked without reading elements. Instances may
 * be used by one thread at a time. The one who opened it closes it; buffers that it gave stay
 * valid.
 */
public interface TensorSource extends Closeable {
  /**
   * Returns where the tensors come from.
   *
   * @return a path or a {@code classpath:} name, for messages
   */
  String description();

  /**
   * Returns what is there.
   *
   * @return all tensors by name, in the order of the names; unmodifiable
   */
  SortedMap<String, TensorInfo> tensors();

  /**
   * Reads one tensor as float32.
   *
   * <p>The buffer is new and the caller's own: it may be written to, handed to native code, and
   * outlives this source. It is a copy and not a view of a memory-mapped file on purpose. Java 17
   * maps a file copy-on-write only when it may write to the file, native code that writes to a
   * read-only map ends the JVM, and so does reading a map whose file was cut short meanwhile, for
   * as long as the model lives.
   *
   * <p>F16 and BF16 are converted exactly, F64 is rounded to the nearest float32 (ties to even).
   *
   * @param name a key of {@link #tensors()}
   * @return a direct little-endian buffer with four bytes for each element, row-major, from
   *     position 0 to its limit
   * @throws IllegalArgumentException when there is no tensor of this name
   * @throws IllegalStateException when this source is closed
   * @throws CheckpointException when the tensor is not of a floating-point type, or has more than
   *     2^29 - 1 elements, which is what a buffer of Java holds
   * @throws IOException when the file cannot be read
   */
  ByteBuffer floats(String name) throws IOException;

  /**
   * Reads one tensor as float32 to where it is wanted: what {@link #floats} gives, without holding
   * it twice where the file has it as it is wanted.
   *
   * @param name a key of {@link #tensors()}
   * @param target as many bytes as the tensor takes in float32, from position to limit
   * @throws IllegalArgumentException when there is no tensor of this name, or the target has
   *     another size
   * @throws IOException as {@link #floats}; the target is then undefined
   */
  default void read(String name, ByteBuffer target) throws IOException {
    ByteBuffer floats = floats(name);
    requireSize(name, floats.remaining(), target);
    target.put(floats);
  }

  /** Refuses a target of another size. */
  static void requireSize(String name, long bytes, ByteBuffer target) {
    if (target.remaining() != bytes) {
      throw new IllegalArgumentException(
          "tensor \"%s\": expected a buffer of %s bytes, got %s"
              .formatted(name, bytes, target.remaining()));
    }
  }
}
