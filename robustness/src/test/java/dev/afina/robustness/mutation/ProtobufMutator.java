package dev.afina.robustness.mutation;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Changes the fields of a protobuf message, and writes it with all lengths put right; or one of
 * them wrong.
 */
final class ProtobufMutator implements Mutator {
  private static final long[] INTEGERS = {
    0,
    1,
    2,
    3,
    -1,
    7,
    10,
    16,
    127,
    128,
    1 << 20,
    Integer.MAX_VALUE,
    1L << 31,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;

  private final ByteMutator bytes = new ByteMutator();

  /** One field: an integer, or bytes, which may be a message again. */
  private static final class Field {
    final int number;
    final int type;
    long integer;
    byte[] content = {};
    List<Field> message = List.of();

    /** Added to the length that is written. */
    long lie;

    Field(int number, int type) {
      this.number = number;
      this.type = type;
    }
  }

  @Override
  public Edit mutate(byte[] file, RandomGenerator random) {
    List<Field> root =
        parse(file, 4).orElseThrow(() -> new IllegalArgumentException("no protobuf message"));
    String description = change(root, random);
    return Edit.of(write(root), description);
  }

  private String change(List<Field> root, RandomGenerator random) {
    List<Field> fields = root;
    int at = random.nextInt(fields.size());
    StringBuilder path = new StringBuilder().append(fields.get(at).number);
    while (!fields.get(at).message.isEmpty() && random.nextInt(6) > 0) {
      fields = fields.get(at).message;
      at = random.nextInt(fields.size());
      path.append('.').append(fields.get(at).number).append('[').append(at).append(']');
    }
    Field field = fields.get(at);
    switch (random.nextInt(field.type == VARINT ? 5 : 10)) {
      case 0 -> {
        fields.remove(at);
        return "field " + path + " left out";
      }
      case 1 -> {
        fields.add(field);
        return "field " + path + " twice";
      }
      case 2 -> {
        Field other = new Field(1 + random.nextInt(20), field.type);
        other.integer = field.integer;
        other.content = field.content;
        other.message = field.message;
        fields.set(at, other);
        return "field " + path + " renumbered " + other.number;
      }
      case 3, 4 -> {
        if (field.type != VARINT) {
          fields.set(at, new Field(field.number, VARINT));
          return "field " + path + " as an integer";
        }
        field.integer = INTEGERS[random.nextInt(INTEGERS.length)];
        return "field " + path + " = " + field.integer;
      }
      case 5, 6 -> {
        if (field.type == BYTES) {
          long[] lies = {1, -1, 8, -4, 1 << 20, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE};
          field.lie = lies[random.nextInt(lies.length)];
        }
        return "field " + path + " with a length off by " + field.lie;
      }
      default -> {
        byte[] content = field.message.isEmpty() ? field.content : write(field.message);
        Edit edit = bytes.mutate(content, random);
        field.message = List.of();
        field.content =
            field.type == BYTES ? edit.bytes() : Arrays.copyOf(edit.bytes(), content.length);
        return "field " + path + ": " + edit.description();
      }
    }
  }

  /** The fields of a message; empty where the bytes are none. */
  private static Optional<List<Field>> parse(byte[] message, int depth) {
    List<Field> fields = new ArrayList<>();
    int[] at = {0};
    while (at[0] < message.length) {
      long key = varint(message, at);
      Field field = new Field((int) (key >>> 3), (int) (key & 7));
      if (key <= 0 || field.number < 1 || field.number > 100) {
        return Optional.empty();
      }
      if (field.type == VARINT) {
        field.integer = varint(message, at);
      } else {
        long length =
            switch (field.type) {
              case FIXED_64 -> Long.BYTES;
              case FIXED_32 -> Integer.BYTES;
              case BYTES -> varint(message, at);
              default -> -1;
            };
        if (length < 0 || length > message.length - at[0]) {
          return Optional.empty();
        }
        field.content = Arrays.copyOfRange(message, at[0], at[0] + (int) length);
        at[0] += (int) length;
        if (field.type == BYTES && depth > 0) {
          field.message = parse(field.content, depth - 1).orElse(List.of());
        }
      }
      fields.add(field);
    }
    return at[0] == message.length ? Optional.of(fields) : Optional.empty();
  }

  private static long varint(byte[] message, int[] at) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && at[0] < message.length; shift += 7) {
      byte b = message[at[0]++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    return -1;
  }

  /** Writes a field of bytes. */
  static void writeBytes(ByteArrayOutputStream out, int number, byte[] content) {
    writeVarint(out, ((long) number << 3) | BYTES);
    writeVarint(out, content.length);
    out.writeBytes(content);
  }

  private static byte[] write(List<Field> fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Field field : fields) {
      writeVarint(out, ((long) field.number << 3) | field.type);
      if (field.type == VARINT) {
        writeVarint(out, field.integer);
        continue;
      }
      byte[] content = field.message.isEmpty() ? field.content : write(field.message);
      if (field.type == BYTES) {
        writeVarint(out, content.length + field.lie);
      }
      out.writeBytes(content);
    }
    return out.toByteArray();
  }

  private static void writeVarint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
