package dev.afina.robustness.mutation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Changes a safetensors file by its parts: the length of the header (8 bytes), the header (JSON),
 * the numbers.
 */
final class SafetensorsMutator implements Mutator {
  private static final float[] NUMBERS = {
    Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, -1e30f, 1e-40f, 0
  };

  private final JsonMutator header = new JsonMutator();
  private final ByteMutator bytes = new ByteMutator();

  @Override
  public Edit mutate(byte[] file, RandomGenerator random) {
    int end = Long.BYTES + (int) little(file).getLong(0);
    return switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> { // the header, with its length put right
        Edit edit = header.mutate(Arrays.copyOfRange(file, Long.BYTES, end), random);
        byte[] changed = ByteMutator.splice(file, Long.BYTES, end - Long.BYTES, edit.bytes());
        little(changed).putLong(0, edit.bytes().length);
        yield new Edit(changed, "header: " + edit.description(), edit.neutral());
      }
      case 4 -> { // the header as bytes, which writers fill up with blanks
        Edit edit = bytes.mutate(Arrays.copyOfRange(file, Long.BYTES, end), random);
        byte[] changed = ByteMutator.splice(file, Long.BYTES, end - Long.BYTES, edit.bytes());
        little(changed).putLong(0, edit.bytes().length);
        yield Edit.of(changed, "header: " + edit.description());
      }
      case 5 -> {
        byte[] blanks = new byte[1 + random.nextInt(64)];
        Arrays.fill(blanks, (byte) ' ');
        byte[] changed = ByteMutator.splice(file, end, 0, blanks);
        little(changed).putLong(0, end - Long.BYTES + blanks.length);
        yield new Edit(changed, blanks.length + " blanks after the header", true);
      }
      case 6 -> {
        long[] lengths = {
          0,
          1,
          -1,
          end,
          end - 7,
          file.length,
          file.length - 8,
          1L << 31,
          1L << 32,
          1L << 40,
          100_000_001,
          Long.MAX_VALUE,
          Long.MIN_VALUE
        };
        long length = lengths[random.nextInt(lengths.length)];
        byte[] changed = file.clone();
        little(changed).putLong(0, length);
        yield Edit.of(changed, "header length " + length);
      }
      case 7, 8 -> {
        int count = 1 + random.nextInt(3);
        byte[] changed = file.clone();
        StringBuilder description = new StringBuilder("numbers");
        for (int i = 0; i < count; i++) {
          int at = end + Float.BYTES * random.nextInt((file.length - end) / Float.BYTES);
          float number = NUMBERS[random.nextInt(NUMBERS.length)];
          little(changed).putFloat(at, number);
          description.append(" ").append(number).append(" at byte ").append(at);
        }
        yield Edit.of(changed, description.toString());
      }
      default -> bytes.mutate(file, random);
    };
  }

  private static ByteBuffer little(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }
}
