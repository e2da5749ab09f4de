package dev.afina.robustness.mutation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Changes a Parquet file where it matters: the footer (Thrift's compact protocol) with its length
 * put right, that length, the header of a page, the values.
 */
final class ParquetMutator implements Mutator {
  private static final int MAGIC = 4;

  /** Thrift writes integers as zigzag varints: -1, the ends of 32 and 64 bits, and some sizes. */
  private static final byte[][] VARINTS = {
    {0},
    {1},
    {2},
    {-128, 8},
    {-2, -1, -1, -1, 15},
    {-1, -1, -1, -1, 15},
    {-128, -128, -128, -128, 4},
    {-2, -1, -1, -1, -1, -1, -1, -1, -1, 1},
    {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
    {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}
  };

  private final ByteMutator bytes = new ByteMutator();

  @Override
  public Edit mutate(byte[] file, RandomGenerator random) {
    ByteBuffer little = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int lengthAt = file.length - MAGIC - Integer.BYTES;
    int footerAt = lengthAt - little.getInt(lengthAt);
    byte[] footer = Arrays.copyOfRange(file, footerAt, lengthAt);
    return switch (random.nextInt(10)) {
      case 0, 1 -> {
        Edit edit = bytes.mutate(footer, random);
        yield withFooter(file, footerAt, edit.bytes(), edit.description());
      }
      case 2, 3, 4 -> {
        int at = random.nextInt(footer.length);
        byte[] varint = VARINTS[random.nextInt(VARINTS.length)];
        int end = at;
        while (footer[end] < 0 && end < footer.length - 1) {
          end++;
        }
        yield withFooter(
            file,
            footerAt,
            ByteMutator.splice(footer, at, end + 1 - at, varint),
            "integer at byte %d is %s".formatted(at, Arrays.toString(varint)));
      }
      case 5 -> {
        int[] lengths = {
          0,
          1,
          -1,
          footer.length - 1,
          footer.length + 1,
          file.length,
          file.length - 8,
          Integer.MAX_VALUE,
          Integer.MIN_VALUE
        };
        int length = lengths[random.nextInt(lengths.length)];
        byte[] changed = file.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(lengthAt, length);
        yield Edit.of(changed, "footer length " + length);
      }
      case 6, 7 -> { // the first page's header
        int at = MAGIC + random.nextInt(24);
        byte[] varint = VARINTS[random.nextInt(VARINTS.length)];
        byte[] changed = file.clone();
        System.arraycopy(varint, 0, changed, at, Math.min(varint.length, footerAt - at));
        yield Edit.of(changed, "bytes from %d are %s".formatted(at, Arrays.toString(varint)));
      }
      case 8 -> {
        int at = MAGIC + random.nextInt(footerAt - MAGIC);
        byte[] changed = file.clone();
        changed[at] ^= (byte) (1 << random.nextInt(8));
        yield Edit.of(changed, "values: byte %d is %d".formatted(at, changed[at]));
      }
      default -> bytes.mutate(file, random);
    };
  }

  private static Edit withFooter(byte[] file, int footerAt, byte[] footer, String description) {
    byte[] changed = Arrays.copyOf(file, footerAt + footer.length + Integer.BYTES + MAGIC);
    System.arraycopy(footer, 0, changed, footerAt, footer.length);
    int lengthAt = footerAt + footer.length;
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(lengthAt, footer.length);
    System.arraycopy(file, file.length - MAGIC, changed, lengthAt + Integer.BYTES, MAGIC);
    return Edit.of(changed, "footer: " + description);
  }
}
